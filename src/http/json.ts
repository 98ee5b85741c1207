/** Deeper than anything that means something here. What walks through a value by calling itself is safe down to there. */
const deepest = 32;

export type JsonResult = { readonly kind: 'read'; readonly value: unknown } | { readonly kind: 'malformed'; readonly message: string };

/** JSON from outside: `JSON.parse` takes any depth, and whoever looks into the value afterwards would run out of stack. */
export const readJson = (text: string): JsonResult => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'malformed', message: 'The body is not valid JSON.' };
  }
  return isDeeper(value, deepest) ? { kind: 'malformed', message: `The body is nested more than ${deepest} levels deep.` } : { kind: 'read', value };
};

const isDeeper = (value: unknown, left: number): boolean =>
  typeof value === 'object' && value !== null && (left === 0 || Object.values(value).some((inner) => isDeeper(inner, left - 1)));
