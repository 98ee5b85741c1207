import { z } from 'zod';
import { censor, censored, uncensor } from '../../gateways/censoring.js';
import type { MailServerDetails } from '../../projections/queries.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { answer, endpoint, nothing, type Endpoint } from './endpoint.js';
import { invalid } from './faults.js';
import * as field from './fields.js';
import { problem } from './problem.js';

const tag = 'Mail servers';
const parameters = z.strictObject({ name: field.mailServerName });
const anyObject = z.record(z.string(), z.unknown());
const mailServerForm = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  options: anyObject.describe(`In the words of docs/gateways/smtp.md. Secrets read \`${censored}\`; sent back like this they stay as they are, while the host is the same`),
}).meta({ id: 'MailServer' });

/** Mail servers that gateways and notifications send e-mail through. */
export const mailServerEndpoints = ({ application: { mailServers, queries }, mailDesk }: HttpDependencies): Endpoint[] => [
  endpoint({
    method: 'get', path: '/mail-servers', tag, access: 'administrator', status: 200,
    summary: 'List mail servers', result: z.strictObject({ mailServers: z.array(mailServerForm) }),
    handle: async () => answer({ mailServers: (await queries.mailServers()).map(formOf) }),
  }),
  endpoint({
    method: 'get', path: '/mail-servers/{name}', tag, access: 'administrator', status: 200,
    summary: 'Read a mail server', parameters, result: mailServerForm,
    handle: async ({ path: { name } }) => {
      const server = await queries.mailServer(name);
      return server ? answer(formOf(server)) : unknownMailServer;
    },
  }),
  endpoint({
    method: 'put', path: '/mail-servers/{name}', tag, access: 'administrator', status: 200,
    summary: 'Define a mail server, or define it anew',
    description: 'Checked before it is kept; what is wrong is named by its key.',
    parameters,
    body: z.strictObject({ description: field.description.optional(), options: anyObject }),
    result: mailServerForm,
    handle: async ({ path: { name }, body: { description, options: posted }, context }) => {
      const stored = await queries.mailServer(name);
      // a password goes to the host that it was given for
      const { options } = uncensor({ options: posted }, stored?.options['host'] === posted['host'] ? stored : undefined);
      const faults = mailDesk.faults(options);
      if (faults.length > 0) return invalid(faults.map(({ key, problem: what }) => ({ field: key, problem: what })), 'body');
      const refused = refusalOf(await mailServers.define({ name, description, options }, context));
      if (refused) return refused;
      const server = await queries.mailServer(name);
      return server ? answer(formOf(server)) : unknownMailServer;
    },
  }),
  endpoint({
    method: 'delete', path: '/mail-servers/{name}', tag, access: 'administrator', status: 204,
    summary: 'Remove a mail server', parameters,
    handle: async ({ path: { name }, context }) => refusalOf(await mailServers.remove(name, context)) ?? nothing,
  }),
  endpoint({
    method: 'post', path: '/mail-servers/{name}/test', tag, access: 'administrator', status: 200,
    summary: 'Send a test e-mail', description: 'A real one, over a connection of its own; the answer says what became of it.',
    parameters,
    body: z.strictObject({ to: field.mailAddress }),
    result: z.strictObject({
      outcome: z.enum(['sent', 'rejected', 'unavailable', 'unknown']).describe('As docs/gateways.md has it; `unknown` may have been sent'),
      messageId: z.string().optional(),
      reason: z.string().optional().describe('Why it was not sent, in words'),
    }),
    handle: async ({ path: { name }, body: { to } }) => {
      const server = await queries.mailServer(name);
      if (!server) return unknownMailServer;
      const { kind: outcome, ...rest } = await mailDesk.tryOut(server.options, to);
      return answer({ outcome, ...rest });
    },
  }),
];

const unknownMailServer = problem(404, 'unknown-mail-server', 'There is no mail server of this name.');

const formOf = ({ name, description, options }: MailServerDetails): z.infer<typeof mailServerForm> =>
  ({ name, description: description ?? undefined, options: censor({ options }).options });
