import { done, refused, revokedToken, unknownToken } from './change.js';
import type { Change } from './outcome.js';
import type { Decision, Facts } from './tokenHandler.js';

export const enableToken = ({ token }: Facts): Decision<Change> => {
  if (token.life === 'absent') return unknownToken();
  if (token.revoked) return revokedToken();
  if (token.erased) return refused('invalid', 'Its person was erased; enrol it anew.', 'serial');
  return done(token.enabled ? [] : [{ type: 'TokenEnabled', data: {} }]);
};

export const disableToken = ({ token }: Facts): Decision<Change> => {
  if (token.life === 'absent') return unknownToken();
  if (token.revoked) return revokedToken();
  return done(token.enabled ? [{ type: 'TokenDisabled', data: {} }] : []);
};

export const revokeToken = ({ token }: Facts): Decision<Change> => {
  if (token.life === 'absent') return unknownToken();
  return done(token.revoked ? [] : [{ type: 'TokenRevoked', data: {} }]);
};
