import fc from 'fast-check';
import { constantTimeEqual } from '../../src/security/constantTime.js';
import { sameSecret, Secret } from '../../src/security/secret.js';

it('says what === says, for texts of any length', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
    expect(constantTimeEqual(a, b)).toBe(a === b);
    expect(constantTimeEqual(a, a)).toBe(true);
    expect(constantTimeEqual(a, `${a}0`)).toBe(false);
  }));
});

it('compares secrets', () => {
  expect(sameSecret(new Secret('287082'), new Secret('287082'))).toBe(true);
  expect(sameSecret(new Secret('287082'), new Secret('287083'))).toBe(false);
  expect(sameSecret(new Secret('287082'), new Secret('2870820'))).toBe(false);
  expect(sameSecret(new Secret(''), new Secret('287082'))).toBe(false);
});
