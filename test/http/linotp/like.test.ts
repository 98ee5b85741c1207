import fc from 'fast-check';
import { like } from '../../../src/http/linotp/like.js';

describe('LIKE', () => {
  it('means what SQL means', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), maxLength: 10 });
    fc.assert(fc.property(letters, text, (pattern, given) => {
      const regular = new RegExp(`^${pattern.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'i');
      expect(like(pattern, given)).toBe(regular.test(given));
    }), { numRuns: 2000 });
  });

  it('takes a dot for a dot', () => {
    expect(like('a.c', 'abc')).toBe(false);
    expect(like('%[x]%', 'a[x]b')).toBe(true);
  });

  it('is not held up by a hostile pattern', () => {
    expect(like('%a'.repeat(2000), 'a'.repeat(2000) + 'b')).toBe(false);
  });
});
