import type { User, Users } from '../commands/ports.js';
import type { Resolver } from './resolver.js';

interface Realm {
  readonly name: string;
  /** Asked in this order; the first that knows a login wins. */
  readonly resolvers: readonly Resolver[];
}

export interface DirectoryParts {
  /** The first is the default realm. Names differ in more than case. */
  readonly realms: readonly Realm[];
  /** Whether a realm may be written into the login; the setting `splitAtSign` of the old servers. Asked at each look-up. */
  readonly splitAtSign?: () => boolean | Promise<boolean>;
}

/**
 * All users, by realm.
 *
 * A realm that is given apart wins, and the login is then taken as it is. Otherwise `login@realm` and `realm\login` are taken
 * apart where that realm exists, and everything else is a login of the default realm.
 */
export const directory = ({ realms, splitAtSign = () => true }: DirectoryParts): Users => {
  const byName = new Map(realms.map((realm) => [realm.name.toLowerCase(), realm]));
  if (realms.length === 0 || byName.size !== realms.length) throw new Error('a directory needs realms with different names');
  const realmOf = (name: string): Realm | undefined => byName.get(name.toLowerCase());

  /** Which login is meant, and in which realm; realm undefined when it does not exist. */
  const meant = async (login: string, realm: string | undefined): Promise<{ login: string; realm: Realm | undefined }> => {
    if (realm !== undefined && realm !== '') return { login, realm: realmOf(realm) };
    if (await splitAtSign()) {
      const at = login.lastIndexOf('@');
      const behind = at < 0 ? undefined : realmOf(login.slice(at + 1));
      if (behind) return { login: login.slice(0, at), realm: behind };
      const slash = login.indexOf('\\');
      const before = slash < 0 ? undefined : realmOf(login.slice(0, slash));
      if (before) return { login: login.slice(slash + 1), realm: before };
    }
    return { login, realm: realms[0] };
  };

  return {
    realms: () => realms.map(({ name }) => name),
    resolvers: () => [...new Set(realms.flatMap(({ resolvers }) => resolvers.map(({ name }) => name)))],
    resolversOf: (realm) => (realmOf(realm)?.resolvers ?? []).map(({ name, type }) => ({ name, type })),
    async find(sent, given): Promise<User | undefined> {
      const { login, realm } = await meant(sent, given);
      if (!realm || login === '') return undefined;
      for (const resolver of realm.resolvers) {
        const person = await resolver.find(login);
        if (person) return { ...person, realm: realm.name, resolver: resolver.name };
      }
      return undefined;
    },
    realmOf: async (login, realm) => (await meant(login, realm)).realm?.name,
    hasPassword: ({ realm, resolver }) => realmOf(realm)?.resolvers.find(({ name }) => name === resolver)?.hasPasswords !== false,
    async checkPassword(user, password) {
      const realm = realmOf(user.realm);
      const resolver = realm?.resolvers.find(({ name }) => name === user.resolver);
      // whoever is unknown is checked all the same, so that it takes as long
      const right = await (resolver ?? (realm ?? realms[0])?.resolvers[0])?.checkPassword(user.login, password);
      return resolver !== undefined && right === true;
    },
  };
};
