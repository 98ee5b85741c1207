import { randomUUID } from 'node:crypto';
import { Secret } from '../../security/secret.js';
import type { Fault, SendOutcome } from '../gateway.js';
import type { Mail, Mailer } from '../mail.js';
import { faultsOf, inWords } from '../faults.js';
import { readAddress, type Mailbox } from './address.js';
import { writeLetter, type Draft } from './letter.js';
import { openPool, type Pool } from './pool.js';
import { serverOptions, type ServerOptions } from './serverOptions.js';

/** A mail server's definition as it is stored. */
export interface StoredMailServer {
  /** Grows with every change, also when the name is defined again after it was removed. */
  readonly revision: number;
  /** In the words of docs/gateways/smtp.md. Holds secrets. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A message to be sent through a named server; its sender where it has one of its own. */
export type NamedDraft = Omit<Draft, 'from'> & { readonly from?: Mailbox | undefined };

export interface MailServers extends Mailer {
  /**
   * Sends through the server of that name. Never throws; a server that is not defined is `unavailable`.
   * @param hidden what no reason may show, besides addresses, subject, body and the server's password
   * @param limit milliseconds, if fewer than the server's own time-out
   */
  sendThrough(server: string, draft: NamedDraft, hidden?: readonly string[], limit?: number): Promise<SendOutcome>;
  /** What is wrong with the options of a server, by key; never a value. */
  faults(options: Readonly<Record<string, unknown>>): readonly Fault[];
  /** Sends a test to an address, through a server that need not be kept and over a connection of its own. Never throws; options with faults send nothing. */
  tryOut(options: Readonly<Record<string, unknown>>, to: string): Promise<SendOutcome>;
  /** The definition was removed: what is on its way ends, then the connections are closed. */
  forget(server: string): Promise<void>;
  close(): Promise<void>;
}

/** Checks what a mail server is described by. Every fault names the key, and never a value. */
export const readMailServer = (options: Readonly<Record<string, unknown>>): ServerOptions | { readonly faults: readonly Fault[] } => {
  const checked = serverOptions.safeParse(options, { error: inWords });
  return checked.success ? checked.data : { faults: checked.error.issues.flatMap((issue) => faultsOf(issue, {}, 'is no option of a mail server')) };
};

/**
 * The mail servers that are in use: each is opened with the first message, and opened anew when its definition has changed.
 * @param read the definition of a name, as it is now
 */
export const openMailServers = (
  read: (server: string) => Promise<StoredMailServer | undefined>,
  { mostWaiting, now = () => new Date() }: { mostWaiting?: number; now?: () => Date } = {},
): MailServers => {
  type Open = { readonly revision: number; readonly pool: Pool; readonly from: Mailbox };
  const open = new Map<string, Open>();
  const closing = new Set<Promise<void>>();
  let closed = false;

  const retire = (server: string): Promise<void> => {
    const retired = open.get(server)?.pool.close() ?? Promise.resolve();
    open.delete(server);
    const done = retired.finally(() => closing.delete(done));
    closing.add(done);
    return done;
  };

  const find = async (server: string): Promise<Open | { readonly problem: string; readonly defined: boolean }> => {
    const stored = await read(server);
    if (closed) return { problem: 'the service is being stopped', defined: true };
    if (stored === undefined) return { problem: `there is no mail server ${server}`, defined: false };
    const current = open.get(server);
    // a reader that lags behind may still come with an older revision
    if (current && current.revision >= stored.revision) return current;
    const options = readMailServer(stored.options);
    if ('faults' in options) {
      return { problem: `the definition of the mail server ${server} is not usable: ${inOneLine(options.faults)}`, defined: true };
    }
    void retire(server);
    const opened: Open = { revision: stored.revision, pool: openPool(options, mostWaiting === undefined ? {} : { mostWaiting }), from: options.from };
    open.set(server, opened);
    return opened;
  };

  const post = (pool: Pool, draft: Draft, hidden: readonly string[], limit?: number): Promise<SendOutcome> =>
    pool.send(() => writeLetter(draft, now()), [...hidden, draft.subject, draft.body], limit);

  const sendThrough = async (
    server: string, { from, ...draft }: NamedDraft, undefinedIs: 'rejected' | 'unavailable', hidden: readonly string[] = [], limit?: number,
  ): Promise<SendOutcome> => {
    for (;;) {
      const way = await find(server).catch(() => ({ problem: `the definition of the mail server ${server} cannot be read`, defined: true }));
      if ('problem' in way) return { kind: way.defined ? 'unavailable' : undefinedIs, reason: way.problem };
      // somebody else may have met a newer definition just now
      if (!way.pool.closed) return post(way.pool, { ...draft, from: from ?? way.from }, hidden, limit);
    }
  };

  return {
    send: async (server, mail) => {
      const draft = draftOf(mail);
      return 'problem' in draft ? { kind: 'rejected', reason: draft.problem } : sendThrough(server, draft, 'rejected');
    },
    sendThrough: (server, draft, hidden, limit) => sendThrough(server, draft, 'unavailable', hidden, limit),
    faults: (options) => {
      const read = readMailServer(options);
      return 'faults' in read ? read.faults : [];
    },
    tryOut: async (given, to) => {
      const options = readMailServer(given);
      if ('faults' in options) return { kind: 'unavailable', reason: inOneLine(options.faults) };
      const draft = draftOf({ to, subject: 'Test of a mail server', body: new Secret('This e-mail shows that Tanager can send through this mail server.'), reference: randomUUID() });
      if ('problem' in draft) return { kind: 'rejected', reason: draft.problem };
      const pool = openPool(options);
      try {
        return await post(pool, { ...draft, from: options.from }, []);
      } finally {
        void pool.close();
      }
    },
    forget: retire,
    close: async () => {
      closed = true;
      for (const server of open.keys()) void retire(server);
      await Promise.all(closing);
    },
  };
};

const inOneLine = (faults: readonly Fault[]): string => faults.map(({ key, problem }) => `${key} ${problem}`).join('; ');

/** Addresses come from directories and rules, and are looked at here. */
const draftOf = ({ to, subject, body, html, replyTo, reference }: Mail): Omit<Draft, 'from'> | { readonly problem: string } => {
  const address = readAddress(to);
  const reply = replyTo === undefined ? undefined : readAddress(replyTo);
  if (address === undefined) return { problem: 'the recipient is no e-mail address' };
  if (replyTo !== undefined && reply === undefined) return { problem: 'the address for replies is no e-mail address' };
  return { to: address, subject, body: body.reveal(), reference, ...(html === undefined ? {} : { html }), ...(reply === undefined ? {} : { replyTo: reply }) };
};
