/** Control characters, and those that reorder what stands around them: whoever tries to log in could write to an auditor's terminal with them. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Text as it may stand on a terminal: one line, nothing that a terminal obeys. */
export const printable = (text: string): string =>
  text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A value behind its name: as it is where that is clear, else in quotes. */
export const shortly = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(shortly).join(',')}]`;
  if (typeof value === 'object' && value !== null) return printable(JSON.stringify(value));
  const text = String(value);
  return printable(typeof value !== 'string' || /^[^\s"'=,[\]]+$/.test(text) ? text : JSON.stringify(text));
};
