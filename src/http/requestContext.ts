import type { Request } from 'express';
import { randomUUID } from 'node:crypto';
import type { Context } from '../commands/context.js';
import type { Actor } from '../events/event.js';

/** The envelope of whatever a request brings about. Attempts to log in are the user's own; everything else names its administrator. */
export const contextOf = (request: Request, actor: Actor = { kind: 'user' }): Context => {
  const requestId = (request.res?.locals['requestId'] as string | undefined) ?? randomUUID();
  const client = request.socket.remoteAddress?.replace(/^::ffff:/, '');
  return { commandId: randomUUID(), actor, correlationId: requestId, ...(client ? { client } : {}) };
};
