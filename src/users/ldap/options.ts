import { z } from 'zod';
import { Secret } from '../../security/secret.js';
import { filterFault, loginPlace } from './filter.js';

const url = z.string().regex(/^ldaps?:\/\/([\w.-]+|\[::1\])(:\d{1,5})?\/?$/i, { error: 'must be ldap:// or ldaps:// with a host and perhaps a port, such as ldaps://ldap.example.com' });
const attribute = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, { error: 'must be the name of an attribute' });

/** An LDAP server that knows users. Every key is described in docs/users.md. */
export const ldapOptions = z.strictObject({
  type: z.literal('ldap'),
  url: z.union([url.transform((one) => [one]), z.array(url).min(1)], { error: 'must be ldap:// or ldaps:// with a host and perhaps a port, or a list of such, in the order in which they are tried' })
    .describe('The server, or several that know the same users: the next is asked when one cannot be reached'),
  startTls: z.boolean().default(false).describe('Whether a connection to `ldap://` is made secure before anything else is said'),
  tls: z.strictObject({
    verify: z.boolean().default(true).describe('Whether the certificate of the server is checked'),
    ca: z.string().min(1).optional().describe('PEM file or folder of the authorities that it may come from; those of the system, when it is left out'),
  }).optional().describe('TLS, for `ldaps://` and `startTls`'),
  bindDn: z.string().min(1).optional().describe('Who asks the directory; nobody in particular, when it is left out'),
  bindPassword: z.string().min(1).transform((value) => new Secret(value)).optional().describe('The password of `bindDn`'),
  base: z.string().describe('Where the users are, such as `ou=people,dc=example,dc=com`'),
  scope: z.enum(['sub', 'one']).default('sub').describe('Whether users are anywhere below `base` (`sub`) or directly below it (`one`)'),
  filter: z.string().superRefine((filter, context) => {
    const fault = filterFault(filter);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  }).optional().describe(`Who is a user, in the form of RFC 4515; \`${loginPlace}\` stands for the login. By default a person whose \`attributes.login\` it is`),
  attributes: z.strictObject({
    login: attribute.default('uid').describe('The login as the directory writes it: by it a user is known here, however he typed it'),
    userId: attribute.default('entryUUID').describe('What stays when a user is renamed: `entryUUID`, `objectGUID`, or `dn` for where he stands'),
    mobile: attribute.default('mobile').describe('The number that SMS go to'),
    phone: attribute.default('telephoneNumber'),
    email: attribute.default('mail'),
    givenName: attribute.default('givenName'),
    surname: attribute.default('sn'),
  }).prefault({}).describe('Which attribute tells what'),
  timeout: z.number().positive().max(60).default(5).describe('Seconds that a server may take to be connected to, and again to answer'),
  connections: z.int().min(1).max(100).default(4).describe('Questions at once'),
  cache: z.number().min(0).max(300).default(10).describe('Seconds for which it is remembered who a user is, and that there is no such user; never a password. 0 for not at all'),
}).superRefine((options, context) => {
  const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (options.startTls && options.url.some((one) => /^ldaps:/i.test(one))) fault('startTls', 'is for ldap://: ldaps:// is secure from the start');
  if (options.tls && !options.startTls && options.url.every((one) => /^ldap:/i.test(one))) fault('tls', 'is for ldaps:// or startTls');
  if ((options.bindDn === undefined) !== (options.bindPassword === undefined)) fault(options.bindDn === undefined ? 'bindDn' : 'bindPassword', 'is missing: bindDn and bindPassword belong together');
});
export type LdapOptions = Readonly<z.output<typeof ldapOptions>>;
