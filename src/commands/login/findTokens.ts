import { refusalsStream, type RefusalDraft } from '../../events/refusals.js';
import type { Via } from '../../events/token.js';
import type { Context } from '../context.js';
import type { Refused } from '../outcome.js';
import { candidatesOf, cut, type Candidate, type LoginDependencies, type Subject } from './attempt.js';
import { unlockInTime } from './unlock.js';

/** Finds the tokens that are meant. Revoked ones only where there are no others; an attempt that reaches none is written down. */
export const findTokens = async (
  with_: LoginDependencies,
  subject: Subject & { readonly transactionId?: string },
  via: Via,
  context: Context,
): Promise<readonly Candidate[] | Refused> => {
  const { users, tokens, journal, clock } = with_;
  const nobody = async (reason: RefusalDraft['data']['reason'] & Refused['reason'], login = subject.login, realm = subject.realm): Promise<Refused> => {
    await journal.append(refusalsStream(clock.now()), 'any', [
      { type: 'AuthenticationRefused', data: { reason, login: cut(login), realm: cut(realm), serial: cut(subject.serial), transactionId: cut(subject.transactionId) } },
    ], context);
    return { kind: 'refused', reason, via, tokens: [] };
  };

  const user = subject.login === undefined ? undefined : await users.find(subject.login, subject.realm);
  if (subject.login !== undefined && !user) return nobody('unknown-user');
  const own = user ? await tokens.ofOwner(user.login, user.realm) : undefined;
  const serials = subject.serial !== undefined ? [subject.serial] : (own ?? await tokens.inTransaction(subject.transactionId ?? ''));
  const candidates = await candidatesOf(with_, serials);
  const present = candidates.filter(({ facts }) => facts.token.life === 'present');
  if (present.length === 0) return nobody(subject.serial !== undefined ? 'unknown-token' : user ? 'no-token' : 'unknown-transaction', user?.login, user?.realm);
  if (subject.serial !== undefined && own && !own.includes(subject.serial)) return nobody('not-owner', user?.login, user?.realm);
  const unrevoked = present.filter(({ facts }) => !facts.token.revoked && !facts.token.erased);
  return unlockInTime(with_, unrevoked.length > 0 ? unrevoked : present, context);
};
