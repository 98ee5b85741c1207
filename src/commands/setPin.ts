import { done, revokedToken, unknownToken } from './change.js';
import type { Change } from './outcome.js';
import type { Decision, Facts } from './tokenHandler.js';

/** @param pinHash undefined for the empty PIN */
export const setPin = ({ token }: Facts, pinHash: string | undefined): Decision<Change> => {
  if (token.life === 'absent') return unknownToken();
  if (token.revoked) return revokedToken();
  return done(pinHash === undefined && token.pinHash === undefined ? [] : [{ type: 'PinSet', data: { pinHash } }]);
};
