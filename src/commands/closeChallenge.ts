import { done, refused, unknownToken } from './change.js';
import type { Change } from './outcome.js';
import { challengeOf } from './token.js';
import type { Decision, Facts } from './tokenHandler.js';

export const cancelChallenge = ({ token }: Facts, transactionId: string, why: 'administrator' | 'sibling-answered'): Decision<Change> => {
  if (token.life === 'absent') return unknownToken();
  const challenge = challengeOf(token, transactionId);
  if (!challenge) return refused('unknown-challenge', 'The token has no such challenge.', 'transactionId');
  return done(challenge.status === 'open' ? [{ type: 'ChallengeCancelled', data: { transactionId, why } }] : []);
};

/** Writes down that the time of challenges ran out; their codes are worthless from `expiresAt` on, with or without this event. */
export const expireChallenges = ({ token, now }: Facts): Decision<Change> =>
  done(token.challenges
    .filter((challenge) => challenge.status === 'open' && challenge.expiresAt <= now.toISOString())
    .map(({ transactionId }) => ({ type: 'ChallengeExpired', data: { transactionId } })));
