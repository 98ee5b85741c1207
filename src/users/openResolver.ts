import { isLogin } from './login.js';
import type { Resolver } from './resolver.js';

/**
 * For installations without a user directory: every login is a user, known by the tokens that he has. It has no numbers and no
 * passwords, so no password is right.
 */
export const openResolver = (name = 'open'): Resolver => ({
  name,
  type: 'open',
  hasPasswords: false,
  find: async (login) => (isLogin(login) ? { login, userId: login } : undefined),
  checkPassword: async () => false,
});
