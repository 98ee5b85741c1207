import { isIP, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Client, type Entry, type SearchOptions } from 'ldapts';

export interface ConnectionParts {
  readonly url: string;
  /** Milliseconds to connect within, and again for each answer. */
  readonly timeout: number;
  readonly startTls: boolean;
  readonly verify: boolean;
  /** PEM texts; undefined for the authorities of the system. */
  readonly ca?: readonly string[] | undefined;
}

/** One connection to an LDAP server. It is never made anew: who it speaks for, and how safely, would be lost with it. */
export interface Connection {
  /** Whether it may still be used. */
  isOpen(): boolean;
  bind(dn: string, password: string): Promise<void>;
  search(base: string, options: SearchOptions): Promise<readonly Entry[]>;
  close(): void;
}

/** @throws Error when the server cannot be reached, or does not prove who it is; for `ldap://` without `startTls` the first question may tell */
export const openConnection = async ({ url, timeout, startTls, verify, ca }: ConnectionParts): Promise<Connection> => {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const tls = (): ConnectionOptions => ({ rejectUnauthorized: verify, host, ...(isIP(host) ? {} : { servername: host }), ...(ca ? { ca: [...ca] } : {}) });
  const client = new Client({ url, timeout, connectTimeout: timeout, ...(/^ldaps:/i.test(url) ? { tlsOptions: tls() } : {}) });
  // the library would connect again by itself, without TLS and as nobody
  let connected = false;
  let closed = false;
  let belowTls: Socket | undefined;
  const close = (): void => {
    closed = true;
    if (belowTls?.destroyed) return;
    client.unbind().catch(() => undefined);
    // the library waits for the end of this one, which nobody else brings about
    if (belowTls) setImmediate(() => belowTls?.destroy());
  };
  const use = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed || (connected && !client.isConnected)) throw new Error('the connection was lost');
    const done = await work();
    connected = true;
    return done;
  };

  if (startTls) {
    const options = tls();
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => { late = setTimeout(() => reject(new Error('timed out')), timeout * 2); });
    try {
      await Promise.race([client.startTLS(options), tooLate]);
      if (heardBeforeTls(client)) throw new Error('something was said before TLS began');
    } catch (error) {
      belowTls = options.socket as Socket | undefined;
      close();
      throw error;
    } finally {
      clearTimeout(late);
    }
    connected = true;
    belowTls = options.socket as Socket;
    // the library does not notice when it ends
    belowTls.once('close', () => { closed = true; });
    if (belowTls.destroyed) closed = true;
  }
  return {
    isOpen: () => !closed && client.isConnected,
    bind: (dn, password) => use(() => client.bind(dn, password)),
    search: (base, options) => use(async () => (await client.search(base, options)).searchEntries),
    close,
  };
};

/**
 * Whether a part of a message is left over from before TLS. The library would go on reading with it: whoever stands between could put in the
 * beginning of a "success" there, which swallows the server's answer to a wrong password (RFC 4511, 4.14.2 wants it discarded).
 */
const heardBeforeTls = (client: Client): boolean => {
  const { messageParser } = client as unknown as { readonly messageParser: { readonly buffer?: Buffer } };
  return (messageParser.buffer?.length ?? 0) > 0;
};
