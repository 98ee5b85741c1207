import type { Context } from '../context.js';
import type { Outcome } from '../outcome.js';
import { rejectAttempt, type RejectAttempt } from '../rejectAttempt.js';
import { cut, type Candidate, type LoginDependencies } from './attempt.js';

/** Writes down with every token that the attempt failed before any code was compared; each says why, in its own words. */
export const turnDown = async ({ handler }: LoginDependencies, candidates: readonly Candidate[], attempt: RejectAttempt, context: Context): Promise<Outcome> => {
  const tokens = await Promise.all(candidates.map(async ({ serial }) => {
    const answer = await handler.handle(serial, context, (facts) => rejectAttempt(facts, { ...attempt, transactionId: cut(attempt.transactionId) }));
    return { serial, reason: typeof answer === 'string' ? answer : answer.reason };
  }));
  return { kind: 'refused', reason: tokens[0]!.reason, via: attempt.via, tokens };
};
