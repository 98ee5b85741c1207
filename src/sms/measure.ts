import { septetsOf } from './alphabet.js';

/** How a text travels: in the default alphabet, or, when one of its characters is not in that, as UCS-2. */
export type Encoding = 'gsm-7' | 'ucs-2';

export interface Measure {
  readonly encoding: Encoding;
  /** How many SMS the text takes. */
  readonly segments: number;
  /** In septets, or in code units of UCS-2. */
  readonly length: number;
}

/** Septets or code units that fit into an SMS that stands alone, and into one of several (3GPP TS 23.040, 9.2.3.24.1: a header of 6 octets). */
export const capacity = { 'gsm-7': { alone: 160, part: 153 }, 'ucs-2': { alone: 70, part: 67 } } as const;

/** @returns undefined when the default alphabet does not have every character */
const gsmLengths = (text: string): number[] | undefined => {
  const lengths: number[] = [];
  for (const character of text) {
    const septets = septetsOf(character);
    if (!septets) return undefined;
    lengths.push(septets.length);
  }
  return lengths;
};

/** Encoding, length and number of SMS of a text. No character is split between two SMS. */
export const measure = (text: string): Measure => {
  const gsm = gsmLengths(text);
  const encoding: Encoding = gsm ? 'gsm-7' : 'ucs-2';
  const lengths = gsm ?? [...text].map(({ length }) => length);
  const length = lengths.reduce((sum, each) => sum + each, 0);
  const { alone, part } = capacity[encoding];
  if (length <= alone) return { encoding, segments: 1, length };
  let segments = 1;
  let used = 0;
  for (const each of lengths) {
    if (used + each > part) {
      segments += 1;
      used = 0;
    }
    used += each;
  }
  return { encoding, segments, length };
};
