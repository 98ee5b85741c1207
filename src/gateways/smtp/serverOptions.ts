import { isIP } from 'node:net';
import { z } from 'zod';
import { Secret } from '../../security/secret.js';
import { checked } from '../checked.js';
import { readMailbox, type Mailbox } from './address.js';
import { tlsOptions } from './tls.js';

export const mailbox = z.string().transform((text, context): Mailbox => {
  const read = readMailbox(text);
  if (read) return read;
  context.addIssue({ code: 'custom', message: 'must be an e-mail address, or a name and an address such as Codes <codes@mail.example>' });
  return z.NEVER;
});

const hostName = checked(z.string().min(1).max(253), (host) =>
  isIP(host) !== 0 || /^[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]+)*\.?$/.test(host) ? undefined : 'must be the name or the address of a host, without scheme, user or port');

/** STARTTLS demanded, TLS from the first byte, or no TLS at all. */
export const security = z.enum(['starttls', 'tls', 'none']);

/** What a mail server is described by; docs/gateways/smtp.md explains each. Times are in seconds. */
export const serverFields = {
  host: hostName,
  port: z.int().min(1).max(65_535).optional(),
  security: security.default('starttls'),
  username: z.string().min(1).max(500).optional(),
  password: z.string().min(1).max(2_000).transform((password) => new Secret(password)).optional(),
  /** The login may go over a line that is not encrypted. */
  plainLogin: z.boolean().default(false),
  /** A server that offers no login is used without one. */
  loginOptional: z.boolean().default(false),
  from: mailbox,
  tls: tlsOptions.optional(),
  timeout: z.number().positive().max(600).default(10),
  connections: z.int().min(1).max(100).default(5),
};

type Login = { readonly [K in 'host' | 'security' | 'username' | 'password' | 'plainLogin']?: z.output<(typeof serverFields)[K]> | undefined };

/** A password needs a user, and an encrypted line, unless the server is on this machine or the definition allows it. */
export const checkLogin = ({ host, security, username, password, plainLogin }: Login, context: z.core.$RefinementCtx): void => {
  const fault = (key: string, message: string): void => void context.issues.push({ code: 'custom', path: [key], message, input: undefined });
  if (username !== undefined && password === undefined) fault('password', 'is missing, while there is a username');
  if (username === undefined && password !== undefined) fault('username', 'is missing, while there is a password');
  if (username !== undefined && security === 'none' && !plainLogin && !isLoopback(host ?? '')) {
    fault('security', 'must be starttls or tls, since there is a password; plainLogin allows to send it in the clear');
  }
};

/** Whether what is sent there never leaves this machine. */
const isLoopback = (host: string): boolean => /^(localhost\.?|127(\.\d{1,3}){3}|::1)$/i.test(host);

export const serverOptions = z.strictObject(serverFields).superRefine(checkLogin);
export type ServerOptions = z.output<typeof serverOptions>;

/** RFC 6409 and RFC 8314: 587 for submission, 465 where TLS comes first, 25 between servers. */
export const portOf = ({ port, security }: Pick<ServerOptions, 'port' | 'security'>): number => port ?? { starttls: 587, tls: 465, none: 25 }[security];
