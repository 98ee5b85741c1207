import type { Request } from 'express';
import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import type { Context } from '../commands/context.js';
import type { Actor } from '../events/event.js';
import { pathOf } from '../security/redact.js';

/** The envelope of whatever a request brings about. Attempts to log in are the user's own; everything else names its administrator. */
export const contextOf = (request: Request, actor: Actor = { kind: 'user' }): Context => {
  const requestId = (request.res?.locals['requestId'] as string | undefined) ?? randomUUID();
  const client = clientOf(request);
  const action = `${request.method} ${pathOf(request.originalUrl)}`.slice(0, 120);
  return { commandId: commandId(), actor, action, correlationId: requestId, ...(client ? { client } : {}) };
};

/** Who asks: the other end of the connection, or whom a trusted proxy names. Nothing where the request was cut off, for then the socket is gone. */
const clientOf = (request: Request): string | undefined => {
  const sender = (request.socket as typeof request.socket | null)?.remoteAddress;
  if (sender === undefined) return undefined;
  const { ip = '' } = request;
  return (isIP(ip) === 0 ? sender : ip).replace(/^::ffff:/, '');
};

/** UUID (RFC 9562, version 7): begins with the time in milliseconds, see eventId in the journal. */
const commandId = (): string => {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};
