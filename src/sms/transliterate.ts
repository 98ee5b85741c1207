import { septetsOf } from './alphabet.js';
import { measure } from './measure.js';

/** What stands for characters that the default alphabet of SMS does not have; an empty text for those that one does not see. */
const substitutes: ReadonlyMap<string, string> = new Map(([
  ['"', '“”„‟″«»'],
  ["'", '‘’‚‛′‹›`´ʼ'],
  ['-', '‐‑‒–—―−'],
  [' ', '\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'],
  ['\n', '\u2028\u2029'],
  ['', '\u00ad\u200b\u200c\u200d\u2060\ufeff'],
  ['...', '…'], ['*', '•'], ['.', '·'], ['x', '×'], ['oe', 'œ'], ['OE', 'Œ'], ['l', 'ł'], ['L', 'Ł'], ['d', 'đ'], ['D', 'Đ'], ['i', 'ı'],
] as const).flatMap(([plain, characters]) => [...characters].map((character) => [character, plain] as const)));

/** Also letters lose the accents that the alphabet does not have. */
const plainForm = (character: string): string =>
  septetsOf(character) ? character : substitutes.get(character) ?? character.normalize('NFD').replace(/\p{M}/gu, '');

/**
 * Writes a text with the default alphabet of SMS where a look-alike is there for every character that it has not, so that it needs not travel
 * as UCS-2. Where that does not succeed, or would take more SMS, the text stays as it is.
 */
export const transliterate = (text: string): string => {
  const plain = [...text.normalize('NFC')].map(plainForm).join('');
  const [before, after] = [measure(text), measure(plain)];
  return after.encoding === 'gsm-7' && after.segments <= before.segments ? plain : text;
};
