import type { Rejection, Via } from '../events/token.js';
import type { Decision, Facts } from './tokenHandler.js';
import { rejection, unusable } from './usable.js';

/** An attempt failed before any code could be compared: wrong PIN, or a transaction that this token has no part in. */
export interface RejectAttempt {
  readonly reason: 'wrong-pin' | 'unknown-transaction' | 'answered';
  readonly via: Via;
  readonly transactionId?: string;
  /** Whether a wrong PIN counts is a setting; an unusable token never pays. */
  readonly counted: boolean;
}

export const rejectAttempt = ({ token, now }: Facts, attempt: RejectAttempt): Decision<Rejection | 'unknown-token'> => {
  if (token.life === 'absent') return { events: [], answer: 'unknown-token' };
  const unfit = unusable(token, now);
  if (unfit) return { events: rejection(token, { ...attempt, reason: unfit, counted: false }), answer: unfit };
  return { events: rejection(token, attempt), answer: attempt.reason };
};
