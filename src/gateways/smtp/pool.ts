import type { SendOutcome } from '../gateway.js';
import type { Letter } from './letter.js';
import { outcomeOf } from './outcome.js';
import { portOf, type ServerOptions } from './serverOptions.js';
import { openSession, type Fault, type Session } from './session.js';

/** The connections to one mail server: bounded in number, kept open between messages. */
export interface Pool {
  /**
   * Never throws. Answers within the server's time-out, and within `limit` where that is shorter; waiting for a connection included.
   * @param write is called when it is the message's turn
   * @param limit milliseconds
   * @param hidden what no reason may show
   */
  send(write: () => Promise<Letter>, hidden: readonly string[], limit?: number): Promise<SendOutcome>;
  /** Whether it takes no more messages. */
  readonly closed: boolean;
  /** Lets what is on its way finish, then closes every connection. */
  close(): Promise<void>;
}

/** Milliseconds that a connection stays open without a message; servers wait for five minutes (RFC 5321, 4.5.3.2), some for less. */
const idleFor = 30_000;

/** @param mostWaiting messages that may wait for a connection */
export const openPool = (options: ServerOptions, { mostWaiting = 500 }: { mostWaiting?: number } = {}): Pool => {
  const place = `${options.host}:${portOf(options)}`;
  const idle: { readonly session: Session; readonly timer: NodeJS.Timeout }[] = [];
  const waiting: (() => void)[] = [];
  const leaving = new Set<Promise<void>>();
  let busy = 0;
  let finished: (() => void) | undefined;
  let closed: Promise<void> | undefined;

  const leave = (session: Session): void => {
    const left = session.leave().finally(() => leaving.delete(left));
    leaving.add(left);
  };

  /** A connection's turn, now or when one becomes free; first come, first served. */
  const turn = (deadline: AbortSignal): Promise<boolean> | true => {
    if (busy < options.connections) {
      busy += 1;
      return true;
    }
    return new Promise((resolve) => {
      const late = (): void => {
        waiting.splice(waiting.indexOf(go), 1);
        resolve(false);
      };
      const go = (): void => {
        deadline.removeEventListener('abort', late);
        resolve(true);
      };
      waiting.push(go);
      deadline.addEventListener('abort', late, { once: true });
    });
  };

  /** The place is handed on, so that nobody who comes now can slip in between. */
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next) return next();
    busy -= 1;
    if (busy === 0) finished?.();
  };

  const idleSession = (): Session | undefined => {
    for (let kept = idle.pop(); kept; kept = idle.pop()) {
      clearTimeout(kept.timer);
      if (kept.session.alive) return kept.session;
    }
    return undefined;
  };

  const keep = (session: Session): void => {
    if (closed || !session.alive) return leave(session);
    const kept = {
      session,
      timer: setTimeout(() => {
        idle.splice(idle.indexOf(kept), 1);
        leave(session);
      }, idleFor).unref(),
    };
    idle.push(kept);
  };

  const deliver = async (letter: Letter, deadline: AbortSignal): Promise<Fault | undefined> => {
    for (;;) {
      const kept = idleSession();
      const session = kept ?? (await openSession(options, deadline));
      if ('cause' in session) return session;
      const fault = await session.send(letter, deadline);
      if (fault === undefined) keep(session);
      else leave(session);
      // the server had left a connection that stood idle, and has seen nothing of the message
      if (fault === undefined || !kept || !isGoodbye(fault)) return fault;
    }
  };

  return {
    get closed() {
      return closed !== undefined;
    },
    send: async (write, hidden, limit = Infinity) => {
      if (closed) return { kind: 'unavailable', reason: 'the connection to the mail server is being closed' };
      if (waiting.length >= mostWaiting) return { kind: 'unavailable', reason: `too many messages wait for ${place}` };
      const expiry = new AbortController();
      const timer = setTimeout(() => expiry.abort(), Math.min(options.timeout * 1_000, limit));
      try {
        if (!(await turn(expiry.signal))) return { kind: 'unavailable', reason: `${place} was busy for too long` };
        try {
          const letter = await write();
          const fault = await deliver(letter, expiry.signal);
          return fault === undefined ? { kind: 'sent', messageId: letter.messageId } : outcomeOf(fault, place, [...hidden, ...secretsOf(options, letter)]);
        } finally {
          giveBack();
        }
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => (closed ??= (async () => {
      for (const { session, timer } of idle.splice(0)) {
        clearTimeout(timer);
        leave(session);
      }
      if (busy > 0) await new Promise<void>((resolve) => { finished = resolve; });
      await Promise.all(leaving);
    })()),
  };
};

/** Nothing was handed over, and there is no reply, or one that says that the server goes (421). */
const isGoodbye = ({ handedOver, cause }: Fault): boolean =>
  !handedOver && typeof cause === 'object' && !('problem' in cause) && (cause.responseCode === undefined || cause.responseCode === 421);

const secretsOf = ({ username, password }: ServerOptions, { from, to }: Letter): string[] => {
  const login = username === undefined || password === undefined ? [] : [...(username.length < 4 ? [] : [username]), password.reveal(), `\0${username}\0${password.reveal()}`];
  return [from, to, ...login];
};
