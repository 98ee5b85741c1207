import fc from 'fast-check';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Attempt } from '../../src/commands/login/attempt.js';
import { readBody, type RequestBody } from '../../src/http/body.js';
import { mergeParameters as mergeLinotp } from '../../src/http/linotp/parameters.js';
import { mergeParameters as mergePrivacyidea } from '../../src/http/privacyidea/parameters.js';
import { startApi, type Api } from '../fixtures/api.js';

type Pairs = readonly (readonly [name: string, value: string])[];

// ---- what clients send

/** Everything that has a meaning of its own in one of the encodings, and everything else. */
const value = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.constantFrom('+', '%', '%41', '%2B', '%25', '%zz', '%C3%A4', '%ff', '&', '=', ';', '#', '?', ' ', '"', '\\', '\r\n', '\n', '\0', '--', 'ä', '💥', '\u202e', '\ufeff', 'x'), { maxLength: 8 }).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) }, fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constant(''),
);
const name = fc.oneof(
  fc.constantFrom('user', 'pass', 'realm', 'state', 'transactionid', 'transaction_id', 'serial', '__proto__', 'constructor', 'a b', 'a+b', 'a%41'),
  // a part of a multipart body has its name in a header, where quotes and line ends are written in more than one way
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => !/["\\\p{Cc}]/u.test(text) && !text.endsWith('[]')),
);
const pairs = fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 8 });
const distinct = fc.uniqueArray(fc.tuple(name, value), { minLength: 1, maxLength: 8, selector: ([its]) => its });

const once = fc.constantFrom('privacyidea-cp/3.5.1 Windows/10.0', 'privacyIDEA-LDAP-Proxy', 'simpleSAMLphp', 'SIMPLESAMLPHP/2');
const twice = fc.constantFrom('FreeRADIUS', 'privacyIDEA-Keycloak/1.5.0', 'curl/8', 'privacyidea-cpx', '');
const encodedAgain = (sent: Pairs): Pairs => sent.map(([its, text]) => [its, encodeURIComponent(text)]);

// ---- how they send it

const urlEncoded = (sent: Pairs): string => new URLSearchParams(sent.map(([its, text]): [string, string] => [its, text])).toString();
const boundary = 'b0undary-that-no-value-has';
/** By hand: FormData would change line ends. */
const multipart = (sent: Pairs): string => `${sent.map(([its, text]) => `--${boundary}\r\nContent-Disposition: form-data; name="${its}"\r\n\r\n${text}\r\n`).join('')}--${boundary}--\r\n`;
const types = { form: 'application/x-www-form-urlencoded', multipart: `multipart/form-data; boundary=${boundary}`, json: 'application/json' };
type Encoding = keyof typeof types;
const written = (encoding: Encoding, sent: Pairs): string =>
  encoding === 'form' ? urlEncoded(sent) : encoding === 'multipart' ? multipart(sent) : JSON.stringify(Object.fromEntries(sent));

/** The body as the server reads it from the wire, in pieces of any size. */
const received = async (encoding: Encoding, sent: Pairs, piece: number): Promise<RequestBody> => {
  const bytes = Buffer.from(written(encoding, sent));
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, index) => bytes.subarray(index * piece, (index + 1) * piece));
  const request = Object.assign(Readable.from(pieces), { headers: { 'content-type': types[encoding] }, complete: true });
  const read = await readBody(request as unknown as IncomingMessage);
  if (read.kind !== 'read') throw new Error(read.message);
  return read.body;
};
const query = (sent: Pairs): [string, string][] => [...new URLSearchParams(urlEncoded(sent))];
const nothing: RequestBody = { kind: 'none', fields: [] };
const pieces = fc.integer({ min: 1, max: 200 });

/** Of a name that comes twice the first counts. */
const first = (sent: Pairs): Map<string, string> => new Map([...sent].reverse());
const linotp = (asked: Pairs, body: RequestBody): Map<string, string> => new Map(mergeLinotp(asked, body).entries());
const privacyidea = (asked: Pairs, body: RequestBody, userAgent: string): Map<string, unknown> => new Map(Object.entries(mergePrivacyidea(asked, body, userAgent)!));

describe('the same parameters are the same', () => {
  it('in LinOTP as query, form, multipart and JSON, whatever is in them', () => fc.assert(fc.asyncProperty(distinct, pieces, async (sent, piece) => {
    const meant = new Map(sent);
    expect(linotp(query(sent), nothing)).toEqual(meant);
    for (const encoding of ['form', 'multipart', 'json'] as const) expect(linotp([], await received(encoding, sent, piece))).toEqual(meant);
  }), { numRuns: 300 }));

  it('in privacyIDEA too, encoded as often as the client does', () => fc.assert(fc.asyncProperty(distinct, pieces, once, twice, async (sent, piece, onceBy, twiceBy) => {
    const meant = new Map(sent);
    for (const [wire, agent] of [[sent, onceBy], [encodedAgain(sent), twiceBy]] as const) {
      expect(privacyidea(query(wire), nothing, agent)).toEqual(meant);
      for (const encoding of ['form', 'multipart'] as const) expect(privacyidea([], await received(encoding, wire, piece), agent)).toEqual(meant);
      // JSON is never decoded again
      expect(privacyidea([], await received('json', sent, piece), agent)).toEqual(meant);
    }
  }), { numRuns: 300 }));

  it('when a name comes several times, and wherever the query ends and the form begins', () => fc.assert(fc.asyncProperty(pairs, fc.nat(8), pieces, once, twice, async (sent, cut, piece, onceBy, twiceBy) => {
    const meant = first(sent);
    for (const encoding of ['form', 'multipart'] as const) {
      expect(linotp(query(sent.slice(0, cut)), await received(encoding, sent.slice(cut), piece))).toEqual(meant);
      expect(privacyidea(query(sent.slice(0, cut)), await received(encoding, sent.slice(cut), piece), onceBy)).toEqual(meant);
      const again = encodedAgain(sent);
      expect(privacyidea(query(again.slice(0, cut)), await received(encoding, again.slice(cut), piece), twiceBy)).toEqual(meant);
    }
  }), { numRuns: 200 }));
});

describe('the same request is the same command', () => {
  let api: Api;
  let attempts: unknown[] = [];
  beforeAll(async () => {
    api = await startApi();
    jest.spyOn(api.tanager.application.authenticate, 'check').mockImplementation(async ({ newTransactionId: _, pass, ...attempt }: Attempt) => {
      attempts.push({ ...attempt, pass: pass.reveal() });
      return { kind: 'refused', reason: 'wrong-pin', via: 'pin', tokens: [] };
    });
  });
  afterAll(() => api.stop());

  /** What the service was asked to do. */
  const commands = async (path: string, encoding: Encoding | 'query', sent: Pairs, agent: string): Promise<unknown> => {
    attempts = [];
    const { status } = encoding === 'query'
      ? await api.call('GET', `${path}?${urlEncoded(sent)}`, undefined, { 'user-agent': agent })
      : await api.call('POST', path, written(encoding, sent), { 'user-agent': agent, 'Content-Type': types[encoding] });
    return { status, attempts };
  };

  it.each([['/linotp/validate/check', 'transactionid', false], ['/privacyidea/validate/check', 'transaction_id', true]])('at %s', (path, transaction, decodesTwice) =>
    fc.assert(fc.asyncProperty(value, value, fc.option(value, { nil: undefined }), fc.option(fc.constantFrom('', '01234567890123456789', '%31'), { nil: undefined }), once, twice, async (user, pass, realm, id, onceBy, twiceBy) => {
      const sent: Pairs = [['user', user], ['pass', pass], ...(realm === undefined ? [] : [['realm', realm] as const]), ...(id === undefined ? [] : [[transaction, id] as const])];
      const meant = await commands(path, 'json', sent, onceBy);
      for (const encoding of ['query', 'form', 'multipart'] as const) {
        expect(await commands(path, encoding, sent, onceBy)).toEqual(meant);
        if (decodesTwice) expect(await commands(path, encoding, encodedAgain(sent), twiceBy)).toEqual(meant);
      }
      for (const attempt of (meant as { attempts: { pass: string }[] }).attempts) expect(attempt.pass).toBe(pass);
    }), { numRuns: 25 }));
});
