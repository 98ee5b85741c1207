import { Router, type RequestHandler } from 'express';
import type { HttpDependencies } from '../dependencies.js';
import { accountEndpoints } from './accounts.js';
import { challengeEndpoints } from './challenges.js';
import type { Endpoint } from './endpoint.js';
import { eventEndpoints } from './events.js';
import { eventStream, eventStreamDocumentation } from './eventStream.js';
import { gatewayEndpoints } from './gateways.js';
import { mailServerEndpoints } from './mailServers.js';
import { notificationEndpoints } from './notifications.js';
import { openApi, type Documented } from './openapi.js';
import { problem, sendProblem } from './problem.js';
import { receiptCalls, receiptDocumentation } from './receipts.js';
import { admit, serve } from './serve.js';
import { sessionEndpoints } from './sessions.js';
import { settingEndpoints } from './settings.js';
import { smsTextEndpoints } from './smsTexts.js';
import { tokenActionEndpoints } from './tokenActions.js';
import { tokenEndpoints } from './tokens.js';
import { userEndpoints } from './users.js';

/** Every endpoint that takes and gives JSON. */
export const nativeEndpoints = (with_: HttpDependencies): Endpoint[] => [
  ...sessionEndpoints(with_), ...challengeEndpoints(with_), ...tokenEndpoints(with_), ...tokenActionEndpoints(with_), ...userEndpoints(with_),
  ...gatewayEndpoints(with_), ...mailServerEndpoints(with_), ...notificationEndpoints(with_), ...settingEndpoints(with_), ...smsTextEndpoints(with_), ...eventEndpoints(with_), ...accountEndpoints(with_),
];

/** Everything at /v1, for the documentation. */
export const documentedEndpoints = (with_: HttpDependencies): Documented[] => [...nativeEndpoints(with_), eventStreamDocumentation, ...receiptDocumentation];

/** The native API, to be mounted at /v1. @param stopping aborts when the server is to stop */
export const nativeRouter = (with_: HttpDependencies, stopping: AbortSignal): Router => {
  const router = Router({ caseSensitive: true, strict: true });
  const endpoints = nativeEndpoints(with_);
  let document: string | undefined;
  const methods = new Map<string, string[]>();
  const at = (method: Endpoint['method'], path: string, handler: RequestHandler, { head = method === 'get' } = {}): void => {
    const template = path.replaceAll(/\{(\w+)\}/g, ':$1');
    router[method](template, handler);
    methods.set(template, [...(methods.get(template) ?? []), method.toUpperCase(), ...(head ? ['HEAD'] : [])]);
  };

  at('get', '/openapi.json', (_, response) => {
    document ??= JSON.stringify(openApi([...endpoints, eventStreamDocumentation, ...receiptDocumentation], with_.application.version));
    response.type('application/json').send(document);
  });
  const stream = eventStream(with_, stopping);
  at('get', '/events/stream', async (request, response) => {
    const caller = await admit(with_.application, with_.sessions, 'administrator', request);
    if (request.method === 'HEAD') return void response.type('text/event-stream').end();
    const refused = caller.kind === 'problem' ? caller : await stream(request, response);
    if (refused) sendProblem(response, refused);
  });
  const receipts = receiptCalls(with_);
  for (const { method, path } of receiptDocumentation) {
    at(method, path, async (request, response, next) => {
      // what a GET tells here is written down
      if (request.method === 'HEAD') return next();
      const refused = await receipts(request);
      if (refused) sendProblem(response, refused);
      else response.type('text/plain').send('OK');
    }, { head: false });
  }
  for (const endpoint of endpoints) at(endpoint.method, endpoint.path, serve(with_, endpoint));
  for (const [template, allowed] of methods) {
    router.all(template, (request, response) => sendProblem(response, problem(405, 'method-not-allowed', `${request.method} is nothing that can be done here.`, { headers: { Allow: allowed.join(', ') } })));
  }
  router.use((_, response) => sendProblem(response, problem(404, 'not-found', 'There is nothing here. GET /v1/openapi.json lists what there is.')));
  return router;
};
