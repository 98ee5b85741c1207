import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { StoreInDoubt } from '../commands/storeInDoubt.js';
import { StoreSilent } from '../commands/storeSilent.js';
import { answered } from '../security/redact.js';
import { overload } from './native/changes.js';
import { problem, sendProblem } from './native/problem.js';

/** Gives every request an id of our own making, and when it was answered a line in the log: method, path, status, time, id. Nothing else. */
export const identifyAndLog = (log: Logger, onAnswered: (request: Request, status: number, seconds: number) => void): RequestHandler => (request, response, next) => {
  const begun = performance.now();
  const requestId = randomUUID();
  response.locals['requestId'] = requestId;
  response.setHeader('X-Request-Id', requestId);
  let done = false;
  const end = (): void => {
    if (done) return;
    done = true;
    const milliseconds = performance.now() - begun;
    // 499: the client did not wait for the answer
    const status = response.writableFinished || response.headersSent ? response.statusCode : 499;
    log.info(answered(requestId, request, status, milliseconds), 'answered');
    onAnswered(request, status, milliseconds / 1000);
  };
  response.once('finish', end);
  response.once('close', end);
  next();
};

/** Nothing here is for caches, frames, or a browser that guesses. Pages loosen the policy for their own style. */
export const securityHeaders: RequestHandler = (_, response, next) => {
  for (const [name, value] of strictHeaders) response.setHeader(name, value);
  next();
};

const strictHeaders = [
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
] as const;

/**
 * HEAD must change nothing (RFC 9110, 9.3.2), but the old servers' GET paths spend codes and send SMS. So it is answered only where
 * GET is safe.
 */
export const headIsSafe = (safe: RegExp): RequestHandler => (request, response, next) => {
  if (request.method !== 'HEAD' || safe.test(request.path)) return next();
  sendProblem(response, problem(405, 'method-not-allowed', 'HEAD is nothing that can be done here.', { headers: { Allow: 'GET, POST' } }));
};

export const nothingHere: RequestHandler = (_, response) => sendProblem(response, problem(404, 'not-found', 'There is nothing here.'));

/** Whatever went wrong unexpectedly: the client hears the id under which the log has the rest. */
export const unexpected = (log: Logger) => (error: unknown, request: Request, response: Response, next: NextFunction): void => {
  const requestId = response.locals['requestId'] as string;
  if (response.headersSent) {
    log.error({ err: error, requestId }, 'an answer broke off');
    return next(error);
  }
  // nobody is there to hear the answer: not our fault
  if (request.destroyed && !request.complete) return void response.destroy();
  if (error instanceof StoreSilent) return sendProblem(response, overload('overloaded'));
  const status = clientFault(error);
  if (status !== undefined) return sendProblem(response, problem(status, 'malformed', 'The request is malformed.'));
  log.error({ err: error, requestId }, 'a request failed unexpectedly');
  if (error instanceof StoreInDoubt) return sendProblem(response, problem(503, 'in-doubt', 'The event store does not say what became of the request.', { headers: { 'Retry-After': '1' } }));
  sendProblem(response, problem(500, 'internal', 'Something went wrong here. The log has more under the id of the request.'));
};

/** Express marks what clients do wrong, such as a path that cannot be decoded, by a status. */
const clientFault = (error: unknown): number | undefined => {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
};
