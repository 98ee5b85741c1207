import { done, refused, revokedToken, unknownToken } from './change.js';
import type { Change } from './outcome.js';
import type { Decision, Facts } from './tokenHandler.js';

export interface Owner {
  readonly login: string;
  readonly realm: string;
  readonly resolver?: string;
  readonly userId?: string;
}

/** @param present the owner that the token has, in plain text */
export const assignToken = ({ token }: Facts, owner: Owner, present: Owner | undefined): Decision<Change> => {
  if (token.life === 'absent') return unknownToken();
  if (token.revoked) return revokedToken();
  if (present && present.login === owner.login && present.realm === owner.realm) return done([]);
  if (token.owner) return refused('assigned-to-another', 'The token belongs to another user.', 'user');
  return done([{ type: 'TokenAssigned', data: { ...owner } }]);
};

export const unassignToken = ({ token }: Facts): Decision<Change> => {
  if (token.life === 'absent') return unknownToken();
  return done(token.owner ? [{ type: 'TokenUnassigned', data: {} }] : []);
};
