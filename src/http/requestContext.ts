import type { Request } from 'express';
import { randomUUID } from 'node:crypto';
import type { Context } from '../commands/context.js';
import type { Actor } from '../events/event.js';
import { pathOf } from '../security/redact.js';

/** The envelope of whatever a request brings about. Attempts to log in are the user's own; everything else names its administrator. */
export const contextOf = (request: Request, actor: Actor = { kind: 'user' }): Context => {
  const requestId = (request.res?.locals['requestId'] as string | undefined) ?? randomUUID();
  // the socket is gone where the request was cut off
  const client = (request.socket as typeof request.socket | null)?.remoteAddress?.replace(/^::ffff:/, '');
  const action = `${request.method} ${pathOf(request.originalUrl)}`.slice(0, 120);
  return { commandId: commandId(), actor, action, correlationId: requestId, ...(client ? { client } : {}) };
};

/** UUID (RFC 9562, version 7): begins with the time in milliseconds, see eventId in the journal. */
const commandId = (): string => {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};
