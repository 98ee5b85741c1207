/**
 * The values to which a JSON pointer leads (RFC 6901). A step `*` leads to every element of a list or an object.
 * @returns undefined for each way that leads nowhere; an empty list where `*` has nothing to lead to
 */
export const valuesAt = (value: unknown, pointer: string): readonly unknown[] =>
  pointer.slice(1).split('/').map((raw) => raw.replaceAll('~1', '/').replaceAll('~0', '~')).reduce<readonly unknown[]>((values, step) => values.flatMap((each) => stepInto(each, step)), [value]);

const stepInto = (value: unknown, step: string): readonly unknown[] => {
  if (value === null || typeof value !== 'object') return [undefined];
  if (step === '*') return Object.values(value);
  return [Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined];
};
