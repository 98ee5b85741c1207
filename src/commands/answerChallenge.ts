import type { Rejection, TokenDraft, Via } from '../events/token.js';
import { sameSecret, type Secret } from '../security/secret.js';
import { challengeOf, isLive, type Challenge, type Token } from './token.js';
import type { Decision, Facts } from './tokenHandler.js';
import { rejection, unusable } from './usable.js';

/** A code, and how it came: for one challenge by its transaction id, or for any live one of the token. */
export interface AnswerChallenge {
  readonly code: Secret;
  readonly via: Exclude<Via, 'trigger' | 'watch'>;
  /** Only with `via: 'transaction'`. */
  readonly transactionId?: string;
}

export type AnswerVerdict =
  | { readonly kind: 'accepted'; readonly transactionId: string; readonly siblings: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: Rejection | 'unknown-token' };

/**
 * A code is good for its own challenge, while that challenge is alive, once. No code is computed, let alone compared, for a token that is
 * locked or a challenge that is dead; everything else that is wrong costs an attempt.
 */
export const answerChallenge = ({ token, now, codeAt }: Facts, { code, via, transactionId }: AnswerChallenge): Decision<AnswerVerdict> => {
  if (token.life === 'absent') return { events: [], answer: { kind: 'refused', reason: 'unknown-token' } };
  const refuse = (reason: Rejection, counted = true, first: readonly TokenDraft[] = []): Decision<AnswerVerdict> => ({
    events: [...first, ...rejection(token, { reason, via, transactionId, counted })],
    answer: { kind: 'refused', reason },
  });
  const unfit = unusable(token, now);
  if (unfit) return refuse(unfit, false);

  const fits = (challenge: Challenge): boolean => sameSecret(codeAt(challenge.counter), code);
  const accept = (challenge: Challenge): Decision<AnswerVerdict> => ({
    events: [{ type: 'ChallengeAnswered', data: { transactionId: challenge.transactionId, counter: challenge.counter, via } }],
    answer: { kind: 'accepted', transactionId: challenge.transactionId, siblings: challenge.siblings },
  });

  if (via === 'transaction') {
    const challenge = challengeOf(token, transactionId ?? '');
    if (!challenge) return refuse('unknown-transaction');
    if (challenge.status !== 'open') return refuse(closedBecause[challenge.status]);
    if (!isLive(challenge, now)) return refuse('expired', true, [{ type: 'ChallengeExpired', data: { transactionId: challenge.transactionId } }]);
    return fits(challenge) ? accept(challenge) : refuse('wrong-code');
  }

  // every live challenge is compared, so that the time taken does not tell which one came near
  const right = token.challenges.filter((challenge) => isLive(challenge, now)).filter(fits);
  const newest = right.at(-1);
  return newest ? accept(newest) : refuse(whyWrong(token, now, fits));
};

/** For the trail, and for "previous otp used again": the code of a challenge that is over is named as that. */
const whyWrong = (token: Token, now: Date, fits: (challenge: Challenge) => boolean): Rejection => {
  const over = token.challenges.filter((challenge) => !isLive(challenge, now)).findLast(fits);
  if (!over) return 'wrong-code';
  if (over.status === 'answered') return 'replayed';
  return over.status === 'open' ? 'expired' : closedBecause[over.status];
};

const closedBecause = {
  answered: 'answered', expired: 'expired', superseded: 'superseded', cancelled: 'cancelled', 'not-sent': 'not-sent',
} as const satisfies Record<Exclude<Challenge['status'], 'open'>, Rejection>;
