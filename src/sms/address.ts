import { fromSeptets, unpack } from './septets.js';

/** What a semi-octet can stand for (3GPP TS 23.040, 9.1.2.3). */
const semiOctets = '0123456789*#abc';
/** Octets that a number may take, two digits each. */
const mostDigits = 20;

/** International, in the numbering plan of telephones; and a type that the network has to find out. */
const international = 0x91;
const unknown = 0x81;
const alphanumeric = 0b101;

/** How an address is written: the digits that it has, the type of number, the digits in swapped pairs. */
export interface Address {
  readonly digits: number;
  readonly type: number;
  readonly octets: Buffer;
}

/**
 * Writes a number for the network: `+` makes it international. Blanks, hyphens, dots, slashes and brackets, which people write into
 * numbers, are left out.
 * @returns undefined for what is not a number of 1 to 20 digits, `*`, `#`, `a`, `b`, `c`
 */
export const encodeAddress = (number: string): Address | undefined => {
  const [, plus, digits] = /^(\+?)([\d*#abc]+)$/i.exec(number.replace(/[\s\-./()]/g, '')) ?? [];
  if (digits === undefined || digits.length > mostDigits) return undefined;
  const values = [...digits.toLowerCase()].map((digit) => semiOctets.indexOf(digit));
  if (values.length % 2 === 1) values.push(0xf);
  const octets = Buffer.from(values.filter((_, index) => index % 2 === 0).map((low, index) => low | (values[index * 2 + 1]! << 4)));
  return { digits: digits.length, type: plus ? international : unknown, octets };
};

/** The number, with `+` where it is international; or the name of a sender that has no number. */
export const decodeAddress = ({ digits, type, octets }: Address): string => {
  const kind = (type >> 4) & 0b111;
  if (kind === alphanumeric) return fromSeptets(unpack(octets, Math.floor((digits * 4) / 7)));
  const text = [...octets].flatMap((octet) => [octet & 0xf, octet >> 4]).slice(0, digits).map((value) => semiOctets[value] ?? '').join('');
  return kind === ((international >> 4) & 0b111) ? `+${text}` : text;
};
