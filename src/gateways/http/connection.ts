import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import { readCertificates } from '../certificates.js';
import { readClientCertificate } from '../clientCertificate.js';
import { decoded } from './address.js';
import { exchange, type Exchange } from './exchange.js';
import type { HttpOptions } from './options.js';
import type { Request } from './request.js';
import { socksConnector } from './socks.js';

/** The connections of one gateway: bounded in number, kept open between messages, direct or through a proxy. */
export interface Connection {
  /** @param remaining milliseconds that are left at most */
  exchange(request: Request, remaining: number): Promise<Exchange>;
  close(): Promise<void>;
}

/** Below the five seconds after which many servers drop an idle connection, so that no message runs into that. */
const idle = 4_000;

export const connect = (options: HttpOptions): Connection => {
  const timeout = options.connectTimeout * 1000;
  const tls = tlsOf(options, timeout);
  // who we are is the provider's business, not the proxy's
  const own = ownCertificate(options);
  const pool = { connections: options.connections, pipelining: 1, keepAliveTimeout: idle, keepAliveMaxTimeout: idle, headersTimeout: 0, bodyTimeout: 0 } as const;
  const open = new Map<string, { dispatcher: Dispatcher; forward?: URL }>();

  let closed: Promise<void> | undefined;

  const route = (scheme: string): { dispatcher: Dispatcher; forward?: URL } => {
    const address = typeof options.proxy === 'object' ? options.proxy[scheme as 'http' | 'https'] : options.proxy;
    if (address === undefined) return { dispatcher: new Agent({ ...pool, connect: { ...tls, ...own } }) };
    const proxy = new URL(address);
    if (proxy.protocol.startsWith('socks')) return { dispatcher: new Agent({ ...pool, connect: socksConnector(proxy, { ...tls, ...own }) }) };
    const token = credentialsOf(proxy);
    // a plain request is handed to the proxy as it is; only TLS needs a tunnel through it
    if (scheme === 'http') return { dispatcher: new Agent({ ...pool, connect: tls }), forward: proxy };
    return { dispatcher: new ProxyAgent({ ...pool, uri: proxy.origin, ...(token ? { token } : {}), requestTls: { ...tls, ...own }, proxyTls: tls }) };
  };

  return {
    exchange: (request, remaining) => {
      const scheme = new URL(request.origin).protocol.slice(0, -1);
      let way = open.get(scheme);
      if (!way) open.set(scheme, (way = route(scheme)));
      const { dispatcher, forward } = way;
      const token = forward && credentialsOf(forward);
      return exchange(
        dispatcher,
        {
          origin: forward ? forward.origin : request.origin,
          path: forward ? `${request.origin}${request.path}` : request.path,
          method: request.method,
          headers: {
            ...request.headers,
            ...(forward && !('host' in request.headers) ? { host: new URL(request.origin).host } : {}),
            ...(token ? { 'proxy-authorization': token } : {}),
          },
          body: request.body ?? null,
        },
        { connect: Math.min(timeout, remaining), reply: Math.min(options.timeout * 1000, remaining) },
      );
    },
    close: () => (closed ??= Promise.all([...open.values()].map(({ dispatcher }) => dispatcher.close())).then(() => undefined)),
  };
};

const tlsOf = ({ tls }: HttpOptions, timeout: number) => {
  const ca = tls?.ca === undefined ? undefined : readCertificates(tls.ca);
  if (ca && 'problem' in ca) throw new Error(`certificates were not checked: ${ca.problem}`);
  return { timeout, rejectUnauthorized: tls?.verify ?? true, ...(ca ? { ca: [...ca] } : {}) };
};

const ownCertificate = ({ tls }: HttpOptions) => {
  const own = tls && readClientCertificate(tls);
  if (own && 'problem' in own) throw new Error(`client certificate was not checked: ${own.at} ${own.problem}`);
  return own;
};

/** RFC 7617, UTF-8. */
const credentialsOf = (proxy: URL): string | undefined =>
  proxy.username || proxy.password ? `Basic ${Buffer.from(`${decoded(proxy.username)}:${decoded(proxy.password)}`).toString('base64')}` : undefined;
