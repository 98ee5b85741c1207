/** Steps into JSON: names, and indexes of lists. */
export type Path = readonly (string | number)[];

/**
 * Reads a path such as `a.b`, `a[0].b` or `a.0`.
 * @returns undefined for what is none
 */
export const readPath = (text: string): Path | undefined => {
  if (!/^[^.[\]]+(\.[^.[\]]+|\[\d+\])*$/.test(text)) return undefined;
  return [...text.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) => (/^\d{1,9}$/.test(index ?? step) ? Number(index ?? step) : step));
};

/**
 * Puts a value there, and makes the objects and lists on the way that are missing. An index beyond the end of a list appends to it.
 * @returns false where the way leads through something that is neither object nor list
 */
export const putAt = (root: object, path: Path, value: unknown): boolean => {
  let at: unknown = root;
  for (const [index, step] of path.entries()) {
    if (at === null || typeof at !== 'object') return false;
    if (Array.isArray(at) && typeof step !== 'number') return false;
    const place = Array.isArray(at) ? Math.min(step as number, at.length) : String(step);
    const next = path[index + 1];
    const there = Object.hasOwn(at, place) ? (at as Record<string | number, unknown>)[place] : undefined;
    const put = next === undefined ? value : (there ?? (typeof next === 'number' ? [] : {}));
    // a name such as __proto__ is a name like any other here
    Object.defineProperty(at, place, { value: put, enumerable: true, writable: true, configurable: true });
    at = put;
  }
  return true;
};
