import { hash as digestOf } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';

/** Rounds without a break for everybody else: about a millisecond. */
const slice = 500;
const fewest = 1000;
/** More would keep a core busy for seconds; the scheme itself allows a thousand times as many. */
const most = 1_000_000;
const usual = 5000;
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

type Triple = readonly [number, number, number];
interface Scheme {
  readonly algorithm: 'sha256' | 'sha512';
  readonly size: number;
  /** The order in which the bytes of the digest are written: the first three, and how three lead to the next. */
  readonly first: Triple;
  readonly next: (triple: Triple) => Triple;
  readonly rest: readonly number[];
}

const schemes: Readonly<Record<string, Scheme>> = {
  5: { algorithm: 'sha256', size: 32, first: [0, 10, 20], next: ([a, b, c]) => [c + 1, a + 1, b + 1], rest: [31, 30] },
  6: { algorithm: 'sha512', size: 64, first: [0, 21, 42], next: ([a, b, c]) => [b + 1, c + 1, a + 1], rest: [63] },
};

interface Setting {
  readonly scheme: Scheme;
  /** All before the digest, as it is written. */
  readonly prefix: string;
  readonly rounds: number;
  readonly salt: string;
}

const settingOf = (hash: string): Setting | undefined => {
  const [prefix = '', kind = '', rounds, salt = ''] = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$:\s]{0,16})/.exec(hash) ?? [];
  const scheme = schemes[kind];
  const asked = rounds === undefined ? usual : Number(rounds);
  return scheme && asked >= fewest && asked <= most ? { scheme, prefix, rounds: asked, salt } : undefined;
};

/** Whether `shaCrypt` can compute hashes like this one. */
export const isShaCrypt = (hash: string): boolean => settingOf(hash) !== undefined;

/**
 * SHA-crypt, the `$5$` and `$6$` hashes of Unix passwords (U. Drepper, "Unix crypt using SHA-256 and SHA-512"). Makes way for
 * other work while it computes.
 * @param setting a hash, or what stands before its last `$`
 * @returns the whole hash; undefined for another kind of hash and for rounds below 1000 or above a million
 */
export const shaCrypt = async (password: string, setting: string): Promise<string | undefined> => {
  const asked = settingOf(setting);
  if (!asked) return undefined;
  const { scheme, rounds, prefix } = asked;
  const hash = (...parts: Uint8Array[]): Buffer => digestOf(scheme.algorithm, Buffer.concat(parts), 'buffer');
  const key = Buffer.from(password, 'utf8');
  const salt = Buffer.from(asked.salt, 'utf8');

  const inner = hash(key, salt, key);
  const mixed: Uint8Array[] = [key, salt, stretch(inner, key.length)];
  for (let length = key.length; length > 0; length >>= 1) mixed.push(length & 1 ? inner : key);
  let digest = hash(...mixed);

  const keys = stretch(hash(...Array<Buffer>(key.length).fill(key)), key.length);
  const salts = stretch(hash(...Array<Buffer>(16 + digest[0]!).fill(salt)), salt.length);
  for (let round = 0; round < rounds; round++) {
    if (round % slice === slice - 1) await breathe();
    const odd = round & 1;
    digest = hash(odd ? keys : digest, round % 3 ? salts : none, round % 7 ? keys : none, odd ? digest : keys);
  }
  return `${prefix}$${encode(digest, scheme)}`;
};

const none = new Uint8Array(0);

/** Repeats bytes up to a length. */
const stretch = (bytes: Buffer, length: number): Buffer => Buffer.alloc(length, bytes);

const encode = (digest: Buffer, { first, next, rest, size }: Scheme): string => {
  let text = '';
  let triple = first;
  for (let done = 0; done + 3 <= size; done += 3) {
    text += characters(triple.map((place) => digest[place]!), 4);
    triple = next(triple);
  }
  return text + characters(rest.map((place) => digest[place]!), rest.length + 1);
};

/** crypt's own base 64: the lowest six bits first. */
const characters = (bytes: readonly number[], count: number): string => {
  let bits = bytes.reduce((sum, byte) => (sum << 8) | byte, 0);
  let text = '';
  for (let done = 0; done < count; done++) {
    text += alphabet[bits & 63];
    bits >>= 6;
  }
  return text;
};
