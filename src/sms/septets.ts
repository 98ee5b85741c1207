import { characterOf, escape, septetsOf } from './alphabet.js';

/** The septets of a text of the default alphabet, one to an element; this is also the unpacked form that SMPP sends. A character outside the alphabet becomes `?`. */
export const toSeptets = (text: string): number[] => [...text].flatMap((character) => septetsOf(character) ?? septetsOf('?')!);

export const fromSeptets = (septets: readonly number[]): string => {
  let text = '';
  let escaped = false;
  for (const septet of septets) {
    if (septet === escape && !escaped) {
      escaped = true;
      continue;
    }
    text += characterOf(septet, escaped);
    escaped = false;
  }
  return text;
};

/**
 * Packs septets into octets, lowest bit first (3GPP TS 23.038, 6.1.2.1).
 * @param fill bits that are left free at the beginning, so that the text after a header begins at a septet's border
 */
export const pack = (septets: readonly number[], fill = 0): Buffer => {
  const octets = Buffer.alloc(Math.ceil((fill + septets.length * 7) / 8));
  septets.forEach((septet, index) => {
    const bit = fill + index * 7;
    const shifted = septet << (bit % 8);
    octets[bit >> 3]! |= shifted & 0xff;
    if (shifted > 0xff) octets[(bit >> 3) + 1]! |= shifted >> 8;
  });
  return octets;
};

/** @param count how many septets there are; octets that are missing count as zero */
export const unpack = (octets: Uint8Array, count: number, fill = 0): number[] =>
  Array.from({ length: count }, (_, index) => {
    const bit = fill + index * 7;
    const pair = (octets[bit >> 3] ?? 0) | ((octets[(bit >> 3) + 1] ?? 0) << 8);
    return (pair >> (bit % 8)) & 0x7f;
  });
