import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { hotpCodes } from '../../src/security/codes.js';
import { Secret } from '../../src/security/secret.js';

const seed = (length: number): Secret => new Secret(Buffer.from('1234567890'.repeat(7).slice(0, length)).toString('hex'));
const algorithms = { sha1: 20, sha256: 32, sha512: 64 } as const;

/** RFC 4226, section 5.3, written down a second time. */
const reference = (key: Buffer, counter: number, digits: number, algorithm: string): string => {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac(algorithm, key).update(moving).digest();
  const truncated = digest.readUInt32BE(digest.at(-1)! & 15) & 0x7fffffff;
  return (truncated % 10 ** digits).toString().padStart(digits, '0');
};

const vectors = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];
it.each(vectors.map((code, counter) => ({ code, counter })))(
  'RFC 4226, appendix D: counter $counter gives $code',
  ({ code, counter }) => expect(hotpCodes.code(seed(20), counter, 6, 'sha1').reveal()).toBe(code),
);

it.each([
  [59, '94287082', '46119246', '90693936'],
  [1_111_111_109, '07081804', '68084774', '25091201'],
  [1_111_111_111, '14050471', '67062674', '99943326'],
  [1_234_567_890, '89005924', '91819424', '93441116'],
  [2_000_000_000, '69279037', '90698825', '38618901'],
  [20_000_000_000, '65353130', '77737706', '47863826'],
])('RFC 6238, appendix B: %i seconds', (time, ...codes) => {
  const counter = Math.floor(time / 30);
  expect(Object.entries(algorithms).map(([algorithm, length]) => hotpCodes.code(seed(length), counter, 8, algorithm as 'sha1').reveal())).toEqual(codes);
});

it('agrees with the standard for every seed, counter, length and algorithm', () => {
  fc.assert(fc.property(
    fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.integer({ min: 6, max: 10 }), fc.constantFrom('sha1', 'sha256', 'sha512'),
    (key, counter, digits, algorithm) => {
      const code = hotpCodes.code(new Secret(Buffer.from(key).toString('hex')), counter, digits, algorithm).reveal();
      expect(code).toBe(reference(Buffer.from(key), counter, digits, algorithm));
      expect(code).toHaveLength(digits);
    },
  ));
});

it('makes seeds as long as the digest, in hex, never the same', () => {
  for (const [algorithm, length] of Object.entries(algorithms)) {
    const made = hotpCodes.newSeed(algorithm as 'sha1').reveal();
    expect(made).toMatch(/^[0-9a-f]+$/);
    expect(made).toHaveLength(length * 2);
    expect(hotpCodes.newSeed(algorithm as 'sha1').reveal()).not.toBe(made);
  }
});

it('throws for what is no HOTP at all, without the seed', () => {
  expect(() => hotpCodes.code(new Secret('xyz'), 1, 6, 'sha1')).toThrow(/^a seed is hex$/);
  expect(() => hotpCodes.code(new Secret(''), 1, 6, 'sha1')).toThrow(/^a seed is hex$/);
  expect(() => hotpCodes.code(seed(20), 1, 5, 'sha1')).toThrow('6 to 10');
  expect(() => hotpCodes.code(seed(20), 1, 11, 'sha1')).toThrow('6 to 10');
  expect(() => hotpCodes.code(seed(20), -1, 6, 'sha1')).toThrow();
});

it('shows no code to whoever prints it', () => {
  expect(`${hotpCodes.code(seed(20), 1, 6, 'sha1')} ${hotpCodes.newSeed('sha1')}`).toBe('*** ***');
});
