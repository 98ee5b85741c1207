import { refusalsStream, type RefusalDraft } from '../../events/refusals.js';
import type { Via } from '../../events/token.js';
import type { Context } from '../context.js';
import type { Refused } from '../outcome.js';
import type { User } from '../ports.js';
import { candidatesOf, cut, type Candidate, type LoginDependencies, type Subject } from './attempt.js';
import { unlockInTime } from './unlock.js';

type Wanted = Subject & { readonly transactionId?: string };

/** Finds the tokens that are meant. Revoked ones only where there are no others; an attempt that reaches none is written down. */
export const findTokens = async (with_: LoginDependencies, subject: Wanted, via: Via, context: Context): Promise<readonly Candidate[] | Refused> => {
  const { users, tokens, journal, clock } = with_;
  const nobody = async (reason: RefusalDraft['data']['reason'] & Refused['reason'], login = subject.login, realm = subject.realm): Promise<Refused> => {
    await journal.append(refusalsStream(clock.now()), 'any', [
      { type: 'AuthenticationRefused', data: { reason, login: cut(login), realm: cut(realm), serial: cut(subject.serial), transactionId: cut(subject.transactionId) } },
    ], context);
    return { kind: 'refused', reason, via, tokens: [] };
  };

  const user = subject.login === undefined ? undefined : await users.find(subject.login, subject.realm);
  if (subject.login !== undefined && !user) {
    // no sooner than whoever is told that his PIN is wrong
    await tokens.caughtUp();
    return nobody('unknown-user');
  }
  const first = await tokensMeant(with_, subject, user);
  // a token that is gone, or another's, may have become something else on another instance
  const found = first.wanting && first.known && (await tokens.caughtUp()) ? await tokensMeant(with_, subject, user) : first;
  if (found.wanting) return nobody(found.wanting, user?.login, user?.realm);
  return unlockInTime(with_, found.candidates, context);
};

/** The same tokens, when nobody is to hear that there are none. */
export const lookAgain = async (with_: Pick<LoginDependencies, 'tokens' | 'handler' | 'users'>, subject: Wanted): Promise<readonly Candidate[]> =>
  (await tokensMeant(with_, subject, subject.login === undefined ? undefined : await with_.users.find(subject.login, subject.realm))).candidates;

interface Found {
  readonly candidates: readonly Candidate[];
  /** Why there are none. */
  readonly wanting?: 'unknown-token' | 'no-token' | 'unknown-transaction' | 'not-owner';
  /** Whether there was a serial to begin with. */
  readonly known: boolean;
}

/** The tokens that are meant, as far as is known here. */
const tokensMeant = async (with_: Pick<LoginDependencies, 'tokens' | 'handler'>, { serial, transactionId = '' }: Wanted, user: User | undefined): Promise<Found> => {
  const own = user ? await with_.tokens.ofOwner(user.login, user.realm) : undefined;
  const serials = serial !== undefined ? [serial] : (own ?? await with_.tokens.inTransaction(transactionId));
  const known = serials.length > 0;
  const present = (await candidatesOf(with_, serials)).filter(({ facts }) => facts.token.life === 'present');
  if (present.length === 0) return { candidates: [], known, wanting: serial !== undefined ? 'unknown-token' : user ? 'no-token' : 'unknown-transaction' };
  if (serial !== undefined && own && !own.includes(serial)) return { candidates: [], known, wanting: 'not-owner' };
  const unrevoked = present.filter(({ facts }) => !facts.token.revoked && !facts.token.erased);
  return { candidates: unrevoked.length > 0 ? unrevoked : present, known };
};
