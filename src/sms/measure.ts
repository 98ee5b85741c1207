import { split, type Encoding } from './split.js';

export type { Encoding } from './split.js';

export interface Measure {
  readonly encoding: Encoding;
  /** How many SMS the text takes. */
  readonly segments: number;
  /** In septets, or in code units of UCS-2. */
  readonly length: number;
}

/** Encoding, length and number of SMS of a text. No character is split between two SMS. */
export const measure = (text: string): Measure => {
  const { encoding, parts, length } = split(text);
  return { encoding, segments: parts.length, length };
};
