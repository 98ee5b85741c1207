import { compilePattern, tooSlow, type Pattern } from '../../src/gateways/pattern.js';

const compiled = (source: string, replacement?: string): Pattern => {
  const pattern = compilePattern(source, replacement);
  if ('problem' in pattern) throw new Error(pattern.problem);
  return pattern;
};
const found = (source: string, input: string): unknown => compiled(source).find(input);

describe("Python's syntax", () => {
  it.each([
    ['ID: (\\d+)', 'my ID: 12', ['ID: 12', '12']],
    ['(?P<id>\\w+)-(?P=id)', 'a-b b-b', ['b-b', 'b']],
    ['(?i)queued', 'QUEUED', ['QUEUED']],
    ['^OK$', 'OK\n', ['OK']],
    ['^OK$', 'OK\nOK', undefined],
    ['(?m)^OK$', 'x\nOK\ny', ['OK']],
    ['\\AOK\\Z', 'OK\n', undefined],
    ['\\AOK\\Z', 'OK', ['OK']],
    ['[]x]+', 'a]x]', [']x]']],
    ['[^]x]', ']xy', ['y']],
    ['[$[]', 'a[', ['[']],
    ['\\$5', 'cost $5', ['$5']],
    ['a{,2}b', 'aab', ['aab']],
    ['(?#comment)x', 'x', ['x']],
    ['x', 'y', undefined],
  ])('%s in %j', (source, input, groups) => {
    const match = found(source, input);
    expect(Array.isArray(match) ? [...match] : match).toEqual(groups);
  });

  it.each([
    ['(a)(b)', '\\2\\1', 'ab', 'ba'],
    ['(?P<x>a)', '[\\g<x>\\g<0>]', 'aa', '[aa][aa]'],
    ['(a)', '\\g<1>0', 'a', 'a0'],
    ['a', '$&$1\\\\', 'a', '$&$1\\'],
    ['a', '', 'banana', 'bnn'],
  ])('replaces %s by %s', (source, replacement, input, output) => {
    expect(compiled(source, replacement).replaceAll(input)).toBe(output);
  });
});

it.each(['(', '+', 'a++', '[b-a]', `${'a'.repeat(501)}`])('refuses %s', (source) => {
  expect(compilePattern(source)).toEqual({ problem: expect.any(String) });
});

it('stops an expression that would take for ever, and goes on', () => {
  const evil = compiled('(a|a)*$', 'x');
  const input = `${'a'.repeat(60)}!`;
  expect(evil.find(input)).toBe(tooSlow);
  expect(compiled('^(a+)+$', 'x').replaceAll(input)).toBe(tooSlow);
  expect(found('a', 'a')).toBeDefined();
});

it('runs without a time limit only what is quick at its worst', () => {
  for (const [source, input] of [['x*y', 'x'.repeat(1_000)], ['(a|a)(a|a)x*b', 'a'.repeat(1_000)], ['a?a?a*b', 'a'.repeat(1_000)], ['a?a?a{900}b', 'a'.repeat(1_000)]] as const) {
    const started = performance.now();
    expect(found(source, input)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  }
});

it('looks at the first 16,384 characters', () => {
  expect(found('x', `${' '.repeat(16_383)}x`)).toBeDefined();
  expect(found('x', `${' '.repeat(16_384)}x`)).toBeUndefined();
});
