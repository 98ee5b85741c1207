import type { Request, RequestHandler, Response } from 'express';
import { DirectoryUnavailable } from '../../commands/directoryUnavailable.js';
import { StoreSilent } from '../../commands/storeSilent.js';
import { Overloaded } from '../../security/turnstile.js';
import { readBody } from '../body.js';
import type { HttpDependencies } from '../dependencies.js';
import { contextOf } from '../requestContext.js';
import { identify, unauthenticated, type Caller } from './caller.js';
import { overload } from './changes.js';
import type { Access, Answer, Endpoint } from './endpoint.js';
import { faultsOf, inWords, invalid } from './faults.js';
import { problem, sendProblem, type Problem } from './problem.js';

/** Turns an endpoint into what Express calls: who calls, what was sent, what is answered. */
export const serve = ({ application, sessions }: HttpDependencies, endpoint: Endpoint): RequestHandler => async (request, response) => {
  const caller = await admit(application, sessions, endpoint.access, request);
  const result = isProblem(caller) ? caller : await call(endpoint, caller, request).catch(tooManyWait);
  if (isProblem(result)) sendProblem(response, result);
  else sendAnswer(response, endpoint.status, result);
};

const tooManyWait = (error: unknown): Problem => {
  if (error instanceof Overloaded) return overload('overloaded');
  if (error instanceof DirectoryUnavailable) return overload('no-directory');
  if (error instanceof StoreSilent) return overload('overloaded');
  throw error;
};

/** Who calls, or why he may not. */
export const admit = async (application: HttpDependencies['application'], sessions: HttpDependencies['sessions'], access: Access, request: Request): Promise<Caller | Problem> => {
  if (access !== 'anyone') await application.caughtUp();
  const caller = await identify(application, sessions, request.get('authorization'));
  if (access === 'anyone' || isProblem(caller)) return caller;
  if (caller.kind !== 'administrator') return unauthenticated('missing-credentials', 'This is for administrators: sign in, or send an API key.');
  if (access === 'session' && !caller.session) return problem(403, 'session-needed', 'API keys may not do this: sign in with the password.');
  return caller;
};

const isProblem = (value: Caller | Problem | Answer<unknown>): value is Problem => value.kind === 'problem';

const call = async (endpoint: Endpoint, caller: Caller, request: Request): Promise<Answer<unknown> | Problem> => {
  const path = endpoint.parameters?.safeParse({ ...request.params });
  if (path && !path.success) return problem(404, 'not-found', 'There is nothing here: a name in the path has a form that is not allowed.');
  // every wrong field is named, also those that the endpoint does not know
  const query = endpoint.query ? endpoint.query.safeParse({ ...request.query }, { error: inWords }) : noQuery(request);
  if (query && !query.success) return invalid(faultsOf(query.error as never), 'query');
  const body = await readJson(endpoint, request);
  if (body.kind === 'problem') return body;
  const context = contextOf(request, caller.kind === 'administrator' ? caller.actor : undefined);
  return endpoint.handle({ path: path?.data, query: query?.data, body: body.value, caller, context });
};

const noQuery = (request: Request): { success: false; error: unknown } | { success: true; data: undefined } => {
  const keys = Object.keys(request.query);
  return keys.length === 0 ? { success: true, data: undefined } : { success: false, error: { issues: [{ code: 'unrecognized_keys', keys, path: [], message: '' }] } };
};

const readJson = async (endpoint: Endpoint, request: Request): Promise<{ kind: 'read'; value: unknown } | Problem> => {
  if (!endpoint.body) return { kind: 'read', value: undefined };
  const read = await readBody(request);
  if (read.kind === 'too-large') return problem(413, 'too-large', read.message, { headers: { Connection: 'close' } });
  if (read.kind === 'malformed') return problem(400, 'malformed', read.message);
  if (read.body.kind !== 'json' && read.body.kind !== 'none') return problem(415, 'unsupported-media-type', 'The body must be JSON, and the header Content-Type must say application/json.');
  const checked = endpoint.body.safeParse(read.body.json ?? {}, { error: inWords });
  return checked.success ? { kind: 'read', value: checked.data } : invalid(faultsOf(checked.error), 'body');
};

const sendAnswer = (response: Response, status: number, { body, headers = {} }: Answer<unknown>): void => {
  response.status(status).set(headers);
  if (body === undefined) response.end();
  else response.type('application/json').send(JSON.stringify(body));
};
