import type { Users } from '../commands/ports.js';
import { readCertificates } from '../gateways/certificates.js';
import { directory } from './directory.js';
import { ldapResolver } from './ldap/ldapResolver.js';
import { openResolver } from './openResolver.js';
import type { ResolverOptions, UsersOptions } from './options.js';
import { openPasswdFile } from './passwdFile.js';
import type { Resolver } from './resolver.js';

export interface OpenedUsers {
  readonly kind: 'open';
  readonly users: Users;
  /** Directories that cannot be asked now, and why. */
  problems(): readonly string[];
  close(): void;
}

export interface OpenUsersParts {
  readonly warn: (message: string) => void;
  readonly splitAtSign?: () => Promise<boolean>;
}

type Opened = { readonly kind: 'open'; readonly resolver: Resolver } | { readonly kind: 'refused'; readonly message: string };

/** Opens the user directories of the configuration. A server that is down now keeps nobody from starting. */
export const openUsers = async ({ usersFile, realm, resolvers = {}, realms }: UsersOptions, { warn, splitAtSign }: OpenUsersParts): Promise<OpenedUsers | { kind: 'refused'; message: string }> => {
  const opened = new Map<string, Resolver>();
  const close = (): void => opened.forEach((resolver) => resolver.close?.());
  const refused = (message: string) => {
    close();
    return { kind: 'refused', message } as const;
  };

  const configured = usersFile === undefined ? Object.entries(resolvers) : [['passwd', { type: 'passwd', file: usersFile }] as const];
  for (const [name, options] of configured) {
    const one = await open(name, options, warn);
    if (one.kind === 'refused') return refused(`${usersFile === undefined ? `resolvers.${name}` : 'TANAGER_USERS_FILE'}${one.message}`);
    opened.set(name, one.resolver);
  }
  if (opened.size === 0) opened.set('open', openResolver());
  const byRealm = Object.entries(realms ?? { [realm]: [...opened.keys()] });
  const isDefault = ([name]: readonly [string, readonly string[]]): boolean => name.toLowerCase() === realm.toLowerCase();
  const ordered = [...byRealm.filter(isDefault), ...byRealm.filter((each) => !isDefault(each))];
  return {
    kind: 'open',
    users: directory({ realms: ordered.map(([name, names]) => ({ name, resolvers: names.map((one) => opened.get(one)!) })), ...(splitAtSign ? { splitAtSign } : {}) }),
    problems: () => [...opened.values()].flatMap(({ name, problem }) => {
      const why = problem?.();
      return why === undefined ? [] : [`user directory ${name}: ${why}`];
    }),
    close,
  };
};

/** @returns what is refused reads on after the name of the resolver */
const open = async (name: string, options: ResolverOptions, warn: (message: string) => void): Promise<Opened> => {
  switch (options.type) {
    case 'open': return { kind: 'open', resolver: openResolver(name) };
    case 'passwd': {
      const file = await openPasswdFile({ file: options.file, name, warn });
      return file.kind === 'open' ? file : { kind: 'refused', message: `: ${file.message}` };
    }
    case 'ldap': {
      const ca = options.tls?.ca === undefined ? undefined : readCertificates(options.tls.ca);
      if (ca && 'problem' in ca) return { kind: 'refused', message: `.tls.ca ${ca.problem}` };
      const plain = options.startTls ? [] : options.url.filter((url) => /^ldap:/i.test(url) && !isThisMachine(url));
      if (plain.length > 0) warn(`passwords travel to ${plain.join(', ')} in the clear: use ldaps:// or startTls (resolvers.${name})`);
      return { kind: 'open', resolver: ldapResolver({ name, options, ca, warn }) };
    }
  }
};

const isThisMachine = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname.toLowerCase());
