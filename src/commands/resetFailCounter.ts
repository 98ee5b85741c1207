import { done, revokedToken, unknownToken } from './change.js';
import type { Change } from './outcome.js';
import type { Decision, Facts } from './tokenHandler.js';

export const resetFailCounter = ({ token }: Facts): Decision<Change> => {
  if (token.life === 'absent') return unknownToken();
  if (token.revoked) return revokedToken();
  return done(token.failCount + token.unshownFailures > 0 ? [{ type: 'FailCounterReset', data: {} }] : []);
};
