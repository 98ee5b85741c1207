import { z } from 'zod';
import { censored } from '../../gateways/censoring.js';
import type { MailServerDetails } from '../../projections/queries.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { value, type Answer } from './envelope.js';
import { missing, notFound, parameterError } from './errors.js';
import { flag, name, scalar } from './parameters.js';
import { route, type Call } from './route.js';

/** A definition in privacyIDEA's words, the password covered. */
const recordOf = ({ description, options }: MailServerDetails) => {
  const { host, port, security, username, password, from, timeout } = options;
  return {
    server: security === 'tls' ? `smtps://${String(host)}` : host, port: port ?? (security === 'tls' ? 465 : security === 'none' ? 25 : 587), tls: security !== 'tls' && security !== 'none',
    username: username ?? '', password: password === undefined ? '' : censored, sender: from, timeout: timeout ?? 10, description: description ?? '', enqueue_job: false,
  };
};

const list = async (_: Call<unknown>, { application: { queries } }: HttpDependencies): Promise<Answer> =>
  value(Object.fromEntries((await queries.mailServers()).map((server) => [server.name, recordOf(server)])));

const server = {
  identifier: name.optional(), server: scalar.optional(), port: scalar.optional(), username: scalar.optional(), password: scalar.optional(), sender: scalar.optional(), tls: flag.optional(),
  timeout: scalar.optional(), description: scalar.optional(),
};
const defineParameters = z.object(server);
type Written = z.infer<typeof defineParameters>;

/**
 * Their words in ours. They know no certificates: those of a definition that is there stay, while the host is the same. A sender that is not given is the user, where
 * that is an address.
 */
const optionsOf = ({ server: given = '', port, username, password, sender, tls, timeout }: Written, stored: MailServerDetails | undefined): Readonly<Record<string, unknown>> => {
  const [, smtps, host = given] = /^(smtps?):\/\/(.*)$/i.exec(given) ?? [];
  const security = smtps?.toLowerCase() === 'smtps' ? 'tls' : tls ? 'starttls' : 'none';
  const numbered = (text: string): unknown => (/^\d+$/.test(text) ? Number(text) : text);
  // a password goes to the host that it was given for
  const known = stored?.options['host'] === host ? stored.options : {};
  const secret = password === censored ? known['password'] : password;
  return {
    host, security, plainLogin: security === 'none', from: sender || username || '', port: port ? numbered(port) : security === 'tls' ? 465 : 25,
    ...(username ? { username } : {}), ...(secret ? { password: secret } : {}), ...(timeout ? { timeout: numbered(timeout) } : {}),
    ...(known['tls'] === undefined ? {} : { tls: known['tls'] }),
  };
};

const theirKeys: Readonly<Record<string, string>> = { host: 'server', from: 'sender', security: 'tls' };
const faultIn = (options: Readonly<Record<string, unknown>>, { mailDesk }: HttpDependencies): Answer | undefined => {
  const faults = mailDesk.faults(options);
  return faults.length === 0 ? undefined : parameterError(faults.map(({ key, problem }) => `${theirKeys[key] ?? key} ${problem}`).join('; '));
};

/** Defines, or replaces what was defined; a password that comes back covered stays as it is. */
const define = async ({ parameters, context }: Call<Written>, deps: HttpDependencies): Promise<Answer> => {
  const { identifier, description } = parameters;
  if (identifier === undefined) return missing('identifier');
  if (!parameters.server) return missing('server');
  const options = optionsOf(parameters, await deps.application.queries.mailServer(identifier));
  return faultIn(options, deps) ?? refusalOf(await deps.application.mailServers.define({ name: identifier, description: description || undefined, options }, context())) ?? value(true);
};

const remove = async ({ parameters: { identifier }, context }: Call<{ readonly identifier: string }>, { application: { mailServers } }: HttpDependencies): Promise<Answer> =>
  refusalOf(await mailServers.remove(identifier, context())) ?? value(true);

const testParameters = z.object({ ...server, recipient: scalar.optional() });

/** Sends a real e-mail through the server that is described, whether it is kept or not. */
const test = async ({ parameters }: Call<z.infer<typeof testParameters>>, deps: HttpDependencies): Promise<Answer> => {
  const { identifier, recipient } = parameters;
  if (identifier === undefined) return missing('identifier');
  if (!recipient) return missing('recipient');
  const stored = await deps.application.queries.mailServer(identifier);
  if (!parameters.server && !stored) return notFound('The requested SMTP server could not be found.');
  const options = parameters.server || !stored ? optionsOf(parameters, stored) : stored.options;
  const fault = faultIn(options, deps);
  if (fault) return fault;
  const outcome = await deps.mailDesk.tryOut(options, recipient);
  return outcome.kind === 'sent' ? value(true) : parameterError(`The test e-mail was not sent: ${outcome.reason}`);
};

const administrator = { access: 'administrator' } as const;
export const smtpserverRoutes = [
  ...['/smtpserver', '/smtpserver/'].map((path) => route({ ...administrator, methods: ['GET'], path, parameters: z.unknown(), answer: list })),
  route({ ...administrator, methods: ['POST'], path: '/smtpserver/send_test_email', parameters: testParameters, answer: test }),
  route({ ...administrator, methods: ['POST'], path: '/smtpserver/:identifier', parameters: defineParameters, answer: define }),
  route({ ...administrator, methods: ['DELETE'], path: '/smtpserver/:identifier', parameters: z.object({ identifier: z.string().max(255) }), answer: remove }),
];
