import fc from 'fast-check';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { readBody, type RequestBody } from '../../../src/http/body.js';
import { decodesTwice, flag, list, mergeParameters, percentDecoded, type Parameters } from '../../../src/http/privacyidea/parameters.js';

/** The body as the server reads it from the wire. */
const received = async (body: ConstructorParameters<typeof Response>[0], type?: string): Promise<RequestBody> => {
  const sent = new Response(body, type ? { headers: { 'content-type': type } } : {});
  const bytes = Buffer.from(await sent.arrayBuffer());
  const request = Object.assign(Readable.from([bytes]), { headers: { 'content-type': sent.headers.get('content-type') ?? '' } });
  const read = await readBody(request as unknown as IncomingMessage);
  if (read.kind !== 'read') throw new Error(read.message);
  return read.body;
};
const nothing: RequestBody = { kind: 'none', fields: [] };
const pairs = (parameters: Parameters): [string, string][] => Object.entries(parameters) as [string, string][];
const encodedOnce = (parameters: Parameters): string => new URLSearchParams(pairs(parameters)).toString();
const encodedTwice = (parameters: Parameters): string => encodedOnce(Object.fromEntries(pairs(parameters).map(([name, value]) => [name, encodeURIComponent(value)])));

const asJson = async (sent: Parameters): Promise<Parameters | undefined> => mergeParameters([], await received(JSON.stringify(sent), 'application/json'), undefined);
const asForm = async (form: string, userAgent: string | undefined): Promise<Parameters | undefined> =>
  mergeParameters([], await received(form, 'application/x-www-form-urlencoded'), userAgent);
const asMultipart = async (sent: Parameters, userAgent: string): Promise<Parameters | undefined> => {
  const form = new FormData();
  for (const [name, value] of pairs(sent)) form.append(name, value);
  return mergeParameters([], await received(form), userAgent);
};

// forms turn line ends into CR LF, as HTML wants it
const texts = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/[\r\n]/.test(text));
const sentBy = fc.dictionary(fc.stringMatching(/^[a-z_.]{1,12}$/), texts, { minKeys: 1, maxKeys: 8, noNullPrototype: true });
const once = fc.constantFrom('privacyidea-cp/3.5.1 Windows/10.0', 'privacyIDEA-LDAP-Proxy', 'simpleSAMLphp', 'SIMPLESAMLPHP/2');
const twice = fc.constantFrom('FreeRADIUS', 'privacyIDEA-Keycloak/1.5.0', 'curl/8', undefined, 'privacyidea-cpx');

it('is the same command as query, form, multipart and JSON, encoded once or twice', () =>
  fc.assert(fc.asyncProperty(sentBy, once, twice, async (sent, onceBy, twiceBy) => {
    expect(await asJson(sent)).toEqual(sent);
    expect(await asForm(encodedOnce(sent), onceBy)).toEqual(sent);
    expect(await asForm(encodedTwice(sent), twiceBy)).toEqual(sent);
    expect(await asMultipart(sent, onceBy)).toEqual(sent);
    expect(mergeParameters([...new URLSearchParams(encodedTwice(sent))], nothing, twiceBy)).toEqual(sent);
    // part in the query, part in the body
    const [first, ...rest] = pairs(sent);
    expect(mergeParameters([first!], await received(encodedOnce(Object.fromEntries(rest)), 'application/x-www-form-urlencoded'), onceBy)).toEqual(sent);
  }), { numRuns: 60 }));

it('leaves a text without escapes as it is, however often it is decoded', () => {
  fc.assert(fc.property(texts.filter((text) => !/%[0-9a-f]{2}/i.test(text)), (text) => expect(percentDecoded(text)).toBe(text)));
  expect(percentDecoded('100% a+b %zz %4')).toBe('100% a+b %zz %4');
});

it('decodes bytes that are no UTF-8 to U+FFFD and never fails', () => {
  expect(percentDecoded('a%ffb')).toBe('a\ufffdb');
  fc.assert(fc.property(fc.string(), (text) => typeof percentDecoded(text) === 'string'));
});

it.each([
  ['the query before the form', [['a', '1'], ['a', '2']], { kind: 'form', fields: [['a', '3'], ['b', '4']] }, { a: '1', b: '4' }],
  ['a JSON body over both, not decoded, and null as nothing', [['a', '1'], ['b', '2']], { kind: 'json', fields: [], json: { a: '%41', b: null, c: 3 } }, { a: '%41', c: 3 }],
  ['JSON in a body of another type', [], { kind: 'text', fields: [], text: '{"a": "%41"}' }, { a: '%41' }],
  ['nothing of another body', [['a', '%41']], { kind: 'text', fields: [], text: 'b=2' }, { a: 'A' }],
  ['no object', [], { kind: 'json', fields: [], json: ['a'] }, undefined],
] as [string, [string, string][], RequestBody, Parameters | undefined][])('takes %s', (_, query, body, expected) =>
  expect(mergeParameters(query, body, 'curl/8')).toEqual(expected));

it('takes names that objects have anyway for names like any other', () => {
  const merged = mergeParameters([['__proto__', 'x'], ['constructor', 'y']], nothing, undefined)!;
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  expect(Object.entries(merged)).toEqual([['__proto__', 'x'], ['constructor', 'y']]);
});

it.each([['privacyidea-cp/1', false], ['simplesamlphp', false], ['privacyIDEA-LDAP-Proxy', false], ['PrivacyIDEA-App/4', true], ['', true]])('%s decodes twice: %s', (agent, expected) =>
  expect(decodesTwice(agent)).toBe(expected));

it('knows what is true, and what is a list', () => {
  expect(['1', 1, true, 'true', 'True', 'TRUE', 'yes', 'on', 0, '', undefined, '01'].map((value) => flag.parse(value)))
    .toEqual([true, true, true, true, true, true, false, false, false, false, false, false]);
  expect([list.parse('a, b,,c'), list.parse(['a', ' b ']), list.parse('')]).toEqual([['a', 'b', 'c'], ['a', 'b'], []]);
});
