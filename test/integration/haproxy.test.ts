import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as plainRequest, type RequestOptions, type Server } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startApi, type Api } from '../fixtures/api.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { selfSigned } from '../fixtures/selfSigned.js';
import { describeWith, freePort, listening, startProgram, whereIs, type Program } from './program.js';

const source = (name: string): string => readFileSync(join(__dirname, '../../deploy/proxy', name), 'utf8');
const certificate = selfSigned();

interface Proxy {
  readonly port: number;
  /** Whether it says that an instance is ready. */
  isAlive(): Promise<boolean>;
  stop(): Promise<void>;
}

/** HAProxy by the configuration of this project, with the addresses of this machine in the places of those of Docker's network. */
const startProxy = async (ports: readonly number[], front: 'plain' | 'tls' = 'plain'): Promise<Proxy> => {
  const folder = temporaryFolder();
  const [port, alive] = [await freePort(), await freePort()];
  const pem = join(folder, 'certificate.pem');
  writeFileSync(pem, certificate.cert + certificate.key);
  const written = (name: string, changes: readonly (readonly [string, string])[]): string => {
    const file = join(folder, name);
    writeFileSync(file, changes.reduce((changed, [from, to]) => {
      if (!changed.includes(from)) throw new Error(`${name} has no ${from}`);
      return changed.replaceAll(from, to);
    }, source(name)));
    return file;
  };
  const service = written('service.cfg', [['127.0.0.1:8404', `127.0.0.1:${alive}`], ...ports.map((its, index) => [`tanager${index + 1}:8080`, `127.0.0.1:${its}`] as const)]);
  const listens = written(`${front}.cfg`, front === 'plain' ? [['bind :8080', `bind 127.0.0.1:${port}`]] : [['bind :8443', `bind 127.0.0.1:${port}`], ['/run/secrets/certificate', pem]]);
  const program: Program = startProgram(whereIs('haproxy')!, ['-db', '-f', service, '-f', listens]);
  await Promise.race([listening(port), once(program.process, 'exit').then(() => { throw new Error(program.output()); })]);
  return {
    port, stop: () => program.stop(),
    isAlive: async () => (await fetch(`http://127.0.0.1:${alive}/alive`)).ok,
  };
};

/** One request on a connection of its own. */
const ask = async (port: number, path: string, { body, ...options }: RequestOptions & { body?: unknown; ca?: string } = {}) => {
  const sent = (options.ca === undefined ? plainRequest : tlsRequest)({ host: '127.0.0.1', port, path, agent: false, ...options, headers: { 'Content-Type': 'application/json', ...options.headers } });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(sent, 'response');
  return { status: response.statusCode as number, headers: response.headers as Record<string, string>, body: await text(response) };
};
const attempt = (port: number, options: RequestOptions = {}) => ask(port, '/v1/challenges', { method: 'POST', body: { user: 'nobody', pin: '1234' }, ...options });
const attemptsAt = async (api: Api): Promise<readonly { readonly client: string }[]> => (await api.admin('GET', '/v1/events?type=AuthenticationRefused&limit=200')).body.events;
const portOf = ({ url }: Api): number => Number(new URL(url).port);

describeWith({ haproxy: 'haproxy' }, 'two instances behind HAProxy', () => {
  let apis: Api[];
  let proxy: Proxy;
  beforeEach(async () => {
    apis = await Promise.all([0, 1].map(() => startApi({ TANAGER_TRUSTED_PROXIES: '127.0.0.1' })));
    proxy = await startProxy(apis.map(portOf));
  });
  afterEach(async () => {
    await proxy.stop();
    await Promise.all(apis.map((api) => api.stop()));
  });

  it('share the work, and hear who asks, whatever the client says of itself', async () => {
    const headers = { 'X-Forwarded-For': '192.0.2.7', Forwarded: 'for=192.0.2.7', 'X-Forwarded-Host': 'elsewhere.example' };
    for (let n = 0; n < 10; n++) expect((await attempt(proxy.port, { localAddress: '127.0.0.2', headers })).status).toBe(200);
    const seen = await Promise.all(apis.map(attemptsAt));
    expect(seen.flat().map(({ client }) => client)).toEqual(Array(10).fill('127.0.0.2'));
    expect(seen.every((events) => events.length > 0)).toBe(true);
  });

  it('lose no request when one of them is gone, from the first moment on', async () => {
    const [first] = apis.splice(0, 1);
    await first!.stop();
    for (let n = 0; n < 10; n++) expect((await attempt(proxy.port)).status).toBe(200);
    expect(await attemptsAt(apis[0]!)).toHaveLength(10);
    expect(await proxy.isAlive()).toBe(true);
  });

  it('lose no request while one of them is stopped, and turns the proxy away before', async () => {
    const draining = await startApi({ TANAGER_TRUSTED_PROXIES: '127.0.0.1' }, { listening: { stopDelay: 5_000 } });
    const both = await startProxy([portOf(draining), portOf(apis[1]!)]);
    const statuses = new Set<number>();
    let stopped = false;
    const callers = Array.from({ length: 20 }, async () => { while (!stopped) statuses.add((await ask(both.port, '/v1/openapi.json')).status); });
    await draining.stop();
    stopped = true;
    await Promise.all(callers);
    await both.stop();
    expect([...statuses]).toEqual([200]);
  }, 30_000);

  it('keep figures to themselves', async () => {
    for (const path of ['/metrics', '/METRICS', '/metrics/', '/metrics?x']) expect((await ask(proxy.port, path)).status).toBe(404);
    expect((await ask(proxy.port, '/health/live')).status).toBe(200);
  });

  it('are missed when both are gone', async () => {
    await Promise.all(apis.splice(0).map((api) => api.stop()));
    while (await proxy.isAlive()) await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await attempt(proxy.port)).status).toBe(503);
  }, 30_000);
});

describeWith({ haproxy: 'haproxy' }, 'HAProxy', () => {
  /** Ready, as it says; but every attempt dies with the connection, after it has arrived. */
  const startDying = async (): Promise<{ readonly server: Server; readonly port: number; arrived(): number }> => {
    let arrived = 0;
    const server = createServer((request, response) => {
      if (request.url === '/health/ready') return response.end();
      arrived++;
      request.socket.resetAndDestroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, port: (server.address() as AddressInfo).port, arrived: () => arrived };
  };

  it('does not repeat what may have arrived: an attempt counts', async () => {
    const dying = await Promise.all([startDying(), startDying()]);
    const proxy = await startProxy(dying.map(({ port }) => port));
    for (let n = 1; n <= 6; n++) {
      expect((await attempt(proxy.port)).status).toBe(502);
      expect(dying.reduce((sum, { arrived }) => sum + arrived(), 0)).toBe(n);
    }
    await proxy.stop();
    for (const { server } of dying) server.close().closeAllConnections();
  });

  it('asks an instance that is not ready where none is: it knows best what to answer', async () => {
    const unready = createServer((request, response) => void response.writeHead(request.url === '/health/ready' ? 503 : 200).end());
    await new Promise<void>((resolve) => unready.listen(0, '127.0.0.1', resolve));
    const proxy = await startProxy([(unready.address() as AddressInfo).port, await freePort()]);
    while (await proxy.isAlive()) await new Promise((resolve) => setTimeout(resolve, 100));
    for (let n = 0; n < 4; n++) expect((await attempt(proxy.port)).status).toBe(200);
    await proxy.stop();
    unready.close().closeAllConnections();
  }, 30_000);

  it('tells the service that it was asked by TLS, and clients to stay with that', async () => {
    const api = await startApi({ TANAGER_TRUSTED_PROXIES: '127.0.0.1' });
    const proxy = await startProxy([portOf(api)], 'tls');
    const login = { method: 'POST', body: { username: 'admin', password: 'adminpw12' } };
    const { status, headers } = await ask(proxy.port, '/linotp/admin/login', { ...login, ca: certificate.cert });
    expect([status, headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/; Secure/), expect.stringMatching(/; Secure/)]);
    await proxy.stop();
    await api.stop();
  });
});
