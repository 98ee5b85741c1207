import fc from 'fast-check';
import { constantTimeEqual, sameCode } from '../../src/security/constantTime.js';
import { Secret } from '../../src/security/secret.js';

it('says what === says, for texts of any length', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
    expect(constantTimeEqual(a, b)).toBe(a === b);
    expect(constantTimeEqual(a, a)).toBe(true);
    expect(constantTimeEqual(a, `${a}0`)).toBe(false);
  }));
});

it('compares codes', () => {
  expect(sameCode(new Secret('287082'), new Secret('287082'))).toBe(true);
  expect(sameCode(new Secret('287082'), new Secret('287083'))).toBe(false);
  expect(sameCode(new Secret('287082'), new Secret('2870820'))).toBe(false);
  expect(sameCode(new Secret(''), new Secret('287082'))).toBe(false);
});
