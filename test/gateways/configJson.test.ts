import fc from 'fast-check';
import { parseConfigJson } from '../../src/gateways/configJson.js';

const problem = (text: string): string => {
  const read = parseConfigJson(text);
  return read.kind === 'wrong' ? read.problem : 'none';
};
const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

describe('says which character is wrong and where', () => {
  it.each([
    ['{“URL”: "x"}', 'character 2 (line 1, column 2) is “ (U+201C), a typographic quote; JSON wants the plain " (U+0022)'],
    ["{'URL':'x'}", "character 2 (line 1, column 2) is ' (U+0027), a single quote; JSON wants the plain \" (U+0022)"],
    ['{"a": ’x’}', 'character 7 (line 1, column 7) is ’ (U+2019), a typographic quote; JSON wants the plain " (U+0022)'],
    ['{"a": „x“}', 'character 7 (line 1, column 7) is „ (U+201E), a typographic quote; JSON wants the plain " (U+0022)'],
    ['{«a»: 1}', 'character 2 (line 1, column 2) is « (U+00AB), a typographic quote; JSON wants the plain " (U+0022)'],
    ['{‘a’: 1}', 'character 2 (line 1, column 2) is ‘ (U+2018), a typographic quote; JSON wants the plain " (U+0022)'],
    ['{\n  "a": 1,\n  ”b": 2 }', 'character 15 (line 3, column 3) is ” (U+201D), a typographic quote; JSON wants the plain " (U+0022)'],
    ['{"😀": 1, x}', 'character 10 (line 1, column 10) is x (U+0078); JSON wants a name in "'],
    ['{"a": 1,}', 'character 9 (line 1, column 9) is } (U+007D); JSON wants a name in " after the last comma, or no comma'],
    ['{"a": 1 "b": 2}', 'character 9 (line 1, column 9) is " (U+0022), a quotation mark; JSON wants , or }'],
    ['{"a"\u00a0: 1}', 'character 5 is not'],
    ['\ufeff{"a": 1}', 'character 1 (line 1, column 1) is a byte order mark (U+FEFF); JSON wants an object, which begins with {'],
    ['{"a": "x\ny"}', 'character 9 (line 1, column 9) is a line break (U+000A); JSON wants \\n, \\t or \\uXXXX for it inside a text'],
    ['{"a": "\\x"}', 'character 9 (line 1, column 9) is x (U+0078); JSON wants one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX after a backslash'],
    ['{"a": 01}', 'character 8 (line 1, column 8) is 1 (U+0031); JSON wants , or }'],
    ['{"a": [1 2]}', 'character 10 (line 1, column 10) is 2 (U+0032); JSON wants , or ]'],
    ['{"a": ', 'the text ends at character 7 (line 1, column 7), where JSON wants a value: a text in ", a number, true, false, null, { or ['],
    ['{"a": "b', 'the text ends at character 9 (line 1, column 9), where JSON wants a closing "'],
    ['[1]', 'character 1 (line 1, column 1) is [ (U+005B); JSON wants an object, which begins with {'],
    ['{} x', 'character 4 (line 1, column 4) is x (U+0078); JSON wants nothing after the closing }'],
    ['', 'the text ends at character 1 (line 1, column 1), where JSON wants an object, which begins with {'],
  ])('%j', (text, expected) => {
    expect(problem(text)).toContain(expected.replace('is not', '(line 1, column 5) is a no-break space (U+00A0); JSON wants :'));
  });
});

it("reads the manual's example, and quotes of every kind inside texts", () => {
  const text = '{ "URL": "http://sms.example/", "PARAMETER": {"from": "“it’s”", "n": -1.5e3, "x": [true, null]}, "HTTP_Method": "GET" }\n';
  expect(parseConfigJson(text)).toEqual({ kind: 'read', value: JSON.parse(text) });
});

it('repeats nothing but the one wrong character', () => {
  expect(problem('{"PASSWORD": "geheim", "x": \'geheim2\'}')).not.toMatch(/geheim/);
});

it('does not fall over deep nesting', () => {
  expect(problem(`{"a": ${'['.repeat(100_000)}`)).toContain('at most 100 levels');
});

it('reads exactly what is a JSON object', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), fc.constantFrom(0, 1, '\t'), (value, indent) => {
    const text = JSON.stringify(value, null, indent);
    expect(parseConfigJson(text)).toEqual({ kind: 'read', value: JSON.parse(text) });
  }));
  const noisy = fc.string({ unit: fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'u', '0', '1', '-', '.', 'e', 'true', 'null', ' ', '\n', '\u00a0', "'", '“', 'a'), maxLength: 14 });
  fc.assert(fc.property(noisy, (inside) => {
    for (const text of [inside, `{"a":${inside}}`, `{"${inside}":1}`]) expect([text, parseConfigJson(text).kind]).toEqual([text, isObject(text) ? 'read' : 'wrong']);
  }), { numRuns: 2_000 });
});
