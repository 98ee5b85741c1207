import { createServer, type AddressInfo, type Socket } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { startProxyServer, type ProxyServer } from '../../fixtures/proxyServer.js';
import { selfSigned } from '../../fixtures/selfSigned.js';
import type { Gateway, SendOutcome } from '../../../src/gateways/gateway.js';
import { linotp, message, native, openHttp, privacyidea } from './openHttp.js';
import { temporaryFolder } from '../../fixtures/folder.js';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  closing.push(thing);
  return thing;
};
const gatewayServer = async (options: Parameters<typeof startGatewayServer>[0] = {}): Promise<GatewayServer> => kept(await startGatewayServer(options));
const proxyServer = async (options: Parameters<typeof startProxyServer>[0] = {}): Promise<ProxyServer> => kept(await startProxyServer(options));
const open = (options: Record<string, unknown>): Gateway => kept(openHttp(native({ query: { to: '{phone}', text: '{text}' }, ...options })));
const send = (options: Record<string, unknown>): Promise<SendOutcome> => open(options).send(message());

/** A port on which nobody listens. */
const deadPort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

describe('nothing was sent: unavailable', () => {
  it('when the connection is refused', async () => {
    const port = await deadPort();
    expect(await send({ url: `http://127.0.0.1:${port}/` })).toEqual({ kind: 'unavailable', reason: `127.0.0.1:${port} was not reached: the connection was refused` });
  });

  it('when the host is unknown', async () => {
    expect(await send({ url: 'http://no-such-host.invalid/' })).toEqual({ kind: 'unavailable', reason: expect.stringMatching(/^no-such-host\.invalid was not reached: the host name (is unknown|could not be looked up)$/) });
  });

  it('when the TLS handshake does not come to an end in time', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    kept({ close: () => new Promise((resolve) => { sockets.forEach((socket) => socket.destroy()); silent.close(() => resolve()); }) });
    const { port } = silent.address() as AddressInfo;
    expect(await send({ url: `https://127.0.0.1:${port}/`, connectTimeout: 0.2 })).toMatchObject({ kind: 'unavailable' });
  });

  it('when the certificate is not trusted, and says what to do', async () => {
    const server = await gatewayServer({ tls: selfSigned() });
    const outcome = await send({ url: `${server.url}/` });
    expect(outcome).toEqual({ kind: 'unavailable', reason: expect.stringContaining('certificate') });
    expect(server.requests).toHaveLength(0);
  });

  it('when all connections are taken by messages that hang', async () => {
    const server = await gatewayServer();
    server.answer({ hang: true });
    const gateway = open({ url: server.url, connections: 1, connectTimeout: 0.2, timeout: 5 });
    const first = gateway.send(message());
    await server.next();
    expect(await gateway.send(message())).toMatchObject({ kind: 'unavailable' });
    server.release();
    expect(await first).toEqual({ kind: 'sent' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('nobody knows: unknown', () => {
  it.each([
    ['no reply comes in time', { hang: true }, 'no reply from'],
    ['the connection is reset after the request', { reset: 'request' }, 'while 127.0.0.1'],
    ['the connection is reset within the reply', { reset: 'reply' }, 'broke off'],
    ['the reply stops half-way', { half: 'I' }, 'broke off'],
  ] as const)('when %s', async (_, answer, reason) => {
    const server = await gatewayServer();
    server.answer(answer);
    expect(await send({ url: server.url, timeout: 0.3, success: { startsWith: 'ID: ' } })).toEqual({ kind: 'unknown', reason: expect.stringContaining(reason) });
    expect(server.requests).toHaveLength(1);
  });

  it('but not when what came of the reply says it', async () => {
    const server = await gatewayServer();
    server.answer({ half: 'ID: 1' });
    expect((await send({ url: server.url, timeout: 0.3, success: { startsWith: 'ID: ' } })).kind).toBe('sent');
    server.answer({ half: 'no', status: 500 });
    expect((await send({ url: server.url, timeout: 0.3 })).kind).toBe('rejected');
    server.answer({ half: 'anything' });
    expect((await send({ url: server.url, timeout: 0.3 })).kind).toBe('unknown');
  });

  it('TIMEOUT of the old forms is seconds', async () => {
    const server = await gatewayServer();
    server.answer({ hang: true });
    const started = performance.now();
    const outcomes = await Promise.all([
      kept(openHttp(linotp({ URL: server.url, timeout: '0.3' }))).send(message()),
      kept(openHttp(privacyidea({ URL: server.url, TIMEOUT: '0.3', text: '{otp}' }))).send(message()),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
    expect(performance.now() - started).toBeLessThan(2_900);
  });
});

describe('replies', () => {
  it('are read no further than 64 KiB', async () => {
    const server = await gatewayServer();
    server.answer({ body: `${'x'.repeat(65_536)}OK` });
    expect((await send({ url: server.url, success: { contains: 'OK' } })).kind).toBe('rejected');
    server.answer({ body: `OK${'x'.repeat(10_000_000)}` });
    expect((await send({ url: server.url, success: { startsWith: 'OK' } })).kind).toBe('sent');
  });

  it('are read in the character set that they name', async () => {
    const server = await gatewayServer();
    server.answer({ body: 'Ã¼', headers: { 'content-type': 'text/plain; charset=iso-8859-1' } });
    // the server writes UTF-8, whose bytes read as ISO 8859-1 are these four characters
    expect((await send({ url: server.url, success: { contains: 'Ã\u0083Â¼' } })).kind).toBe('sent');
  });

  it('give the id by expression or by pointer, unless it is no id', async () => {
    const server = await gatewayServer();
    server.answer({ body: '{"messages":[{"id":"a-1","to":"491701000701"}]}' });
    expect(await send({ url: server.url, messageId: { pointer: '/messages/0/id' } })).toEqual({ kind: 'sent', messageId: 'a-1' });
    expect(await send({ url: server.url, messageId: { matches: '"id":"([^"]+)"' } })).toEqual({ kind: 'sent', messageId: 'a-1' });
    expect(await send({ url: server.url, messageId: { pointer: '/messages/1/id' } })).toEqual({ kind: 'sent' });
    expect(await send({ url: server.url, messageId: { pointer: '/messages/0/to' } })).toEqual({ kind: 'sent' });
  });

  it('with an expression that takes for ever are unknown, and the process goes on', async () => {
    const server = await gatewayServer();
    server.answer({ body: `${'a'.repeat(60)}!` });
    expect(await send({ url: server.url, success: { matches: '^(a+)+$' } })).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('takes too long') });
  });
});

describe('TLS', () => {
  const certificate = selfSigned();
  let folder: string;
  beforeAll(() => {
    folder = temporaryFolder();
    writeFileSync(join(folder, 'gateway.pem'), certificate.cert);
    writeFileSync(join(folder, 'readme.txt'), 'no certificate');
  });

  it('trusts a named authority, from a file or a folder', async () => {
    const server = await gatewayServer({ tls: certificate });
    expect(await send({ url: server.url, tls: { ca: join(folder, 'gateway.pem') } })).toEqual({ kind: 'sent' });
    expect(await send({ url: server.url, tls: { ca: folder } })).toEqual({ kind: 'sent' });
    expect((await kept(openHttp(linotp({ URL: server.url, SERVER_CERTIFICATE: folder }))).send(message())).kind).toBe('sent');
  });

  it('verifies nothing only when told so', async () => {
    const server = await gatewayServer({ tls: certificate });
    const kinds = await Promise.all([
      send({ url: server.url, tls: { verify: false } }),
      kept(openHttp(linotp({ URL: server.url, SERVER_CERTIFICATE: 'false' }))).send(message()),
      kept(openHttp(privacyidea({ URL: server.url, CHECK_SSL: 'no', text: '{otp}' }))).send(message()),
      kept(openHttp(privacyidea({ URL: server.url, CHECK_SSL: 'yes', text: '{otp}' }))).send(message()),
      kept(openHttp(privacyidea({ URL: server.url, text: '{otp}' }))).send(message()),
    ]);
    expect(kinds.map(({ kind }) => kind)).toEqual(['sent', 'sent', 'sent', 'unavailable', 'unavailable']);
  });
});

describe('a proxy', () => {
  it("gets a plain request whole, with its own credentials, as the manual's example has it", async () => {
    const server = await gatewayServer();
    const proxy = await proxyServer({ credentials: 'user:pass', hosts: { 'sms-gateway.example': server.port } });
    const gateway = kept(openHttp(linotp({
      URL: 'http://sms-gateway.example/http/sendmsg', PARAMETER: { user: 'username', password: 'askme', api_id: '12980436' }, SMS_TEXT_KEY: 'text', SMS_PHONENUMBER_KEY: 'to',
      HTTP_Method: 'GET', PROXY: `http://user:pass@127.0.0.1:${proxy.port}`, RETURN_SUCCESS: 'ID',
    })));
    expect(await gateway.send(message({ to: '491701000708' }))).toEqual({ kind: 'sent', messageId: '12345' });
    expect(proxy.requests[0]).toMatchObject({ method: 'GET', target: expect.stringMatching(/^http:\/\/sms-gateway\.example\/http\/sendmsg\?/), headers: { host: 'sms-gateway.example', 'proxy-authorization': 'Basic dXNlcjpwYXNz' } });
    const received = await server.next();
    expect(received).toMatchObject({ path: '/http/sendmsg', fields: { to: '491701000708', text: '287082', user: 'username', password: 'askme' } });
    expect(received.headers['proxy-authorization']).toBeUndefined();
  });

  it('is reached by https too', async () => {
    const server = await gatewayServer();
    const certificate = selfSigned();
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'proxy.pem'), certificate.cert);
    const proxy = await proxyServer({ tls: certificate });
    const untrusted = await send({ url: server.url, proxy: proxy.url });
    expect(untrusted).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('certificate') });
    expect(await send({ url: server.url, proxy: proxy.url, tls: { ca: folder } })).toEqual({ kind: 'sent' });
  });

  it('makes a tunnel for https, and sees neither message nor credentials of the gateway', async () => {
    const server = await gatewayServer({ tls: selfSigned() });
    const proxy = await proxyServer({ credentials: 'me:p%w' });
    const outcome = await send({ url: server.url, username: 'u', password: 'p', tls: { verify: false }, proxy: { https: `http://me:p%25w@127.0.0.1:${proxy.port}` } });
    expect(outcome).toEqual({ kind: 'sent' });
    expect(proxy.requests).toHaveLength(1);
    expect(proxy.requests[0]).toMatchObject({ method: 'CONNECT', target: `127.0.0.1:${server.port}` });
    expect(proxy.requests[0]!.headers.authorization).toBeUndefined();
    expect((await server.next()).headers).toMatchObject({ authorization: 'Basic dTpw' });
  });

  it('is used for the scheme that it is given for', async () => {
    const server = await gatewayServer();
    const proxy = await proxyServer();
    await kept(openHttp(privacyidea({ URL: server.url, HTTPS_PROXY: proxy.url, text: '{otp}' }))).send(message());
    expect(proxy.requests).toHaveLength(0);
    await kept(openHttp(privacyidea({ URL: server.url, HTTP_PROXY: proxy.url, text: '{otp}' }))).send(message());
    await kept(openHttp(privacyidea({ URL: server.url, PROXY: proxy.url, text: '{otp}' }))).send(message());
    await kept(openHttp(linotp({ URL: server.url, PROXY: { http: proxy.url } }))).send(message());
    expect(proxy.requests).toHaveLength(3);
    expect(server.requests).toHaveLength(4);
  });

  it.each(['http', 'https'])('that is not there, or refuses, makes the gateway unavailable (%s)', async (scheme) => {
    const url = `${scheme}://127.0.0.1:1/`;
    const wants = await proxyServer({ credentials: 'user:other' });
    const refuses = await proxyServer({ refuse: 503 });
    const outcomes = await Promise.all([
      send({ url, proxy: `http://user:p4ssw0rd@127.0.0.1:${await deadPort()}` }),
      send({ url, proxy: `http://user:p4ssw0rd@127.0.0.1:${wants.port}` }),
      send({ url, proxy: refuses.url }),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(JSON.stringify(outcomes)).toMatch(/refused.*407.*503/);
    expect(JSON.stringify(outcomes)).not.toContain('p4ssw0rd');
  });
});

describe('redirects', () => {
  it('are followed on the same server, the message going along', async () => {
    const server = await gatewayServer();
    server.answerOnce({ status: 307, headers: { location: '/v2/send?x=1' } });
    expect(await send({ url: `${server.url}/send`, query: undefined, form: { text: '{text}' }, username: 'u', password: 'p' })).toEqual({ kind: 'sent' });
    expect((await server.next()).path).toBe('/send');
    expect(await server.next()).toMatchObject({ method: 'POST', path: '/v2/send', fields: { x: '1', text: '287082' }, headers: { authorization: 'Basic dTpw' } });
  });

  it('that ask to read a result are read by GET, without the message', async () => {
    const server = await gatewayServer();
    server.answerOnce({ status: 303, headers: { location: '/done' } });
    server.answerOnce({ body: 'ID: 9' });
    expect(await send({ url: server.url, query: undefined, form: { text: '{text}' }, success: { startsWith: 'ID' } })).toEqual({ kind: 'sent' });
    await server.next();
    expect(await server.next()).toMatchObject({ method: 'GET', path: '/done', body: '' });
  });

  it('to another server are not followed', async () => {
    const [server, other] = [await gatewayServer(), await gatewayServer()];
    server.answer({ status: 302, headers: { location: `${other.url}/` } });
    expect(await send({ url: server.url, username: 'u', password: 'p' })).toEqual({ kind: 'rejected', reason: expect.stringContaining('another server') });
    server.answer({ status: 307, headers: { location: `http://localhost:${server.port}/` } });
    expect((await send({ url: server.url })).kind).toBe('rejected');
    expect(other.requests).toHaveLength(0);
  });

  it('that would lose the message, lead nowhere or never end are not followed', async () => {
    const server = await gatewayServer();
    server.answer({ status: 301, headers: { location: '/other' } });
    expect(await send({ url: server.url, query: undefined, form: { text: '{text}' } })).toEqual({ kind: 'rejected', reason: expect.stringContaining('lose the message') });
    expect(await send({ url: server.url })).toEqual({ kind: 'rejected', reason: 'the gateway redirects too often' });
    server.answer({ status: 302 });
    expect(await send({ url: server.url })).toEqual({ kind: 'rejected', reason: expect.stringContaining('without a place to go') });
  });
});

it('keeps connections open between messages, and no more than it may', async () => {
  const server = await gatewayServer();
  const gateway = open({ url: server.url, connections: 3 });
  for (let n = 0; n < 5; n += 1) await gateway.send(message());
  expect(server.connections).toBeLessThan(5);
  await Promise.all(Array.from({ length: 30 }, () => gateway.send(message())));
  expect(server.requests).toHaveLength(35);
  expect(server.connections).toBeLessThanOrEqual(3);
});

it('lets a message that is on its way finish when it is closed, and takes no more', async () => {
  const server = await gatewayServer();
  server.answer({ hang: true });
  const gateway = open({ url: server.url });
  const sending = gateway.send(message());
  await server.next();
  const closed = gateway.close();
  expect((await gateway.send(message())).kind).toBe('unavailable');
  server.release();
  expect(await sending).toEqual({ kind: 'sent' });
  await closed;
});
