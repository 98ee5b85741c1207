import { septetsOf } from './alphabet.js';

/** How a text travels: in the default alphabet, or, when one of its characters is not in that, as UCS-2. */
export type Encoding = 'gsm-7' | 'ucs-2';

/** Septets or code units that fit into an SMS that stands alone, and into one of several (3GPP TS 23.040, 9.2.3.24.1: a header of 6 octets). */
export const capacity = { 'gsm-7': { alone: 160, part: 153 }, 'ucs-2': { alone: 70, part: 67 } } as const;

/** Most SMS that one text may take: the header counts them in an octet. */
export const mostParts = 255;

export interface Split {
  readonly encoding: Encoding;
  /** The text of each SMS; one empty text for an empty one. */
  readonly parts: readonly string[];
  /** Of the whole text, in septets or in code units of UCS-2. */
  readonly length: number;
}

/**
 * Divides a text among as many SMS as it takes. Neither a character of the extension table nor a surrogate pair is torn apart. Half a
 * surrogate pair, which is no character, becomes U+FFFD.
 * @param least `ucs-2` for a text that must not travel in the default alphabet, though it could
 */
export const split = (text: string, least: Encoding = 'gsm-7'): Split => {
  const characters = [...text].map((character) => (isSurrogate(character) ? '\ufffd' : character));
  const gsm = characters.map((character) => septetsOf(character)?.length);
  const encoding: Encoding = gsm.includes(undefined) ? 'ucs-2' : least;
  const lengths = encoding === 'gsm-7' ? (gsm as number[]) : characters.map((character) => character.length);
  const length = lengths.reduce((sum, each) => sum + each, 0);
  const { alone, part } = capacity[encoding];
  if (length <= alone) return { encoding, parts: [characters.join('')], length };
  const parts: string[] = [];
  let current = '';
  let used = 0;
  characters.forEach((character, index) => {
    if (used + lengths[index]! > part) {
      parts.push(current);
      current = '';
      used = 0;
    }
    current += character;
    used += lengths[index]!;
  });
  return { encoding, parts: [...parts, current], length };
};

const isSurrogate = (character: string): boolean => character.length === 1 && /[\ud800-\udfff]/.test(character);
