import type { Account } from '../commands/account.js';
import type { Session } from '../security/sessions.js';

/** Whether a session is over before its time: its holder signed out, or the password was changed since. Sessions know whole seconds only, so one of the same second counts as newer. */
export const isOver = ({ id, issuedAt }: Pick<Session, 'id' | 'issuedAt'>, { passwordSetAt, signedOut }: Pick<Account, 'passwordSetAt' | 'signedOut'>): boolean =>
  Object.hasOwn(signedOut, id) || (passwordSetAt !== undefined && issuedAt.getTime() + 999 < Date.parse(passwordSetAt));
