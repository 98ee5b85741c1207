import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Letter } from './letter.js';
import { portOf, type ServerOptions } from './serverOptions.js';
import { tlsConnection } from './tls.js';

/** What the client's errors tell besides their text, which may hold anything. */
export interface SmtpError {
  readonly code?: string | undefined;
  /** Code of the system, where the client gave its own. */
  readonly originalCode?: string | undefined;
  readonly responseCode?: number | undefined;
  /** The server's reply, code included. */
  readonly response?: string | undefined;
  readonly command?: string | undefined;
}

/** Why a step of a session failed. */
export interface Fault {
  readonly step: 'connect' | 'login' | 'send';
  /** The message was handed to the connection; without a reply nobody knows whether the server has it. */
  readonly handedOver: boolean;
  readonly cause: SmtpError | 'no login offered' | 'timeout' | { readonly problem: string };
}

/** One connection to a server, after the greeting, TLS and the login. */
export interface Session {
  /** Whether the server has neither gone nor been left. */
  readonly alive: boolean;
  /** @returns the fault; undefined when the server has taken the message */
  send(letter: Letter, deadline: AbortSignal): Promise<Fault | undefined>;
  /** Says goodbye; resolves when the connection is closed, for which the server has a second. */
  leave(): Promise<void>;
}

/** Milliseconds that a server has for its last word. */
const farewell = 1_000;

/**
 * Opens a session. The client's own time-outs are only a net below `deadline`, which bounds the whole.
 * @param deadline aborts when there is no more time
 */
export const openSession = async (options: ServerOptions, deadline: AbortSignal): Promise<Session | Fault> => {
  const { host, security, username, password, loginOptional, timeout } = options;
  const limit = timeout * 1_000;
  const tls = tlsConnection(options.tls);
  if ('problem' in tls) return { step: 'connect', handedOver: false, cause: tls };
  const connection = new SMTPConnection({
    host, port: portOf(options), secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none', tls,
    connectionTimeout: limit, greetingTimeout: limit, dnsTimeout: limit, socketCloseTimeout: farewell, maxResponseSize: 65_536,
  });
  let alive = true;
  let lost: (error: SmtpError | 'timeout') => void = () => undefined;
  const gone = new Promise<void>((resolve) => connection.once('end', resolve));
  connection.on('error', (error) => lost(error as SmtpError));
  connection.on('end', () => {
    alive = false;
    // the client closes first and says why afterwards
    queueMicrotask(() => lost({ code: 'ECONNRESET' }));
  });

  /** One step: its own answer, the end of the connection or the deadline, whichever comes first. */
  const step = (deadline: AbortSignal, begin: (done: (error?: Error | null) => void) => void): Promise<Fault['cause'] | undefined> =>
    new Promise((resolve) => {
      const end = (cause: Fault['cause'] | undefined): void => {
        deadline.removeEventListener('abort', late);
        lost = () => undefined;
        resolve(cause);
        if (cause !== undefined) connection.close();
      };
      const late = (): void => end('timeout');
      lost = end;
      if (deadline.aborted) return late();
      deadline.addEventListener('abort', late);
      begin((error) => end(error ? (error as SmtpError) : undefined));
    });

  const connected = await step(deadline, (done) => connection.connect(done));
  if (connected !== undefined) return { step: 'connect', handedOver: false, cause: connected };
  if (username !== undefined && (connection.allowsAuth || !loginOptional)) {
    const credentials = { user: username, pass: password?.reveal() ?? '' };
    if (!connection.allowsAuth) {
      connection.close();
      return { step: 'login', handedOver: false, cause: 'no login offered' };
    }
    const loggedIn = await step(deadline, (done) => connection.login({ credentials }, done));
    if (loggedIn !== undefined) return { step: 'login', handedOver: false, cause: loggedIn };
  }

  return {
    get alive() {
      return alive;
    },
    send: async ({ from, to, content }, sendDeadline) => {
      // the client begins to read only when the server has asked for the message (354)
      const source = Readable.from([content]);
      const cause = await step(sendDeadline, (done) => connection.send({ from, to: [to] }, source, done));
      return cause === undefined ? undefined : { step: 'send', handedOver: source.readableDidRead, cause };
    },
    leave: async () => {
      if (alive) connection.quit();
      const timer = setTimeout(() => connection.close(), farewell);
      await gone;
      clearTimeout(timer);
    },
  };
};
