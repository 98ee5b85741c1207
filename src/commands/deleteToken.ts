import { done, unknownToken } from './change.js';
import type { Change } from './outcome.js';
import type { Decision, Facts } from './tokenHandler.js';

export const deleteToken = ({ token }: Facts): Decision<Change> =>
  token.life === 'absent' ? unknownToken() : done([{ type: 'TokenDeleted', data: {} }]);

/**
 * Says that the person behind a token was forgotten. The data key is destroyed before this is written, so that the trail never
 * claims what is not so; after a crash in between the command is simply given again.
 * @param everExisted whether the stream has events; a deleted token can be erased too
 */
export const erasePerson = ({ token }: Facts, everExisted: boolean): Decision<Change> => {
  if (!everExisted) return unknownToken();
  return done(token.erased ? [] : [{ type: 'PersonErased', data: {} }]);
};
