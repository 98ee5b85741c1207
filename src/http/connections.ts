import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Knows which connections have a request under way; those that have none can be closed at any time. */
export interface Connections {
  /** Takes nothing new and closes what is idle, and the rest as soon as it is answered, or after so many milliseconds all the same. */
  close(within: number): Promise<void>;
}

/** Node closes idle connections too, but neither those that never sent a request nor those that become idle later. */
export const connectionsOf = (server: Server): Connections => {
  const underWay = new Map<Socket, number>();
  let closing = false;
  server.on('connection', (socket: Socket) => {
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
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
