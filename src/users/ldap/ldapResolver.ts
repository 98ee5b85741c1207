import { randomUUID } from 'node:crypto';
import { isLogin } from '../login.js';
import type { Person, Resolver } from '../resolver.js';
import { filterFor, loginPlace } from './filter.js';
import { personOf, wantedOf } from './person.js';
import { openServers, type ServersParts } from './servers.js';

/** Longer passwords are nobody's; in bytes. */
const longest = 512;
/** Users who are remembered at the same time. */
const remembered = 10_000;

interface Found {
  readonly dn: string;
  readonly person: Person;
}

/** Users of an LDAP directory. Who somebody is, is asked by a service account and remembered for seconds; a password is tried by a bind in the name of its user. */
export const ldapResolver = ({ clock = () => performance.now(), ...parts }: ServersParts): Resolver => {
  const { name, options, warn } = parts;
  const servers = openServers({ ...parts, clock });
  const template = options.filter ?? `(&(objectClass=person)(${options.attributes.login}=${loginPlace}))`;
  const wanted = wantedOf(options.attributes);
  const cache = new Map<string, { readonly until: number; readonly found: Promise<Found | undefined> }>();

  const search = async (login: string): Promise<Found | undefined> => {
    const entries = await servers.search(options.base, { scope: options.scope, filter: filterFor(template, login), sizeLimit: 2, ...wanted });
    // whoever is one of two may be the other one
    if (entries.length > 1) warn(`the user directory ${name} has several users for one login: it is nobody's`);
    const entry = entries.length === 1 ? entries[0] : undefined;
    const person = entry && personOf(entry, options.attributes);
    if (entry && !person) warn(`the user directory ${name} has a user without ${options.attributes.login}: he is passed over`);
    return entry && person ? { dn: entry.dn, person } : undefined;
  };

  const look = (login: string): Promise<Found | undefined> => {
    if (!isLogin(login)) return Promise.resolve(undefined);
    const known = cache.get(login);
    if (known && known.until > clock()) return known.found;
    const found = search(login);
    cache.delete(login);
    if (cache.size >= remembered) cache.delete(cache.keys().next().value!);
    const entry = { until: clock() + options.cache * 1000, found };
    cache.set(login, entry);
    // that it could not be asked is nothing to remember
    found.catch(() => cache.get(login) === entry && cache.delete(login));
    return found;
  };

  return {
    name,
    type: 'ldap',
    find: async (login) => (await look(login))?.person,
    checkPassword: async (login, password) => {
      const found = await look(login);
      const text = password.reveal();
      // with an empty password everybody may bind, as nobody (RFC 4513, 5.1.2); some servers read no further than the first zero
      if (text === '' || text.includes('\0') || Buffer.byteLength(text) > longest) return false;
      const accepted = await servers.accepts(found?.dn ?? `cn=${randomUUID()}${options.base && `,${options.base}`}`, text);
      return found !== undefined && accepted;
    },
    problem: () => servers.problem(),
    close: () => servers.close(),
  };
};
