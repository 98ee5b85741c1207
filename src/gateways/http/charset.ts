import { CannotCarry } from './cannotCarry.js';

/** Character sets in which providers read queries and forms. */
export const charsets = ['utf-8', 'iso-8859-1', 'iso-8859-15', 'windows-1252'] as const;
export type Charset = (typeof charsets)[number];

/** Bytes of a text. @throws CannotCarry for a character that the set does not have: nothing is dropped or replaced */
export type Encode = (text: string) => Buffer;

/** Where a set differs from ISO 8859-1, whose codes are those of Unicode: the first code, and the characters from there on. */
const differences: Readonly<Record<Exclude<Charset, 'utf-8'>, readonly (readonly [first: number, characters: string])[]>> = {
  'iso-8859-1': [],
  'iso-8859-15': [[0xa4, '€'], [0xa6, 'Š'], [0xa8, 'š'], [0xb4, 'Ž'], [0xb8, 'ž'], [0xbc, 'ŒœŸ']],
  'windows-1252': [[0x80, '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ']],
};

export const encoderOf = (charset: Charset): Encode => {
  // half of a surrogate pair has no UTF-8 form; it becomes U+FFFD
  if (charset === 'utf-8') return (text) => Buffer.from(text);
  const codes = new Map(Array.from({ length: 256 }, (_, code) => [String.fromCharCode(code), code]));
  const others = differences[charset].flatMap(([first, characters]) => [...characters].map((character, index) => [character, first + index] as const));
  for (const [, code] of others) codes.delete(String.fromCharCode(code));
  for (const [character, code] of others) codes.set(character, code);
  return (text) => Buffer.from([...text].map((character) => codes.get(character) ?? refuse(charset)));
};

const refuse = (charset: Charset): never => {
  throw new CannotCarry(`the message holds a character that ${charset} does not have`);
};

const percent = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** For a path or a query (RFC 3986, 2.3). */
export const percentEncoded = (text: string, encode: Encode): string =>
  encode(text).toString('latin1').replace(/[^A-Za-z0-9\-_.~]/g, (character) => percent(character.charCodeAt(0)));

/** For application/x-www-form-urlencoded (URL Standard, 5.2). */
export const formEncoded = (text: string, encode: Encode): string =>
  encode(text).toString('latin1').replace(/[^A-Za-z0-9*\-._]/g, (character) => (character === ' ' ? '+' : percent(character.charCodeAt(0))));
