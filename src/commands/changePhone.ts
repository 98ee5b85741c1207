import { done, refused, revokedToken, unknownToken } from './change.js';
import type { Change } from './outcome.js';
import type { Decision, Facts } from './tokenHandler.js';

/** @param phone undefined when the number is read from the user directory at each send */
export const changePhone = ({ token }: Facts, phone: string | undefined): Decision<Change> => {
  if (token.life === 'absent') return unknownToken();
  if (token.revoked) return revokedToken();
  if (phone === undefined && !token.owner) return refused('invalid', 'Without an owner there is no number to be read.', 'dynamicPhone');
  return done([{ type: 'PhoneChanged', data: { phone, dynamicPhone: phone === undefined } }]);
};
