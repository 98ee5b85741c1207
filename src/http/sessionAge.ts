import type { Account } from '../commands/account.js';
import type { Session } from '../security/sessions.js';

/** Whether the password was changed after the sign-in. Sessions know whole seconds only, so one of the same second counts as newer. */
export const isOlderThanPassword = ({ issuedAt }: Pick<Session, 'issuedAt'>, { passwordSetAt }: Pick<Account, 'passwordSetAt'>): boolean =>
  passwordSetAt !== undefined && issuedAt.getTime() + 999 < Date.parse(passwordSetAt);
