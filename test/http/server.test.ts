import { EventEmitter, once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Writable } from 'node:stream';
import { maxBody } from '../../src/http/body.js';
import { listen } from '../../src/http/server.js';
import { makeLog } from '../../src/security/redact.js';
import { lastCode, startApi, type Api } from '../fixtures/api.js';

/** A request byte by byte, as no client library would send it. */
const raw = async (api: Api, text: string): Promise<string> => {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  socket.write(text);
  let answer = '';
  socket.on('data', (chunk: Buffer) => { answer += chunk.toString('latin1'); });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return answer;
};

describe('the HTTP server', () => {
  let api: Api;
  const lines: string[] = [];
  const logged = new EventEmitter();
  beforeAll(async () => {
    const destination = new Writable({ write: (chunk: Buffer, _, done) => { lines.push(chunk.toString()); logged.emit(String(JSON.parse(chunk.toString()).status)); done(); } });
    api = await startApi({}, { log: makeLog('info', destination) });
    await api.admin('POST', '/v1/tokens', { serial: 'T', user: 'alice', phone: '+491701234567', pin: 'canary-pin' });
  });
  afterAll(() => api.stop());

  it('gives every request an id of its own', async () => {
    const ids = await Promise.all(['/', '/v1/tokens', '/nothing', '/health/live'].map(async (path) => (await api.call('GET', path, undefined, { 'X-Request-Id': 'mine' })).headers.get('x-request-id')));
    expect(new Set(ids).size).toBe(4);
    expect(ids.every((id) => /^[0-9a-f-]{36}$/.test(id!))).toBe(true);
  });

  it('logs one line for a request: method, path, status, time and id, and nothing else of it', async () => {
    lines.length = 0;
    const { headers } = await api.call('POST', '/v1/challenges?canary=query', { user: 'alice', pin: 'canary-body' }, { 'X-Canary': 'canary-header' });
    const mine = lines.map((line) => JSON.parse(line)).filter(({ requestId }) => requestId === headers.get('x-request-id'));
    expect(mine).toEqual([{ level: 'info', time: expect.anything(), pid: expect.anything(), hostname: expect.anything(), msg: 'answered',
      requestId: headers.get('x-request-id'), method: 'POST', path: '/v1/challenges', status: 400, ms: expect.any(Number) }]);
    expect(lines.join()).not.toContain('canary');
  });

  it('sends the headers that keep browsers in check, and none that tells what runs here', async () => {
    const { headers } = await api.call('GET', '/v1/openapi.json');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('answers HEAD where GET is safe, and never acts upon it', async () => {
    expect((await api.call('HEAD', '/health/live')).status).toBe(200);
    expect((await api.call('HEAD', '/')).status).toBe(200);
    const sent = api.tanager.development!.messages().length;
    for (const path of ['/validate/check', '/privacyidea/validate/check', '/linotp/validate/check', '/linotp/validate/smspin']) {
      expect((await api.call('HEAD', `${path}?user=alice&pass=canary-pin`)).status).toBe(405);
    }
    expect(api.tanager.development!.messages()).toHaveLength(sent);
  });

  it('says in problem details that there is nothing', async () => {
    const { status, headers, body } = await api.call('GET', '/v1/nothing');
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
    expect(body).toEqual({ type: 'urn:tanager:problem:not-found', title: 'Not Found', status: 404, code: 'not-found', detail: expect.any(String), instance: `urn:uuid:${headers.get('x-request-id')}` });
    const wrongMethod = await api.call('PUT', '/v1/tokens');
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST, GET, HEAD']);
  });

  it('refuses a path that cannot be decoded', async () => {
    expect((await api.call('GET', '/v1/tokens/%E0%A4%A')).status).toBe(400);
  });

  it('wants JSON, and good JSON', async () => {
    const send = (type: string, body: string) => api.call('POST', '/v1/challenges', body, { 'Content-Type': type });
    expect((await send('application/json', '{"user":')).body).toMatchObject({ status: 400, code: 'malformed' });
    expect((await send('text/plain', 'user=alice')).body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    expect((await send('application/x-www-form-urlencoded', 'user=alice&pin=1')).status).toBe(415);
    expect((await send('application/json', '[]')).body).toMatchObject({ status: 400, code: 'invalid', detail: 'The body must be an object.' });
    expect((await send('application/json', 'null')).status).toBe(400);
  });

  it('refuses what is too large, whether the length was told or not', async () => {
    const body = JSON.stringify({ user: 'x'.repeat(maxBody) });
    expect((await api.call('POST', '/v1/challenges', body)).body).toMatchObject({ status: 413, code: 'too-large' });
    const head = 'POST /v1/challenges HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await raw(api, `${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    // and before the end has come
    expect(await raw(api, `${head}${(body.length * 2).toString(16)}\r\n${body}`)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await raw(api, `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('answers what is no HTTP at all', async () => {
    expect(await raw(api, 'HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('passes over clients that hang up half-way', async () => {
    lines.length = 0;
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST /v1/challenges HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"user":');
    const noticed = once(logged, '499');
    // by then the head of the first was taken in
    await api.call('GET', '/health/live');
    socket.destroy();
    await noticed;
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it('waits for nobody who sends a byte now and then', async () => {
    const impatient = await startApi({}, { listening: { limits: { headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 20 } } });
    expect(await raw(impatient, 'GET / HTTP/1.1\r\nHost: loc')).toMatch(/^HTTP\/1\.1 408 /);
    const head = 'POST /v1/challenges HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
    expect(await raw(impatient, head)).not.toMatch(/^HTTP\/1\.1 [25]/);
    await impatient.stop();
  });

  it('says when it takes no work', async () => {
    const { application } = api.tanager;
    const broken = await listen({ ...api.tanager.http, application: { ...application, ready: async () => ({ ready: false, problems: ['event store: gone'] }) } }, { host: '127.0.0.1', port: 0 });
    if (broken.kind === 'refused') throw new Error(broken.message);
    const response = await fetch(`${broken.url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([503, { status: 'not-ready', problems: ['event store: gone'] }]);
    await broken.stop();
  });

  it('tells whoever looks how it is', async () => {
    expect((await api.call('GET', '/health/live')).body).toEqual({ status: 'alive', version: api.tanager.application.version });
    expect((await api.call('GET', '/health/ready')).body).toEqual({ status: 'ready', problems: [] });
  });

  it('counts requests by template, outcomes by reason, sends by gateway', async () => {
    const { body: { transactionId } } = await api.call('POST', '/v1/challenges', { user: 'alice', pin: 'canary-pin' });
    await api.call('POST', '/v1/answers', { transactionId, code: '000000' });
    await api.call('POST', '/v1/answers', { transactionId, code: lastCode(api, '+491701234567') });
    await api.admin('GET', '/v1/tokens/T');
    const { status, body: text } = await api.call('GET', '/metrics');
    expect(status).toBe(200);
    expect(text).toMatch(/^tanager_http_requests_total\{method="GET",route="\/v1\/tokens\/:serial",status="200"\} \d+$/m);
    expect(text).toContain('tanager_outcomes_total{kind="accepted",reason=""} 1');
    expect(text).toContain('tanager_outcomes_total{kind="refused",reason="wrong-code"} 1');
    expect(text).toMatch(/^tanager_sms_sends_total\{gateway="development",outcome="sent"\} \d+$/m);
    expect(text).toMatch(/^tanager_store_head \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag/m);
    expect(text).not.toMatch(/alice|491701234567|canary/);
  });

  it('hides what went wrong here, but logs it under the id of the request', async () => {
    lines.length = 0;
    const spy = jest.spyOn(api.tanager.application.queries, 'gateways').mockRejectedValueOnce(new Error('canary-internal'));
    const { status, headers, body } = await api.admin('GET', '/v1/gateways');
    spy.mockRestore();
    expect([status, body.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(body)).not.toContain('canary');
    expect(lines.find((line) => line.includes('canary-internal'))).toContain(headers.get('x-request-id'));
  });

  it('says when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const refused = await listen(api.tanager.http, { host: '127.0.0.1', port });
    expect(refused).toEqual({ kind: 'refused', message: `cannot listen on 127.0.0.1:${port}: another program listens there already` });
    other.close();
  });
});

describe('stopping the HTTP server', () => {
  it('lets what is under way finish and takes nothing new', async () => {
    const api = await startApi();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => { release = resolve; });
    const asked = new Promise<void>((resolve) => {
      jest.spyOn(api.tanager.application.queries, 'gateways').mockImplementationOnce(async () => { resolve(); await held; return []; });
    });
    const underWay = api.admin('GET', '/v1/gateways');
    await asked;
    const stopped = api.stop();
    await expect(fetch(`${api.url}/health/live`)).rejects.toThrow();
    release();
    expect((await underWay).status).toBe(200);
    await stopped;
  });

  it('waits for no connection that has nothing to say', async () => {
    const api = await startApi();
    const silent = connect(Number(new URL(api.url).port), '127.0.0.1');
    await once(silent, 'connect');
    await api.call('GET', '/health/live');
    const closed = once(silent, 'close');
    await api.stop();
    await closed;
    expect(silent.destroyed).toBe(true);
  });

  it('turns a proxy away first, and serves whoever still comes', async () => {
    const api = await startApi({}, { listening: { stopDelay: 300 } });
    const stopped = api.stop();
    expect((await api.call('GET', '/health/ready')).status).toBe(503);
    const { status, headers } = await api.call('GET', '/health/live');
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await stopped;
    await expect(fetch(`${api.url}/health/live`)).rejects.toThrow();
  });

  it('does not wait for ever', async () => {
    const api = await startApi({}, { listening: { stopWithin: 50 } });
    const asked = new Promise<void>((resolve) => {
      jest.spyOn(api.tanager.application.queries, 'gateways').mockImplementationOnce(() => { resolve(); return new Promise(() => undefined); });
    });
    const underWay = expect(api.admin('GET', '/v1/gateways')).rejects.toThrow();
    await asked;
    await api.stop();
    await underWay;
  });
});
