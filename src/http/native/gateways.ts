import { z } from 'zod';
import { censor, censored, uncensor } from '../../gateways/censoring.js';
import type { Definition } from '../../gateways/definition.js';
import { limitsSchema } from '../../gateways/limits.js';
import type { GatewayDetails } from '../../projections/queries.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { answer, endpoint, nothing, type Endpoint } from './endpoint.js';
import { invalid } from './faults.js';
import * as field from './fields.js';
import { problem } from './problem.js';

const tag = 'Gateways';
const parameters = z.strictObject({ name: field.gatewayName });
const anyObject = z.record(z.string(), z.unknown());
const gatewayForm = z.strictObject({
  name: z.string(),
  kind: z.string(),
  module: z.string().optional().describe("The old servers' class name, where it was defined by one; then the options are in their words"),
  description: z.string().optional(),
  options: anyObject.describe(`Secrets read \`${censored}\`; sent back like this they stay as they are`),
  headers: z.record(z.string(), z.string()).optional(),
  limits: limitsSchema.optional(),
}).meta({ id: 'Gateway' });

const standingForm = z.strictObject({
  state: z.enum(['in-use', 'passed-over', 'on-trial', 'unusable'])
    .describe('`passed-over`: it failed too often; `on-trial`: one message finds out whether it is well again; `unusable`: it cannot be opened'),
  problem: z.string().optional().describe('Why it is unusable'),
  failures: z.int().optional().describe('Sends that failed in a row'),
  until: z.string().optional().describe('End of the pause, where it is passed over'),
  busy: z.int().optional().describe('Messages that it has now'),
  waiting: z.int().optional().describe('Messages that wait for their turn'),
  line: z.strictObject({ state: z.enum(['up', 'down']), details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) }).optional()
    .describe('What it says of its own line, where it has one between messages'),
});

const testForm = z.strictObject({
  outcome: z.enum(['sent', 'rejected', 'unavailable', 'unknown']).describe('It took the message; it said no; it was not reached; it may have sent it'),
  reason: z.string().optional(),
  messageId: z.string().optional().describe("The gateway's id of the message"),
  encoding: z.enum(['gsm-7', 'ucs-2']),
  segments: z.int().describe('How many SMS the text takes'),
  milliseconds: z.int().describe('Time until it answered'),
});

export const gatewayEndpoints = ({ application: { gateways, queries, testGateway }, gatewayKinds, gatewayStatus }: HttpDependencies): Endpoint[] => [
  endpoint({
    method: 'get', path: '/gateway-kinds', tag, access: 'administrator', status: 200,
    summary: 'The kinds of gateway that there are',
    result: z.strictObject({ kinds: z.array(z.strictObject({ kind: z.string(), description: z.string(), modules: z.array(z.string()) })) }),
    handle: async () => answer({ kinds: gatewayKinds.kinds.map(({ kind, description, modules }) => ({ kind, description, modules: [...modules] })) }),
  }),
  endpoint({
    method: 'get', path: '/gateways', tag, access: 'administrator', status: 200,
    summary: 'List gateways', result: z.strictObject({ gateways: z.array(gatewayForm) }),
    handle: async () => answer({ gateways: (await queries.gateways()).map(formOf) }),
  }),
  endpoint({
    method: 'get', path: '/gateways/{name}', tag, access: 'administrator', status: 200,
    summary: 'Read a gateway', parameters, result: gatewayForm,
    handle: async ({ path: { name } }) => {
      const gateway = await queries.gateway(name);
      return gateway ? answer(formOf(gateway)) : unknownGateway;
    },
  }),
  endpoint({
    method: 'put', path: '/gateways/{name}', tag, access: 'administrator', status: 200,
    summary: 'Define a gateway, or define it anew',
    description: 'Checked before it is kept; what is wrong is named by its key. Give `kind` and options in the words of docs/gateways.md, or `module`, a class name of one of the old servers, and options in their words.',
    parameters,
    body: z.strictObject({
      kind: z.string().max(80).optional(),
      module: z.string().max(200).optional(),
      description: field.description.optional(),
      options: anyObject,
      headers: z.record(z.string().max(200), z.string().max(8000)).optional(),
      secrets: z.strictObject({ options: z.array(z.string().max(200)).max(100).optional(), headers: z.array(z.string().max(200)).max(100).optional() }).optional()
        .describe('Names of options and headers to hide besides those that are known to be secret'),
      limits: limitsSchema.optional().describe('How much may be asked of it and when it is passed over (docs/gateway-limits.md)'),
    }).refine(({ kind, module }) => (kind === undefined) !== (module === undefined), { path: ['kind'], error: 'or module must be given, one of them' }),
    result: z.strictObject({ gateway: gatewayForm, ignored: z.array(z.string()).describe('Keys that mean nothing to this kind and were passed over') }),
    handle: async ({ path: { name }, body: { description, limits = {}, ...posted }, context }) => {
      const definition = uncensor({ ...posted, limits }, await queries.gateway(name));
      const read = gatewayKinds.parseDefinition(definition);
      if ('faults' in read) return invalid(read.faults.map(({ key, problem: what }) => ({ field: key, problem: what })), 'body');
      const { module, options, headers, secrets } = definition;
      const written = { options, limits, ...(headers ? { headers } : {}), ...(secrets ? { secrets } : {}) };
      const refused = refusalOf(await gateways.define({ name, kind: read.kind, module, description, written }, context));
      if (refused) return refused;
      const gateway = await queries.gateway(name);
      return gateway ? answer({ gateway: formOf(gateway), ignored: [...read.ignored] }) : unknownGateway;
    },
  }),
  endpoint({
    method: 'get', path: '/gateways/{name}/status', tag, access: 'administrator', status: 200,
    summary: 'See how a gateway stands', parameters, result: standingForm,
    handle: async ({ path: { name } }) => {
      const standing = await gatewayStatus(name);
      return standing ? answer(standing as z.infer<typeof standingForm>) : unknownGateway;
    },
  }),
  endpoint({
    method: 'post', path: '/gateways/{name}/test', tag, access: 'administrator', status: 200,
    summary: 'Send a test message through a gateway',
    description: 'A real message, through this gateway alone, also where it is passed over at the moment. How it answered is in `outcome`; a message that it did not take has status 200 too.',
    parameters,
    body: z.strictObject({ to: field.phone.min(1), text: field.longText(1000).min(1).optional().describe('Text of the message; a fixed one when left out') }),
    result: testForm,
    handle: async ({ path: { name }, body, context }) => {
      const tested = await testGateway.test({ name, ...body }, context);
      return tested.kind === 'done' ? answer(tested.value) : refusalOf(tested)!;
    },
  }),
  endpoint({
    method: 'delete', path: '/gateways/{name}', tag, access: 'administrator', status: 204,
    summary: 'Remove a gateway', parameters,
    handle: async ({ path: { name }, context }) => refusalOf(await gateways.remove(name, context)) ?? nothing,
  }),
];

const unknownGateway = problem(404, 'unknown-gateway', 'There is no gateway of this name.');

const formOf = ({ name, kind, module, description, options, headers, secrets, limits }: GatewayDetails): z.infer<typeof gatewayForm> => {
  const definition: Definition = { kind, options, ...(headers ? { headers } : {}), ...(secrets ? { secrets } : {}) };
  const shown = censor(definition);
  return { name, kind, module: module ?? undefined, description: description ?? undefined, options: shown.options, ...(headers ? { headers: { ...shown.headers } } : {}), ...(limits && Object.keys(limits).length > 0 ? { limits } : {}) };
};
