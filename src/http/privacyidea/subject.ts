import type { z } from 'zod';
import type { Subject } from '../../commands/login/attempt.js';
import type { User } from '../../commands/ports.js';
import type { HttpDependencies } from '../dependencies.js';
import { invalidSerial, invalidUser, noSubject, unknownResolver, unknownUser, userNotInRealm, type WireError } from './errors.js';
import { namedUser, type NamedUser } from './names.js';
import { name } from './parameters.js';

/** How a user or a token is named, wherever one is named. */
export const subjectParameters = { user: name.optional(), realm: name.optional(), resolver: name.optional(), serial: name.optional() };
export type SubjectParameters = z.infer<z.ZodObject<typeof subjectParameters>>;

type Directory = Pick<HttpDependencies['application'], 'users' | 'queries'>;

/** The user as named; undefined when none is. */
export const userMeant = async ({ user, realm }: Pick<SubjectParameters, 'user' | 'realm'>, { users, queries }: Directory): Promise<NamedUser | undefined> =>
  user === undefined ? undefined : namedUser(user, realm, { realms: users.realms(), splitAtSign: (await queries.current()).splitAtSign });

/** Whose tokens an attempt to log in is about. */
export const subjectOf = async (sent: SubjectParameters, directory: Directory): Promise<(Subject & { kind: 'subject'; readonly user?: NamedUser }) | WireError> => {
  const { serial, resolver } = sent;
  if (sent.user === undefined && serial === undefined) return noSubject;
  if (serial?.includes('*')) return invalidSerial;
  if (sent.user?.includes('%')) return invalidUser;
  if (resolver !== undefined && !directory.users.resolvers().includes(resolver)) return unknownResolver(resolver);
  const user = await userMeant(sent, directory);
  if (user && resolver !== undefined && (await directory.users.find(user.login, user.realm))?.resolver !== resolver) {
    return serial === undefined ? unknownUser(`${user.login}.${resolver}`, user.realm) : userNotInRealm;
  }
  return { kind: 'subject', ...(user ? { user, login: user.login, realm: user.realm } : {}), ...(serial === undefined ? {} : { serial }) };
};

/** A user that administration names; he must exist. */
export const existingUser = async (sent: SubjectParameters, directory: Directory): Promise<(User & { kind?: undefined }) | WireError | undefined> => {
  if (sent.resolver !== undefined && !directory.users.resolvers().includes(sent.resolver)) return unknownResolver(sent.resolver);
  const named = await userMeant(sent, directory);
  if (!named) return undefined;
  const user = await directory.users.find(named.login, named.realm);
  return user && (sent.resolver === undefined || user.resolver === sent.resolver) ? user : userNotInRealm;
};
