import fc from 'fast-check';
import type { RequestBody } from '../../../src/http/body.js';
import { decodesTwice, flag, list, mergeParameters, percentDecoded, type Parameters } from '../../../src/http/privacyidea/parameters.js';

const nothing: RequestBody = { kind: 'none', fields: [] };
const texts = fc.string({ unit: 'grapheme', maxLength: 30 });

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
