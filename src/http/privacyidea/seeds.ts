import { createHash } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Seed as privacyIDEA takes it from people who type: base32 of the first four bytes of its SHA-1 and the seed.
 * @returns hex; undefined when the checksum is wrong
 */
export const fromBase32Check = (typed: string): string | undefined => {
  const bytes = fromBase32(typed.replace(/[\s=-]/g, '').toUpperCase());
  if (!bytes || bytes.length < 5) return undefined;
  const seed = bytes.subarray(4);
  return createHash('sha1').update(seed).digest().subarray(0, 4).equals(bytes.subarray(0, 4)) ? seed.toString('hex') : undefined;
};

/** RFC 4648; bits that fill no byte are padding. */
const fromBase32 = (text: string): Buffer | undefined => {
  const bits = [...text].map((letter) => alphabet.indexOf(letter));
  if (bits.includes(-1)) return undefined;
  const binary = bits.map((value) => value.toString(2).padStart(5, '0')).join('');
  return Buffer.from((binary.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
};
