import type { Resolver } from './resolver.js';

/** What fits every directory and every log: no control characters, not only white space. */
const longest = 255;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const isLogin = (login: string): boolean => login.trim() !== '' && login.length <= longest && !/[\u0000-\u001f\u007f-\u009f]/.test(login);

/**
 * For installations without a user directory: every login is a user, known by the tokens that he has. It has no numbers and no
 * passwords, so no password is right.
 */
export const openResolver = (name = 'open'): Resolver => ({
  name,
  hasPasswords: false,
  find: async (login) => (isLogin(login) ? { login, userId: login } : undefined),
  checkPassword: async () => false,
});
