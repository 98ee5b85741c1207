import type { Secret } from '../../security/secret.js';
import { openDialogue, type Dialogue } from './dialogue.js';
import type { OpenLine } from './line.js';
import { registration } from './network.js';
import { claimPort, type Claim } from './ports.js';
import { setUp, type Ready } from './setUp.js';
import type { Times } from './times.js';

/** A modem that is open and ready. */
export interface Session {
  readonly dialogue: Dialogue;
  readonly ready: Ready;
}

export interface Fault {
  readonly problem: string;
  readonly at: Date;
}

/** The line to one modem, opened when it is needed and opened again when it was lost. */
export interface Connection {
  /** @param patience milliseconds; then the answer is that the modem is not ready */
  session(patience: number): Promise<Session | { readonly problem: string }>;
  /** The modem cannot be relied on: the line is closed, and set up anew the next time. */
  drop(session: Session, problem: string): void;
  /** Does one thing with the modem after the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  readonly busy: boolean;
  readonly lastFault: Fault | undefined;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly gateway: string;
  readonly port: string;
  readonly openLine: OpenLine;
  readonly pin?: Secret | undefined;
  readonly smsc?: string | undefined;
  /** Whether status reports are listened for; the line is then kept open all the time. */
  readonly receipts: boolean;
  readonly times: Times;
  heard(text: string, announced?: string): void;
  warn(problem: string): void;
}

/** What modems say when they start or stop: everything that they were told is forgotten. */
const startedAnew = /^(RDY|\^SYSSTART.*|\^SHUTDOWN|NORMAL POWER DOWN|POWERED DOWN)$/;

export const openConnection = ({ gateway, port, openLine, pin, smsc, receipts, times, heard, warn }: ConnectionOptions): Connection => {
  let claim: Claim | undefined;
  let current: Session | undefined;
  let opening: Promise<Session | { readonly problem: string }> | undefined;
  let beingSetUp: Dialogue | undefined;
  let leaving: Promise<void> = Promise.resolve();
  let closed = false;
  let lastFault: Fault | undefined;
  let warned: string | undefined;
  let pause = times.again;
  let timer: NodeJS.Timeout | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let inHand = 0;

  const failed = (problem: string): void => {
    if (closed) return;
    lastFault = { problem, at: new Date() };
    if (problem !== warned) warn(problem);
    warned = problem;
    if (!receipts) return;
    clearTimeout(timer);
    timer = setTimeout(() => void session(0), pause);
    pause = Math.min(2 * pause, times.longestPause);
  };

  const attempt = async (): Promise<Session | { readonly problem: string }> => {
    await leaving;
    if (closed) return { problem: 'the gateway is being closed' };
    if (!claim) {
      const claimed = await claimPort(port, gateway);
      if ('problem' in claimed) return claimed;
      claim = claimed;
    }
    const line = await openLine();
    if ('problem' in line) return line;
    const dialogue = openDialogue(line, (text, announced) => {
      heard(text, announced);
      if (current?.dialogue === dialogue && startedAnew.test(text)) drop(current, 'the modem was started anew');
    });
    beingSetUp = dialogue;
    if (closed) await dialogue.close();
    const ready = await setUp(dialogue, { port, pin, smsc, receipts, times });
    beingSetUp = undefined;
    if ('problem' in ready || closed) {
      await dialogue.close();
      return 'problem' in ready ? ready : { problem: 'the gateway is being closed' };
    }
    return { dialogue, ready };
  };

  const drop = (dropped: Session, problem: string): void => {
    if (current !== dropped) return;
    current = undefined;
    leaving = dropped.dialogue.close();
    clearTimeout(timer);
    failed(problem);
  };

  const opened = (fresh: Session): void => {
    current = fresh;
    pause = times.again;
    warned = undefined;
    if (receipts && !fresh.ready.receipts) warn('the modem cannot tell what became of messages: there are no receipts');
    if (!fresh.ready.serviceCentre) warn('the SIM card names no service centre: give its number as the option smsc');
    void fresh.dialogue.ended.then(() => drop(fresh, 'the modem was lost: it was unplugged, or its port was closed'));
    watch(fresh);
  };

  /** A modem that hangs or was started anew says nothing; receipts would not come any more. */
  const watch = (watched: Session): void => {
    if (!receipts) return;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (inHand === 0) {
        const state = await inTurn(async () => (current === watched ? registration(watched.dialogue, times.command) : undefined));
        if (state === 'lost') return drop(watched, 'the modem does not answer any more');
      }
      if (current === watched && !closed) watch(watched);
    }, times.heartbeat);
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    inHand += 1;
    const done = queue.then(work).finally(() => { inHand -= 1; });
    queue = done.catch(() => undefined);
    return done;
  };

  const session = async (patience: number): Promise<Session | { readonly problem: string }> => {
    if (current) return current;
    clearTimeout(timer);
    opening ??= attempt().then((result) => {
      opening = undefined;
      if ('problem' in result) failed(result.problem);
      else opened(result);
      return result;
    });
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<{ problem: string }>((resolve) => { late = setTimeout(() => resolve({ problem: 'the modem is not ready yet' }), Math.max(0, patience)); });
    return Promise.race([opening, tooLate]).finally(() => clearTimeout(late));
  };

  if (receipts) void session(0);
  return {
    session, drop, inTurn,
    get busy() { return inHand > 0; },
    get lastFault() { return lastFault; },
    close: async () => {
      claim?.leave();
      await queue;
      closed = true;
      clearTimeout(timer);
      await beingSetUp?.close();
      await opening;
      await current?.dialogue.close();
      await leaving;
      clearTimeout(timer);
      claim?.release();
    },
  };
};
