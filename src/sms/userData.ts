import type { Encoding } from './split.js';
import { pack, toSeptets } from './septets.js';

/** Which part of which long message an SMS is. */
export interface Concatenation {
  /** The same for all parts of a message: 0 to 255. */
  readonly reference: number;
  readonly total: number;
  /** Counted from 1. */
  readonly number: number;
}

/** The user data header that lets a phone put a long message together again (3GPP TS 23.040, 9.2.3.24.1), its length octet included. */
export const concatenationHeader = ({ reference, total, number }: Concatenation): Buffer => Buffer.from([0x05, 0x00, 0x03, reference & 0xff, total, number]);

/** UTF-16 with the high octet first; half a surrogate pair is no character and must have been replaced before. */
export const toUcs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

export interface UserData {
  /** TP-UDL: septets, fill bits included, or octets. */
  readonly length: number;
  readonly octets: Buffer;
}

/** The user data of one SMS: header, if it is one of several, and text (3GPP TS 23.040, 9.2.3.24). */
export const encodeUserData = (text: string, encoding: Encoding, part?: Concatenation): UserData => {
  const header = part ? concatenationHeader(part) : Buffer.alloc(0);
  if (encoding === 'ucs-2') {
    const octets = Buffer.concat([header, toUcs2(text)]);
    return { length: octets.length, octets };
  }
  const septets = toSeptets(text);
  const before = Math.ceil((header.length * 8) / 7);
  return { length: before + septets.length, octets: Buffer.concat([header, pack(septets, before * 7 - header.length * 8)]) };
};
