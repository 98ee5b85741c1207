import { ResultCodeError, type Entry, type SearchOptions } from 'ldapts';
import { DirectoryUnavailable } from '../../commands/directoryUnavailable.js';
import { Turnstile } from '../../security/turnstile.js';
import { openConnection, type Connection } from './connection.js';
import type { LdapOptions } from './options.js';

/** The servers of one directory: the next is asked when one cannot be reached, and connections are kept for the next question. */
export interface Servers {
  /** @throws DirectoryUnavailable when no server answers; Overloaded when too many wait */
  search(base: string, options: SearchOptions): Promise<readonly Entry[]>;
  /** Whether this is the password of that entry, tried on a connection of its own. Throws as `search` does. */
  accepts(dn: string, password: string): Promise<boolean>;
  /** What is wrong, as long as no server answers. */
  problem(): string | undefined;
  close(): void;
}

export interface ServersParts {
  readonly name: string;
  readonly options: LdapOptions;
  readonly ca?: readonly string[] | undefined;
  readonly warn: (message: string) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly clock?: () => number;
}

/** Questions that may wait for their turn. */
const queue = 100;
/** Milliseconds: when a server keeps silent and no other one answers, nobody waits for them again for so long … */
const rest = 1_000;
/** … and a connection that was idle for longer is not used any more. */
const longestIdle = 60_000;

/**
 * Results of a bind by which a server turns a password down (RFC 4511, appendix A.1): invalidCredentials; inappropriateAuthentication, for an entry
 * without a password; constraintViolation and unwillingToPerform, for an account that is locked or whose password ran out; noSuchObject; invalidDNSyntax.
 */
const turnsDown: ReadonlySet<number> = new Set([49, 48, 19, 53, 32, 34]);

/** And those that say something of the server, and not of the one who binds: busy, unavailable. */
const saysNothingOfUser: ReadonlySet<number> = new Set([51, 52]);
/** Milliseconds in which it is said once that a user cannot be bound. */
const reminder = 60_000;

interface Kept {
  readonly url: string;
  readonly connection: Connection;
  readonly since: number;
}

export const openServers = ({ name, options, ca, warn, clock = () => performance.now() }: ServersParts): Servers => {
  const turnstile = new Turnstile(`the user directory ${name}`, options.connections, queue);
  const urls = options.url;
  const kept: Kept[] = [];
  let preferred = 0;
  let problem: string | undefined;
  let restsUntil = -Infinity;
  let toldOfUser = -Infinity;
  let closed = false;

  const connect = (url: string): Promise<Connection> => openConnection({
    url, timeout: options.timeout * 1000, startTls: options.startTls, verify: options.tls?.verify ?? true, ca,
  });

  /** Asks one server after the other, until one answers. */
  const ask = <T>(question: (url: string) => Promise<T>): Promise<T> => turnstile.run(async () => {
    if (closed || clock() < restsUntil) throw new DirectoryUnavailable(name);
    const first = preferred;
    const faults: unknown[] = [];
    for (let step = 0; step < urls.length; step += 1) {
      const place = (first + step) % urls.length;
      try {
        const answer = await question(urls[place]!);
        preferred = place;
        if (problem !== undefined) warn(`the user directory ${name} answers again`);
        problem = undefined;
        return answer;
      } catch (error) {
        if (error instanceof DirectoryUnavailable) throw error;
        faults.push(error);
      }
    }
    if (faults.some((fault) => !(fault instanceof ResultCodeError))) restsUntil = clock() + rest;
    const why = faults.map((fault, step) => `${urls[(first + step) % urls.length]}: ${inWords(fault)}`).join('; ');
    // said once, not for every user who wants to log in meanwhile
    if (problem === undefined) warn(`the user directory ${name} cannot be asked: ${why}`);
    problem = why;
    throw new DirectoryUnavailable(name);
  });

  const idleOne = (url: string): Connection | undefined => {
    for (let place = kept.length - 1; place >= 0; place -= 1) {
      const { url: to, connection, since } = kept[place]!;
      if (connection.isOpen() && clock() - since < longestIdle) {
        if (to === url) return kept.splice(place, 1)[0]!.connection;
      } else {
        kept.splice(place, 1);
        connection.close();
      }
    }
    return undefined;
  };

  const searchOn = async (url: string, connection: Connection, base: string, asked: SearchOptions): Promise<readonly Entry[]> => {
    try {
      const entries = await connection.search(base, asked);
      if (closed) connection.close();
      else kept.push({ url, connection, since: clock() });
      return entries;
    } catch (error) {
      connection.close();
      throw error;
    }
  };

  const bound = async (url: string): Promise<Connection> => {
    const connection = await connect(url);
    if (options.bindDn === undefined) return connection;
    try {
      await connection.bind(options.bindDn, options.bindPassword!.reveal());
      return connection;
    } catch (error) {
      connection.close();
      throw error instanceof ResultCodeError ? new Error(`bindDn was answered with result code ${error.code}`) : error;
    }
  };

  return {
    search: (base, asked) => ask(async (url) => {
      const idle = idleOne(url);
      if (idle) {
        try {
          return await searchOn(url, idle, base, asked);
        } catch (error) {
          // an idle connection may have ended unseen; what a server has answered is its answer
          if (error instanceof ResultCodeError) throw error;
        }
      }
      return searchOn(url, await bound(url), base, asked);
    }),
    accepts: (dn, password) => ask(async (url) => {
      const connection = await connect(url);
      try {
        await connection.bind(dn, password);
        return true;
      } catch (error) {
        if (!(error instanceof ResultCodeError) || saysNothingOfUser.has(error.code)) throw error;
        if (turnsDown.has(error.code)) return false;
        // one entry that cannot be bound must not take the directory from everybody else
        if (clock() - toldOfUser >= reminder) warn(`the user directory ${name} answers to the bind of a user with result code ${error.code}: his password is neither right nor wrong`);
        toldOfUser = clock();
        throw new DirectoryUnavailable(name);
      } finally {
        connection.close();
      }
    }),
    problem: () => problem,
    close: () => {
      closed = true;
      kept.splice(0).forEach(({ connection }) => connection.close());
    },
  };
};

/** Never what a server has written: there may be names in it. */
const inWords = (error: unknown): string => {
  if (error instanceof ResultCodeError) return `result code ${error.code}`;
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  if (/timed? ?out/i.test(message)) return 'no answer in time';
  return /^(bindDn|something) /.test(message) ? message : 'the connection was lost';
};
