import { connect } from 'node:net';

/** What is written to a connection, piece by piece; a number is a pause in milliseconds. */
export type Pieces = readonly (string | number)[];

/** What came back. */
export interface Reply {
  /** Status of the first answer; undefined where there was none. */
  readonly status: number | undefined;
  readonly type: string;
  /** Everything behind the head, as bytes. */
  readonly body: string;
  /** Whether nothing at all, neither an answer nor an end, came within the time. */
  readonly hangs: boolean;
}

/**
 * Speaks to the server as no client library would: any bytes at any pace.
 * @param pieces each character is one byte
 * @param ending what follows the last piece: nothing, the end of what we send, or the end of the connection
 * @param patience milliseconds
 */
export const speak = (port: number, pieces: Pieces, ending: 'wait' | 'end' | 'hang-up', patience = 15_000): Promise<Reply> => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  const finish = (hangs: boolean): void => {
    clearTimeout(tooLong);
    socket.destroy();
    const [head = '', ...rest] = received.split('\r\n\r\n');
    resolve({ status: /^HTTP\/1\.1 (\d{3})/.test(head) ? Number(head.slice(9, 12)) : undefined, type: /^content-type: *(.*?)\r?$/im.exec(head)?.[1] ?? '', body: rest.join('\r\n\r\n'), hangs });
  };
  const tooLong = setTimeout(() => finish(true), patience);
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    // a stream of events has no end
    if (/^content-type: text\/event-stream/im.test(received)) finish(false);
  });
  socket.on('error', () => undefined).on('close', () => finish(false));
  socket.on('connect', () => void (async () => {
    for (const piece of pieces) {
      if (typeof piece === 'number') await new Promise((resume) => setTimeout(resume, piece));
      else if (!socket.destroyed) socket.write(piece, 'latin1');
    }
    if (ending === 'end') socket.end();
    if (ending === 'hang-up') finish(false);
  })());
});
