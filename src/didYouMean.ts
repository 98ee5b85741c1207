/** Single-character edits (insert, delete, replace) that lead from one text to the other (Levenshtein). */
const edits = (from: string, to: string): number => {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = above[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, above[column]! + 1, current[column - 1]! + 1));
    }
    above = current;
  }
  return above[to.length]!;
};

const words = (name: string): string[] => name.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);

/**
 * The known name that somebody most likely meant: one that is a few slips of the finger away, else the only one that has all the
 * words of what was written.
 */
const nearest = (written: string, known: readonly string[]): string | undefined => {
  const distances = known.map((name) => ({ name, distance: edits(written.toLowerCase(), name.toLowerCase()) })).sort((a, b) => a.distance - b.distance);
  const closest = distances[0];
  if (closest && closest.distance <= Math.max(1, Math.floor(written.length / 5))) return closest.name;
  const wanted = words(written);
  const containing = wanted.length === 0 ? [] : known.filter((name) => wanted.every((word) => words(name).includes(word)));
  return containing.length === 1 ? containing[0] : undefined;
};

/** ` – did you mean X?`, or nothing. To be put behind a message about an unknown name. */
export const didYouMean = (written: string, known: readonly string[]): string => {
  const name = nearest(written, known);
  return name === undefined ? '' : ` – did you mean ${name}?`;
};
