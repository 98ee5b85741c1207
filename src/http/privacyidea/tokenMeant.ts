import type { Application } from '../../application.js';
import { list } from './parameters.js';
import { invalidSerial, noSerial, noTokenFor, notOwner, severalTokens, tokenNotFound, type WireError } from './errors.js';
import { existingUser, subjectParameters, type SubjectParameters } from './subject.js';

/** How an action names its tokens. */
export const tokenParameters = { ...subjectParameters, serials: list.optional() };
export type TokenParameters = SubjectParameters & { readonly serials?: readonly string[] };

/** Serials of the tokens that an action is about: those that are named, or the one token of the user. */
export const tokensMeant = async (parameters: TokenParameters, application: Application): Promise<{ kind: 'meant'; serials: readonly string[] } | WireError> => {
  const { queries } = application;
  const named = parameters.serial === undefined ? (parameters.serials ?? []) : [parameters.serial];
  if (named.some((serial) => serial.includes('*'))) return invalidSerial;
  const user = await existingUser(parameters, application);
  if (user?.kind === 'error') return user;
  const owned = user ? await queries.ofOwner(user.login, user.realm) : [];
  if (named.length === 0) {
    if (!user) return noSerial;
    return owned.length === 0 ? tokenNotFound : owned.length > 1 ? severalTokens : { kind: 'meant', serials: owned };
  }
  const there = await Promise.all(named.map(async (serial) => (await queries.load(serial))?.token.life === 'present'));
  const absent = named.filter((_, index) => !there[index]);
  if (absent.length > 0) return noTokenFor(absent.join(', '));
  return user && named.some((serial) => !owned.includes(serial)) ? notOwner : { kind: 'meant', serials: named };
};
