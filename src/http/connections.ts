import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** Knows which connections have a request under way; those that have none can be closed at any time. */
export interface Connections {
  /** Takes nothing new and closes what is idle, and the rest as soon as it is answered, or after so many milliseconds all the same. */
  close(within: number): Promise<void>;
}

/** Milliseconds that a client which is still sending has for reading its answer. */
const lingering = 2_000;

/**
 * To be done in the place of `destroySoon`. A connection that is closed while its client is still sending is reset, and the client may lose the answer
 * (RFC 9112, 9.6); so it is told that nothing more will come, and is listened to in vain for a while.
 */
const closeWhenRead = (socket: Socket, { complete }: IncomingMessage): void => {
  if (complete) return Socket.prototype.destroySoon.call(socket);
  const impatient = setTimeout(() => socket.destroy(), lingering);
  socket.once('close', () => clearTimeout(impatient));
  socket.end();
};

/** Node closes idle connections too, but neither those that never sent a request nor those that become idle later. */
export const connectionsOf = (server: Server): Connections => {
  const underWay = new Map<Socket, number>();
  let closing = false;
  server.on('connection', (socket: Socket) => {
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    socket.destroySoon = () => closeWhenRead(socket, request);
    underWay.set(socket, (underWay.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (underWay.get(socket) ?? 1) - 1;
      if (underWay.has(socket)) underWay.set(socket, left);
      if (closing && left === 0) socket.destroySoon();
    });
  });
  return {
    close: (within) => new Promise((resolve) => {
      closing = true;
      const impatient = setTimeout(() => server.closeAllConnections(), within);
      server.close(() => { clearTimeout(impatient); resolve(); });
      for (const [socket, requests] of underWay) if (requests === 0) socket.destroySoon();
    }),
  };
};
