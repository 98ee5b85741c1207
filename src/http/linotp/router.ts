import { Router, type Request, type Response } from 'express';
import { DirectoryUnavailable } from '../../commands/directoryUnavailable.js';
import { StoreSilent } from '../../commands/storeSilent.js';
import { Overloaded } from '../../security/turnstile.js';
import type { HttpDependencies } from '../dependencies.js';
import { onBehalf } from '../onBehalf.js';
import { contextOf } from '../requestContext.js';
import { controllers, type Endpoint } from './controllers.js';
import { codes, failure } from './errors.js';
import { tables, write, type ValidateAction } from './outcomes.js';
import { loginPages } from './loginPages/router.js';
import { readParameters, type Parameters } from './parameters.js';
import { result, validation, type Reply } from './reply.js';
import { cookiesFor, notAuthenticated, sessionOf } from './session.js';
import { linotpSettings } from './settings.js';
import { refuseMethod, sendPage, sendReply } from './sending.js';

/** The LinOTP dialect: its paths, its parameters, its forms of an answer. */
export const linotpRouter = (with_: HttpDependencies): Router => {
  const router = Router();
  for (const [controller, actions] of controllers) {
    for (const [action, endpoint] of actions) router.all(`/${controller}/${action}`, (request, response) => serve(endpoint, [controller, action], request, response, with_));
    router.use(`/${controller}`, (_, response) => sendPage(response, 404));
  }
  router.use('/auth', loginPages(with_));
  router.use((_, response) => sendPage(response, 404));
  return router;
};

const serve = async (endpoint: Endpoint, [controller, action]: readonly [string, string], request: Request, response: Response, with_: HttpDependencies): Promise<void> => {
  if (!(endpoint.methods as readonly string[]).includes(request.method)) return refuseMethod(endpoint.methods, request, response);
  const read = await readParameters(request);
  if (read.kind !== 'read') return sendPage(response, read.kind === 'malformed' ? 400 : 413);
  const settings = await linotpSettings(with_.application.queries);
  const reply = await answer(endpoint, request, response, read.parameters, with_, settings.trustedClients).catch((error: unknown) => {
    // many who wait are nothing that went wrong, a directory that is down is in the log already, and strangers must not fill the log
    if (!(error instanceof Overloaded || error instanceof DirectoryUnavailable || error instanceof StoreSilent)) with_.log.error({ err: error, requestId: response.locals['requestId'] as unknown }, `/${controller}/${action} failed unexpectedly`);
    return failed(controller, action);
  });
  sendReply(response, reply, { version: with_.application.version, httperror: read.parameters.get('httperror'), errorCodes: settings.errorCodes });
};

const answer = async (endpoint: Endpoint, request: Request, response: Response, parameters: Parameters, with_: HttpDependencies, trustedClients: string): Promise<Reply> => {
  const { sessions, application, gatewayKinds, log } = with_;
  const parts = { application, gatewayKinds, sessions, log, parameters, secure: request.secure };
  if (!endpoint.administrators) return endpoint.run({ ...parts, context: () => onBehalf(contextOf(request), parameters.get('client'), trustedClients) });
  await application.caughtUp();
  const session = await sessionOf(request, parameters, sessions, application);
  if (!session) return notAuthenticated;
  if (sessions.isEnding(session)) {
    response.append('Set-Cookie', cookiesFor(await sessions.issue('linotp', { account: session.account, kind: 'administrator' }), request.secure));
  }
  return endpoint.run({ ...parts, session, context: () => contextOf(request, { kind: 'administrator', name: session.account }) });
};

/** Clients of /validate know no errors: what went wrong reads as a rejection. */
const failed = (controller: string, action: string): Reply => {
  if (controller !== 'validate') return failure(codes.other, 'The request could not be dealt with; the log has more.');
  return Object.hasOwn(tables, action) ? write(action as ValidateAction, { kind: 'refused', reason: 'busy' }) : result(false, { id: validation });
};
