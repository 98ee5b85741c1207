import { newPassword } from '../../src/security/passwords.js';

it('can be read out, never comes twice and has at least 100 bits', () => {
  const made = Array.from({ length: 200 }, () => newPassword().reveal());
  expect(new Set(made).size).toBe(200);
  for (const password of made) expect(password).toMatch(/^[a-hjkmnp-z2-9]{6}(-[a-hjkmnp-z2-9]{6}){3}$/);
  const alphabet = new Set(made.join('').replaceAll('-', ''));
  expect(24 * Math.log2(alphabet.size)).toBeGreaterThan(100);
  expect(`${newPassword()}`).toBe('***');
});
