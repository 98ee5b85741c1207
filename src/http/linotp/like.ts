/**
 * Whether a text fits a pattern of SQL's LIKE: `%` stands for any text, `_` for one character, case does not matter.
 * Takes no longer than the product of the two lengths, whatever the pattern.
 */
export const like = (pattern: string, text: string): boolean => {
  const [wanted, given] = [[...pattern.toLowerCase()], [...text.toLowerCase()]];
  let [p, t, star, retry] = [0, 0, -1, 0];
  while (t < given.length) {
    if (wanted[p] === '%') [star, retry, p] = [p, t, p + 1];
    else if (p < wanted.length && (wanted[p] === '_' || wanted[p] === given[t])) [p, t] = [p + 1, t + 1];
    // the last % takes one character more
    else if (star >= 0) [p, retry, t] = [star + 1, retry + 1, retry + 1];
    else return false;
  }
  return wanted.slice(p).every((character) => character === '%');
};
