import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { namedUser } from '../../../src/http/privacyidea/names.js';
import { offsetOf, pageLinks, pageOf } from '../../../src/http/privacyidea/pages.js';
import { fits } from '../../../src/http/privacyidea/patterns.js';
import { fromBase32Check } from '../../../src/http/privacyidea/seeds.js';
import { httpDate, readTime, toTheMinute, withOffset } from '../../../src/http/privacyidea/times.js';

describe('names of users', () => {
  const realms = ['realm1', 'Guests'];
  it.each([
    ['alice', undefined, true, 'alice', 'realm1'],
    [' alice ', undefined, true, 'alice', 'realm1'],
    ['alice@guests', undefined, true, 'alice', 'guests'],
    ['a@b@guests', undefined, true, 'a@b', 'guests'],
    ['alice@nowhere', undefined, true, 'alice@nowhere', 'realm1'],
    ['guests\\alice', undefined, true, 'alice', 'guests'],
    ['nowhere\\alice', undefined, true, 'alice', 'nowhere'],
    ['\\alice', undefined, true, 'alice', 'realm1'],
    // a realm that is sent apart wins
    ['alice@realm1', 'guests', true, 'alice', 'guests'],
    ['alice@nowhere', 'Guests', true, 'alice@nowhere', 'guests'],
    ['alice', 'nowhere', true, 'alice', 'nowhere'],
    ['alice@realm1', undefined, false, 'alice@realm1', 'realm1'],
    ['realm1\\alice', 'guests', false, 'realm1\\alice', 'guests'],
  ])('%j (realm %j, split %j) is %s in %s', (user, realm, splitAtSign, login, expected) =>
    expect(namedUser(user, realm, { realms, splitAtSign })).toEqual({ login, realm: expected }));
});

describe('patterns', () => {
  it.each([
    ['SMS1', 'sms1', true], ['SMS1', 'SMS', false], ['SMS1', 'SMS*', true], ['SMS1', '*1', true], ['SMS1', '*', true], ['', '*', true],
    ['abcabc', 'a*c*c', true], ['abc', 'ab*bc', false], ['a*b', 'a*b', true], ['POST /validate/check', '*validate/check', true], ['a.c', 'a?c', false],
  ])('%j fits %j: %j', (text, pattern, expected) => expect(fits(text, pattern)).toBe(expected));

  it('agree with a regular expression', () => fc.assert(fc.property(fc.stringMatching(/^[ab]{0,8}$/), fc.stringMatching(/^[ab*]{0,6}$/), (text, pattern) =>
    expect(fits(text, pattern)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text)))));
});

describe('times', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  it.each([
    ['2026-01-31T12:00+0100', '2026-01-31T11:00:00.000Z'],
    ['2026-01-31T12:00:30+01:00', '2026-01-31T11:00:30.000Z'],
    ['2026-01-31 12:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026/1/3 7:05+0000', '2026-01-03T07:05:00.000Z'],
    ['31.01.2026 12:00 -0230', '2026-01-31T14:30:00.000Z'],
    ['+1d', '2026-11-23T10:00:00.000Z'],
    ['+12h', '2026-11-22T22:00:00.000Z'],
    ['+5m', '2026-11-22T10:05:00.000Z'],
    ['tomorrow', undefined], ['', undefined], ['2026-13-01', undefined], ['2026-01-31T25:00Z', undefined], ['+1y', undefined],
  ])('reads %j', (text, expected) => expect(readTime(text, now)).toBe(expected));

  it('takes a time without a zone for its own', () => expect(readTime('2026-01-31 12:00', now)).toBe(new Date(2026, 0, 31, 12).toISOString()));

  it('writes them as clients know them', () => expect([withOffset, toTheMinute, httpDate].map((written) => written('2026-11-22T08:02:20.123Z')))
    .toEqual(['2026-11-22T08:02:20+00:00', '2026-11-22T08:02+0000', 'Sun, 22 Nov 2026 08:02:20 GMT']));
});

describe('pages', () => {
  it.each([
    [5, 1, 2, { count: 5, next: 2, prev: null }, 0], [5, 3, 2, { count: 5, next: null, prev: 2 }, 4], [4, 2, 2, { count: 4, next: null, prev: 1 }, 2], [0, 1, 15, { count: 0, next: null, prev: null }, 0],
  ])('%j entries, page %j of %j', (count, page, size, links, offset) => {
    expect(pageLinks(count, pageOf(page, size))).toEqual(links);
    expect(offsetOf(pageOf(page, size))).toBe(offset);
  });
  it('are bounded', () => expect([pageOf(0, 0), pageOf(1, Infinity)]).toEqual([{ page: 1, size: 1 }, { page: 1, size: 10_000 }]));
});

describe('seeds with a checksum', () => {
  it('are refused when it is wrong', () => expect([fromBase32Check('FLPF7UZSGMZDGMRTGIZTEMZSGMZDGMRT'), fromBase32Check('no'), fromBase32Check('189'), fromBase32Check('')]).toEqual([undefined, undefined, undefined, undefined]));
  it('are read when it is right, with blanks and in lower case too', () => {
    const seed = '3132333435363738393031323334353637383930';
    const good = encode(seed);
    expect(fromBase32Check(good)).toBe(seed);
    expect(fromBase32Check(`${good.slice(0, 8)} ${good.slice(8).toLowerCase()}`)).toBe(seed);
  });
});

/** The other way round, for the test. */
const encode = (hex: string): string => {
  const seed = Buffer.from(hex, 'hex');
  const bytes = Buffer.concat([createHash('sha1').update(seed).digest().subarray(0, 4), seed]);
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('').match(/.{1,5}/g)!;
  return bits.map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(five.padEnd(5, '0'), 2)]).join('');
};
