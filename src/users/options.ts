import { z } from 'zod';
import { ldapOptions } from './ldap/options.js';

/** How users are configured: `resolvers` and `realms`. docs/users.md. */

const name = z.string().regex(/^[\w.-]{1,100}$/, { error: 'must be named in letters, digits and the signs _ . -' });

const passwdOptions = z.strictObject({ type: z.literal('passwd'), file: z.string().min(1).describe('File in the format of /etc/passwd') });
const openOptions = z.strictObject({ type: z.literal('open') });

export const resolverOptions = z.discriminatedUnion('type', [passwdOptions, ldapOptions, openOptions], {
  error: (issue) => (issue.code === 'invalid_union' ? 'must be passwd, ldap or open' : undefined),
});
export type ResolverOptions = z.output<typeof resolverOptions>;

export const resolversOptions = z.record(name, resolverOptions);

export const realmsOptions = z.record(name, z.array(z.string()).min(1, { error: 'must name at least one resolver' })).superRefine((realms, context) => {
  const names = Object.keys(realms);
  if (names.length === 0) context.addIssue({ code: 'custom', message: 'must have at least one realm' });
  const twice = names.find((one, index) => names.findIndex((other) => other.toLowerCase() === one.toLowerCase()) !== index);
  if (twice !== undefined) context.addIssue({ code: 'custom', path: [twice], message: 'differs from another realm in case only' });
});

/** What the configuration says about users. */
export interface UsersOptions {
  readonly usersFile?: string | undefined;
  /** The default realm. */
  readonly realm: string;
  readonly resolvers?: Readonly<Record<string, ResolverOptions>> | undefined;
  readonly realms?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** What single values do not tell: whether they go together. @returns paths of keys, with what is wrong */
export const usersFaults = ({ usersFile, realm, resolvers = {}, realms }: UsersOptions): { readonly path: readonly [string, ...string[]]; readonly message: string }[] => [
  ...(usersFile !== undefined && (realms || Object.keys(resolvers).length > 0)
    ? [{ path: ['usersFile'] as const, message: 'cannot stand beside resolvers and realms: make the file a resolver of the type passwd' }] : []),
  ...Object.entries(realms ?? {}).flatMap(([each, names]) => names.flatMap((one, index) => [
    ...(Object.hasOwn(resolvers, one) ? [] : [{ path: ['realms', each, String(index)] as const, message: 'names a resolver that there is not' }]),
    ...(names.indexOf(one) < index ? [{ path: ['realms', each, String(index)] as const, message: 'names a resolver for the second time' }] : []),
  ])),
  ...(realms && !Object.keys(realms).some((each) => each.toLowerCase() === realm.toLowerCase())
    ? [{ path: ['realm'] as const, message: `must be one of the realms: ${Object.keys(realms).join(', ')}` }] : []),
];
