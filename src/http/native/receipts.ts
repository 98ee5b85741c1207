import type { Request } from 'express';
import { z } from 'zod';
import type { Callback, Receipt } from '../../gateways/gateway.js';
import { Secret } from '../../security/secret.js';
import { readBytes } from '../body.js';
import type { HttpDependencies } from '../dependencies.js';
import { contextOf } from '../requestContext.js';
import { overload } from './changes.js';
import * as field from './fields.js';
import type { Documented } from './openapi.js';
import { problem, type Problem } from './problem.js';

const summary = 'Tell what became of messages';
const description = "Called by the provider of a gateway, in the provider's own form; docs/receipts.md. The gateway knows it by the secret in the path, by its signature, or by both.";
const names = z.strictObject({ gateway: field.gatewayName });
const secret = z.string().describe('Secret of the gateway, where it has one');

const documented = (method: 'get' | 'post', path: string, parameters: z.ZodType): Documented => ({
  method, path, tag: 'Gateways', access: 'anyone', status: 200, summary, description, parameters, result: z.literal('OK'), produces: 'text/plain',
});

/** What it is, for the documentation. */
export const receiptDocumentation = (['get', 'post'] as const).flatMap((method) => [
  documented(method, '/receipts/{gateway}', names),
  documented(method, '/receipts/{gateway}/{secret}', names.extend({ secret })),
]);

/** Bytes; the largest provider sends a few hundred receipts at once. */
const maxBody = 64 * 1024;

/** Whether there is such a gateway is nobody's business who cannot prove who he is. */
const nobody = problem(404, 'no-receipts', 'No receipts are taken here: there is no such gateway, it takes none, or the call does not prove where it comes from.');
const unknownMessage = problem(404, 'unknown-message', 'A message is not known, or not yet. Tell it again later.');

/** Takes the receipts of providers. The answer is for them: 200 when everything is written down, 404 or 503 when they should tell it again. */
export const receiptCalls = ({ application: { receipts, now }, readCallback }: HttpDependencies) => async (request: Request): Promise<Problem | undefined> => {
  const body = await readBytes(request, maxBody);
  if (!body) return problem(413, 'too-large', `The body is larger than ${maxBody} bytes.`, { headers: { Connection: 'close' } });
  const name = field.gatewayName.safeParse(request.params['gateway']);
  const read = name.success ? await readCallback(name.data, callbackOf(request, body, now())) : undefined;
  if (!name.success || !read || read.kind === 'unauthentic') return nobody;
  if (read.kind === 'malformed') return problem(400, 'malformed', `The call cannot be read: ${read.problem}.`);
  const { client: _client, commandId: _commandId, ...context } = contextOf(request, { kind: 'system', name: `gateway ${name.data}` });
  const settled = await Promise.all(read.receipts.map((receipt: Receipt) => receipts.record(name.data, receipt, context)));
  const undecided = settled.find((each) => typeof each === 'object');
  if (undecided) return overload(undecided.reason);
  return settled.includes('unknown') ? unknownMessage : undefined;
};

const callbackOf = (request: Request, body: Buffer, now: Date): Callback => {
  const [path = '', query] = splitOnce(request.originalUrl);
  const given = request.params['secret'];
  return {
    method: request.method,
    // the address as the gateway knows it: /v1/receipts/{gateway}
    target: `${path.split('/').slice(0, 4).join('/')}${query === undefined ? '' : `?${query}`}`,
    ...(typeof given === 'string' ? { secret: new Secret(given) } : {}),
    headers: Object.fromEntries(Object.entries(request.headers).map(([header, value]) => [header, Array.isArray(value) ? value.join(', ') : value])),
    query: [...new URLSearchParams(query ?? '')],
    body, now,
  };
};

const splitOnce = (target: string): [string, string | undefined] => {
  const at = target.indexOf('?');
  return at < 0 ? [target, undefined] : [target.slice(0, at), target.slice(at + 1)];
};
