import type { AccountDraft } from '../events/account.js';
import { isPaused, type Account } from './account.js';
import type { Decision } from './handler.js';

export type SignIn =
  | { readonly kind: 'accepted'; readonly name: string }
  | { readonly kind: 'refused'; readonly reason: 'wrong-credentials' | 'paused' | 'overloaded' | 'busy' };

/**
 * Lets in whoever has the right password, but nobody while the account is paused.
 * @param right whether the password was the right one
 * @param name what the caller is called once he is in
 */
export const signIn = (account: Account, now: Date, right: boolean, name: string): Decision<SignIn, AccountDraft> => {
  if (isPaused(account, now)) return { events: [{ type: 'SignInRefused', data: { reason: 'locked', counted: false } }], answer: { kind: 'refused', reason: 'paused' } };
  if (!right) return { events: [{ type: 'SignInRefused', data: { reason: 'wrong-password', counted: true } }], answer: { kind: 'refused', reason: 'wrong-credentials' } };
  return { events: [{ type: 'SignedIn', data: {} }], answer: { kind: 'accepted', name } };
};
