import { Router, type NextFunction, type Request, type Response } from 'express';
import { DirectoryUnavailable } from '../../commands/directoryUnavailable.js';
import { StoreInDoubt } from '../../commands/storeInDoubt.js';
import { StoreSilent } from '../../commands/storeSilent.js';
import { Overloaded } from '../../security/turnstile.js';
import { readBody } from '../body.js';
import type { HttpDependencies } from '../dependencies.js';
import { onBehalf } from '../onBehalf.js';
import { contextOf } from '../requestContext.js';
import { settingTexts } from '../settings.js';
import { actorOf, identify } from './caller.js';
import { sendAnswer, type Answer } from './envelope.js';
import { bodyTooLarge, faultOf, internalError, inWords, parameterError, serverIsBusy } from './errors.js';
import { decodesTwice, mergeParameters, percentDecoded, type Parameters } from './parameters.js';
import type { Route } from './route.js';
import { routes } from './routes.js';

/**
 * The privacyIDEA dialect. It answers every path below the place where it is mounted, unknown ones in privacyIDEA's way.
 */
export const privacyideaRouter = (deps: HttpDependencies): Router => {
  const router = Router({ strict: true, caseSensitive: true });
  const byPath = new Map<string, Route[]>();
  for (const route of routes) byPath.set(route.path, [...(byPath.get(route.path) ?? []), route]);
  for (const [path, there] of byPath) {
    router.all(path, async (request, response) => {
      const route = there.find(({ methods }) => (methods as readonly string[]).includes(request.method));
      if (route) await respond(route, request, response, deps);
      else refuseMethod(there.flatMap(({ methods }) => methods), request, response);
    });
  }
  router.use((_request, response) => { response.status(404).json({ error: 'Not found' }); });
  router.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    // nobody is there to hear the answer
    if (response.headersSent || (request.destroyed && !request.complete)) return next(error);
    reply(response, failure(error, request, response, deps), undefined, deps);
  });
  return router;
};

const respond = async (route: Route, request: Request, response: Response, deps: HttpDependencies): Promise<void> => {
  const read = await readParameters(request);
  if ('kind' in read) return reply(response, read.answer, undefined, deps);
  const answer = await answerOf(route, request, read.parameters, deps);
  reply(response, answer, read.parameters['nonce'], deps);
};

const readParameters = async (request: Request): Promise<{ parameters: Parameters } | { kind: 'unreadable'; answer: Answer }> => {
  const body = await readBody(request);
  if (body.kind === 'too-large') return { kind: 'unreadable', answer: bodyTooLarge(body.message) };
  if (body.kind === 'malformed') return { kind: 'unreadable', answer: parameterError(body.message) };
  const userAgent = request.headers['user-agent'];
  const merged = mergeParameters([...new URL(request.url, 'http://here').searchParams], body.body, userAgent);
  if (!merged) return { kind: 'unreadable', answer: parameterError('The JSON body must be an object.') };
  const decoded = decodesTwice(userAgent) ? percentDecoded : (text: string) => text;
  const inPath = Object.entries(request.params).map(([name, part]) => [name, decoded(String(part))]);
  return { parameters: { ...merged, ...Object.fromEntries(inPath) } };
};

const answerOf = async (route: Route, request: Request, parameters: Parameters, deps: HttpDependencies): Promise<Answer> => {
  if (route.access !== 'anyone') await deps.application.caughtUp();
  const headers = { own: request.get('PI-Authorization'), usual: request.get('Authorization') };
  const caller = await identify(deps, headers, route.access, route.missingDetail ?? null);
  if (caller.kind === 'error') return caller;
  const checked = route.parameters.safeParse(parameters, { error: inWords });
  if (!checked.success) return faultOf(checked.error);
  const { client } = parameters;
  const trusted = client === undefined ? '' : (await settingTexts(deps.application.queries)).text('OverrideAuthorizationClient');
  return route.answer({ parameters: checked.data, caller, context: () => onBehalf(contextOf(request, actorOf(caller)), client, trusted) }, deps);
};

const reply = (response: Response, answer: Answer, nonce: unknown, { application: { now, version } }: HttpDependencies): void =>
  sendAnswer(response, answer, { nonce, now: now(), version });

/** HEAD is not answered as GET: it would send an SMS. */
const refuseMethod = (methods: readonly string[], request: Request, response: Response): void => {
  response.set('Allow', [...methods, 'OPTIONS'].join(', '));
  if (request.method === 'OPTIONS') response.status(204).end();
  else response.status(405).type('html').end(methodNotAllowed);
};

const methodNotAllowed =
  '<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n';

const failure = (error: unknown, request: Request, response: Response, { log }: HttpDependencies): Answer => {
  if (error instanceof Overloaded || error instanceof DirectoryUnavailable || error instanceof StoreSilent) return serverIsBusy;
  if (error instanceof URIError || (error as { status?: number }).status === 400) return parameterError('The path is not encoded correctly.');
  log.error({ err: error, method: request.method, requestId: response.locals['requestId'] as string }, 'a request failed unexpectedly');
  return error instanceof StoreInDoubt ? serverIsBusy : internalError;
};
