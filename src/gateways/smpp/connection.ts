import type { Socket } from 'node:net';
import { commands, encodePdu, isResponse, Malformed, pduReader, responseTo, type Pdu } from './pdu.js';
import { statuses } from './statuses.js';

/** What became of a request. */
export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Buffer }
  /** Nothing was written. */
  | { readonly kind: 'not sent' }
  | { readonly kind: 'no answer' }
  | { readonly kind: 'lost'; readonly cause: string };

export interface Connection {
  request(command: number, body: Buffer, milliseconds: number): Promise<Answer>;
  /** Resolves with the cause when nothing can be sent any more. */
  readonly ended: Promise<string>;
  readonly open: boolean;
  end(cause: string): void;
}

/** What the other side asks of us. */
export interface Incoming {
  /** @returns status and body of the answer; it goes out when this resolves. @throws Malformed */
  deliver(body: Buffer): Promise<{ readonly status: number; readonly body: Buffer }>;
}

/** Octets that may wait for a peer who does not read, and messages of it that may wait for us. */
const mostUnread = 1_000_000;
const mostDeliveries = 100;
/** Milliseconds that a last word may take to get out. */
const patience = 1_000;

/**
 * SMPP over a connected socket. It answers the peer's questions and asks one itself at an even pace; a peer that leaves two without an
 * answer, or speaks what cannot be SMPP, is dropped.
 * @param heartbeat milliseconds between two enquire_link
 */
export const speak = (socket: Socket, { heartbeat, incoming }: { heartbeat: number; incoming: Incoming }): Connection => {
  const waiting = new Map<number, { command: number; settle: (answer: Answer) => void }>();
  const read = pduReader();
  let sequence = 0;
  let unanswered = 0;
  let deliveries = 0;
  let open = true;
  let tell: (cause: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => { tell = resolve; });

  const end = (cause: string, lastWord = false): void => {
    if (!open) return;
    open = false;
    clearInterval(timer);
    if (lastWord) socket.setTimeout(patience, () => socket.destroy()).destroySoon();
    else socket.destroy();
    for (const { settle } of [...waiting.values()]) settle({ kind: 'lost', cause });
    tell(cause);
  };
  const write = (pdu: Pdu): void => {
    if (!open) return;
    socket.write(encodePdu(pdu));
    if (socket.writableLength > mostUnread) end('the SMSC does not read what it is sent');
  };
  const answer = ({ command, sequence: of }: Pdu, status: number, body: Buffer = Buffer.alloc(0)): void => write({ command, status, sequence: of, body });

  const request = (command: number, body: Buffer, milliseconds: number): Promise<Answer> => new Promise((resolve) => {
    if (!open || !socket.writable) return resolve({ kind: 'not sent' });
    sequence = (sequence % 0x7fffffff) + 1;
    const mine = sequence;
    const settle = (result: Answer): void => {
      clearTimeout(late);
      waiting.delete(mine);
      resolve(result);
    };
    const late = setTimeout(() => settle({ kind: 'no answer' }), milliseconds);
    waiting.set(mine, { command, settle });
    write({ command, status: 0, sequence: mine, body });
  });

  const heard = async (pdu: Pdu): Promise<void> => {
    unanswered = 0;
    const { command, status, body } = pdu;
    if (isResponse(command)) {
      const asked = waiting.get(pdu.sequence);
      // a late answer, or one to nothing that we asked, means nothing any more
      if (asked && (command === responseTo(asked.command) || command === commands.genericNack)) asked.settle({ kind: 'answer', status, body });
    } else if (command === commands.enquireLink) answer({ ...pdu, command: responseTo(command) }, statuses.ok);
    else if (command === commands.unbind) {
      answer({ ...pdu, command: responseTo(command) }, statuses.ok);
      end('the SMSC ended the session', true);
    } else if (command === commands.deliverSm) {
      deliveries += 1;
      if (deliveries >= mostDeliveries) socket.pause();
      const { status: verdict, body: reply } = await incoming.deliver(body).catch(() => ({ status: statuses.temporary, body: Buffer.alloc(0) }));
      answer({ ...pdu, command: responseTo(command) }, verdict, reply);
      deliveries -= 1;
      if (deliveries < mostDeliveries) socket.resume();
    } else if (command !== commands.alertNotification && command !== commands.outbind) answer({ ...pdu, command: commands.genericNack }, statuses.badCommand);
  };

  const timer = setInterval(() => {
    if (unanswered >= 2) return end('the SMSC does not answer any more');
    unanswered += 1;
    void request(commands.enquireLink, Buffer.alloc(0), 3 * heartbeat);
  }, heartbeat);
  timer.unref();

  socket.on('data', (piece: Buffer) => {
    try {
      for (const pdu of read(piece)) if (open) void heard(pdu);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      answer({ command: commands.genericNack, status: 0, sequence: 0, body: Buffer.alloc(0) }, statuses.badLength);
      end('the SMSC sent what is not SMPP', true);
    }
  });
  socket.on('error', (error: NodeJS.ErrnoException) => end(`the connection broke (${error.code ?? 'unknown'})`));
  socket.on('end', () => end('the SMSC closed the connection'));
  socket.on('close', () => end('the connection was closed'));
  return { request, ended, end, get open() { return open; } };
};
