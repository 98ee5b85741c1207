import { z } from 'zod';
import type { Users } from '../../commands/ports.js';
import { value } from './envelope.js';
import { route } from './route.js';

const types = { passwd: 'passwdresolver', ldap: 'ldapresolver', open: 'openresolver' } as const;

/** Realms with their resolvers, as scripts look them up; they are set in the configuration only. */
const listed = (users: Users, isWanted: (isDefault: boolean) => boolean) =>
  Object.fromEntries(users.realms().map((realm, index) => ({ realm, id: index + 1, isDefault: index === 0 })).filter(({ isDefault }) => isWanted(isDefault)).map(({ realm, id, isDefault }) => [
    realm, { default: isDefault, id, resolver: users.resolversOf(realm).map(({ name, type }) => ({ name, node: '', priority: null, type: types[type] })) },
  ]));

const look = { methods: ['GET'], access: 'administrator', parameters: z.object({}) } as const;

export const realmRoutes = [
  route({ ...look, path: '/realm/', answer: async (_, { application: { users } }) => value(listed(users, () => true)) }),
  route({ ...look, path: '/defaultrealm', answer: async (_, { application: { users } }) => value(listed(users, (isDefault) => isDefault)) }),
];
