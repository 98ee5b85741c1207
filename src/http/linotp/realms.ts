import type { Users } from '../../commands/ports.js';
import type { Action } from './call.js';
import { result } from './reply.js';

/** Realms with their resolvers, as scripts look them up; they are set in the configuration only. */
const records = (users: Users, names: readonly string[]) => Object.fromEntries(names.map((realm) => [realm, {
  realmname: realm, useridresolver: users.resolversOf(realm).map(({ name }) => name), ...(realm === users.realms()[0] ? { default: 'true' } : {}),
}]));

export const realmActions = {
  getRealms: async ({ application: { users } }) => result(records(users, users.realms())),
  getDefaultRealm: async ({ application: { users } }) => result(records(users, users.realms().slice(0, 1))),
} satisfies Readonly<Record<string, Action>>;
