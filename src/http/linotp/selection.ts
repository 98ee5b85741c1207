import type { Application } from '../../application.js';
import { codes, failure, unknownUser } from './errors.js';
import type { Parameters } from './parameters.js';
import type { Failure } from './reply.js';

/** The tokens that an administrator means: by serial, whether it exists or not, or all of a user. */
export type Selection =
  | { readonly kind: 'serials'; readonly serials: readonly string[] }
  | { readonly kind: 'user'; readonly serials: readonly string[] };

/** @param nothingSelected code of the error when neither serial nor user were given */
export const selectionOf = async (
  parameters: Parameters,
  { users, queries }: Pick<Application, 'users' | 'queries'>,
  nothingSelected: number = codes.userOrSerial,
): Promise<Selection | Failure> => {
  const serials = parameters.list('serial').filter((serial) => serial !== '');
  if (serials.length > 0) return { kind: 'serials', serials };
  const login = parameters.filled('user');
  if (login === undefined) return failure(nothingSelected, 'missing parameter user or serial!');
  const user = await users.find(login, parameters.filled('realm'));
  return user ? { kind: 'user', serials: await queries.ofOwner(user.login, user.realm) } : unknownUser(login);
};
