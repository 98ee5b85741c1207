import type { Filter, StoredRecord } from './port.js';

export const matches = ({ types, streamPrefixes }: Filter, { type, stream }: Pick<StoredRecord, 'type' | 'stream'>): boolean =>
  (types === undefined || types.includes(type)) && (streamPrefixes === undefined || streamPrefixes.some((prefix) => stream.startsWith(prefix)));

/**
 * The first name after all names that begin with a prefix, in the order of code points, which is that of UTF-8.
 * Undefined when there is none (the empty prefix).
 */
export const afterPrefix = (prefix: string): string | undefined => {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // the range of halves of characters has no UTF-8 form
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
};
