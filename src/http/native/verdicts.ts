import { z } from 'zod';
import type { Outcome, Refusal } from '../../commands/outcome.js';
import { answer, type Answer } from './endpoint.js';
import { overload } from './changes.js';
import type { Problem } from './problem.js';

const reasons = [
  'wrong-pin', 'wrong-code', 'replayed', 'expired', 'superseded', 'answered', 'cancelled', 'not-sent', 'unknown-transaction', 'locked', 'disabled', 'revoked',
  'not-valid-now', 'used-up', 'unknown-user', 'no-token', 'unknown-token', 'not-owner', 'no-phone', 'no-gateway',
] as const;
const reason = z.enum(reasons).describe('Why');

/** What an attempt came to. Always status 200: a refused login is an answer, not an error of the request. */
export const verdict = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('accepted'),
    serial: z.string().describe('The token that let in'),
    transactionId: z.string(),
  }).describe('The right code came in time'),
  z.strictObject({
    outcome: z.literal('challenged'),
    transactionId: z.string().describe('To be sent with the code'),
    challenges: z.array(z.strictObject({
      serial: z.string(),
      expiresAt: z.string().describe('From then on the code is worth nothing'),
      delivery: z.enum(['sent', 'pending', 'unknown']).describe('A gateway took the SMS; it is still at it; it may have taken it'),
      recalled: z.boolean().describe('The last SMS was so recent that no new one was sent'),
    })),
  }).describe('An SMS with a code is on its way'),
  z.strictObject({
    outcome: z.literal('refused'),
    reason: reason.optional(),
    tokens: z.array(z.strictObject({ serial: z.string(), reason })).optional().describe('The tokens that the attempt reached, each with its own reason'),
    uncertain: z.boolean().optional().describe('With `not-sent`: a gateway may have sent all the same'),
  }).describe('Nobody is let in; with `hide.reasons` only administrators are told why'),
]);
export type Verdict = z.infer<typeof verdict>;

/** @param tellWhy whether the caller may know the reason */
export const verdictOf = (outcome: Outcome, tellWhy: boolean): Answer<Verdict> | Problem => {
  switch (outcome.kind) {
    case 'accepted':
      return answer({ outcome: 'accepted', serial: outcome.serial, transactionId: outcome.transactionId });
    case 'challenged': {
      const challenges = outcome.challenges.flatMap(({ serial, expiresAt, delivery, recalled }) => (delivery === 'failed' ? [] : [{ serial, expiresAt, delivery, recalled }]));
      return answer({ outcome: 'challenged', transactionId: outcome.transactionId, challenges }, { Location: `/v1/challenges/${outcome.transactionId}` });
    }
    case 'refused': {
      if (isUndecided(outcome.reason)) return overload(outcome.reason);
      if (!tellWhy) return answer({ outcome: 'refused' });
      const tokens = outcome.tokens.flatMap(({ serial, reason: why }) => (isUndecided(why) ? [] : [{ serial, reason: why }]));
      return answer({ outcome: 'refused', reason: outcome.reason, tokens, ...(outcome.uncertain ? { uncertain: true } : {}) });
    }
  }
};

const isUndecided = (why: Refusal): why is Exclude<Refusal, (typeof reasons)[number]> => !(reasons as readonly string[]).includes(why);
