import express, { type Express, type Router } from 'express';
import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { connectionsOf } from './connections.js';
import type { HttpDependencies } from './dependencies.js';
import { healthRouter } from './health.js';
import { linotpRouter } from './linotp/router.js';
import { makeMetrics, type Metrics } from './metrics.js';
import { nativeRouter } from './native/router.js';
import { developmentPages } from './pages/development.js';
import { home } from './pages/home.js';
import { privacyideaRouter } from './privacyidea/router.js';
import { headIsSafe, identifyAndLog, nothingHere, securityHeaders, unexpected } from './requests.js';

export interface ListenOptions {
  /** Address or name; all interfaces by `0.0.0.0` or `::`. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /**
   * Milliseconds that requests are still taken when the server is stopped, while it says that it is not ready: so long a proxy may need to turn
   * away from it. Whoever has connected meanwhile would otherwise be reset with the port. None when left out.
   */
  readonly stopDelay?: number;
  /** Milliseconds that requests under way have to finish then; 10 000 when left out. */
  readonly stopWithin?: number;
  /** For tests: nobody wants to wait for these. */
  readonly limits?: Partial<typeof usualLimits>;
}

export type Listening =
  | { readonly kind: 'listening'; readonly host: string; readonly port: number; readonly url: string; /** Turns proxies away, takes nothing new, lets what is under way finish, closes. */ stop(): Promise<void> }
  /** The port is taken, or may not be had. */
  | { readonly kind: 'refused'; readonly message: string };

/** What a request may take of us before it has said anything worth it. */
const usualLimits = {
  maxHeaderSize: 16 * 1024,
  /** Milliseconds until the head is there … */
  headersTimeout: 10_000,
  /** … and the whole request. Somebody who sends a byte now and then must not hold a connection for ever. */
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};
const maxHeaders = 100;
const usualStop = 10_000;

/** Starts the HTTP side of the service. */
export const listen = async (with_: HttpDependencies, { host, port, stopDelay = 0, stopWithin = usualStop, limits }: ListenOptions): Promise<Listening> => {
  const stopping = new AbortController();
  // every stream of events listens
  setMaxListeners(0, stopping.signal);
  const metrics = makeMetrics({ head: with_.application.head, version: with_.application.version, ...(with_.sends ? { sends: with_.sends } : {}), ...(with_.notifications ? { notifications: with_.notifications } : {}) });
  const app = httpApp(with_, metrics, stopping.signal);
  const server = createServer({ ...usualLimits, ...limits }, app);
  server.maxHeadersCount = maxHeaders;
  const connections = connectionsOf(server);
  const refused = await new Promise<Error | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen(port, host, () => { server.off('error', resolve); resolve(undefined); });
  });
  if (refused) {
    metrics.stop();
    return { kind: 'refused', message: `cannot listen on ${host}:${port}: ${reasonOf(refused)}` };
  }
  const address = server.address() as AddressInfo;
  return {
    kind: 'listening', host, port: address.port, url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    stop: async () => {
      stopping.abort();
      if (stopDelay > 0) await setTimeout(stopDelay);
      await connections.close(stopWithin);
      metrics.stop();
    },
  };
};

/** The Express app: who answers at which path. */
const httpApp = (with_: HttpDependencies, metrics: Metrics, stopping: AbortSignal): Express => {
  const { log, dialect, development, trustedProxies } = with_;
  const counted: HttpDependencies = { ...with_, application: { ...with_.application, authenticate: metrics.counted(with_.application.authenticate) } };
  const dialects: Readonly<Record<typeof dialect, Router>> = { privacyidea: privacyideaRouter(counted), linotp: linotpRouter(counted) };

  const app = express();
  app.disable('x-powered-by').disable('etag');
  if (trustedProxies !== undefined) app.set('trust proxy', trustedProxies);
  app.use(identifyAndLog(log, metrics.answered), lastAnswer(stopping), securityHeaders, headIsSafe(/^\/($|v1\/|health\/|metrics$|development\/|(linotp\/)?auth(\/|$))/));
  app.get('/', home(with_));
  if (development) app.use('/development', developmentPages(development));
  app.use(healthRouter(with_.application, metrics, () => stopping.aborted));
  app.use('/v1', nativeRouter(counted, stopping));
  app.use('/privacyidea', dialects.privacyidea);
  app.use('/linotp', dialects.linotp);
  app.use(dialects[dialect]);
  app.use(nothingHere, unexpected(log));
  return app;
};

/** While the server stops, every connection ends with the answer that is under way. */
const lastAnswer = (stopping: AbortSignal): express.RequestHandler => {
  const underWay = new Set<express.Response>();
  const close = (response: express.Response): void => { if (!response.headersSent) response.setHeader('Connection', 'close'); };
  stopping.addEventListener('abort', () => underWay.forEach(close));
  return (_, response, next) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    if (stopping.aborted) close(response);
    next();
  };
};

const reasonOf = (error: Error): string => {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'another program listens there already';
  if (code === 'EACCES') return 'this user may not listen there';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'this machine has no such address';
  return error.message;
};
