import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestHeader, readChallenge, type Challenge } from '../../../src/gateways/http/digest.js';
import { startGatewayServer, type Answer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { linotp, message, native, openHttp } from './openHttp.js';
import type { Gateway } from '../../../src/gateways/gateway.js';

const parametersOf = (header: string): Record<string, string> =>
  Object.fromEntries([...header.matchAll(/(\w+\*?)=(?:"((?:[^"\\]|\\.)*)"|([^,]+))/g)].map(([, name, escaped, plain]) => [name, plain ?? escaped!.replace(/\\(.)/g, '$1')]));

describe('the header', () => {
  const challenge: Challenge = { realm: 'http-auth@example.org', nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v', opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS', qop: 'auth', stale: false, userhash: false };
  const of = { method: 'GET', uri: '/dir/index.html', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ', count: 1 };
  const mufasa = { username: 'Mufasa', password: 'Circle of Life' };

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('is that of RFC 7616, 3.9.1, with %s', (algorithm, response) => {
    const header = digestHeader(mufasa, { ...challenge, algorithm }, of);
    expect(parametersOf(header)).toEqual({ username: 'Mufasa', realm: challenge.realm, uri: of.uri, algorithm, nonce: challenge.nonce, nc: '00000001', cnonce: of.cnonce, qop: 'auth', response, opaque: challenge.opaque });
    expect(header).toMatch(/^Digest username="Mufasa", .*algorithm=[\w-]+, .*nc=00000001, .*qop=auth, /);
  });

  it('is that of RFC 2617, 3.5, and of RFC 2069 where the server names no quality of protection', () => {
    const older: Challenge = { realm: 'testrealm@host.com', nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093', qop: 'auth', stale: false, userhash: false };
    expect(digestHeader({ username: 'Mufasa', password: 'Circle Of Life' }, older, { ...of, cnonce: '0a4f113b' })).toContain('response="6629fae49393a05397450978507c4ef1"');
    const { qop: _, ...oldest } = older;
    expect(digestHeader({ username: 'Mufasa', password: 'CircleOfLife' }, oldest, of)).toMatch(/^(?!.*(qop|nc|cnonce)=).*response="1949323746fe6a43ef61f9606e7febea"$/);
  });

  it('hashes the first hash again with the nonces in a session', () => {
    const h = (text: string): string => createHash('sha256').update(text).digest('hex');
    const expected = h(`${h(`${h('Mufasa:http-auth@example.org:Circle of Life')}:${challenge.nonce}:${of.cnonce}`)}:${challenge.nonce}:0000000a:${of.cnonce}:auth:${h('GET:/dir/index.html')}`);
    expect(parametersOf(digestHeader(mufasa, { ...challenge, algorithm: 'SHA-256-sess' }, { ...of, count: 10 }))).toMatchObject({ response: expected, nc: '0000000a' });
  });

  it('writes names beyond ASCII as RFC 8187 says, or hashed, and lets none break out', () => {
    const jason = { username: 'Jäsøn Doe', password: 'x' };
    expect(digestHeader(jason, challenge, of)).toContain("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, ");
    expect(digestHeader(jason, { ...challenge, userhash: true }, of)).toMatch(/username="[0-9a-f]{32}".*userhash=true$/);
    expect(parametersOf(digestHeader({ username: 'a", realm="x\\', password: '' }, challenge, of))).toMatchObject({ username: 'a", realm="x\\', realm: challenge.realm });
  });
});

describe('a challenge', () => {
  it('is the first of a list that is understood', () => {
    expect(readChallenge('Basic realm="a, Digest nonce=\\"x\\"", Digest realm="r", nonce="1", algorithm=SHA-512-256, qop="auth", Digest realm="r,\\"s", nonce="2", algorithm=SHA-256, qop="auth-int,auth", opaque="o", stale=TRUE'))
      .toEqual({ realm: 'r,"s', nonce: '2', algorithm: 'SHA-256', qop: 'auth', opaque: 'o', stale: true, userhash: false });
    expect(readChallenge(['Negotiate', 'Digest realm="", nonce="3"'])).toEqual({ realm: '', nonce: '3', stale: false, userhash: false });
  });

  it.each([undefined, 'Basic realm="x"', 'Digest realm="x"', 'Digest realm="x", nonce="1", qop="auth-int"', 'Digest realm="x", nonce="1", algorithm=CRC'])('is none in %j', (header) => {
    expect(readChallenge(header)).toBeUndefined();
  });
});

describe('a server that speaks digest', () => {
  let server: GatewayServer;
  let gateway: Gateway;
  let nonce = 1;
  let lastCount = 0;
  const realm = 'sms "and" more';
  const challenge = (stale = false): Answer => ({ status: 401, body: 'who are you?', headers: { 'www-authenticate': `Digest realm="sms \\"and\\" more", nonce="n${nonce}", algorithm=MD5, qop="auth", opaque="xyz"${stale ? ', stale=true' : ''}` } });
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

  /** Checks as a server does, nonce count included. */
  const check = (request: { method: string; target: string; headers: Record<string, unknown> }): Answer => {
    const given = parametersOf(String(request.headers['authorization'] ?? ''));
    if (given['nonce'] === undefined) return challenge();
    if (given['nonce'] !== `n${nonce}`) {
      lastCount = 0;
      return challenge(true);
    }
    const expected = md5(`${md5(`user:${realm}:pass:word`)}:n${nonce}:${given['nc']}:${given['cnonce']}:auth:${md5(`${request.method}:${request.target}`)}`);
    const count = parseInt(given['nc'] ?? '', 16);
    if (given['response'] !== expected || given['uri'] !== request.target || given['opaque'] !== 'xyz' || count <= lastCount) return challenge();
    lastCount = count;
    return {};
  };

  beforeEach(async () => {
    server = await startGatewayServer();
    server.answer(check);
    nonce = 1;
    lastCount = 0;
  });
  afterEach(async () => {
    await gateway.close();
    await server.close();
  });
  const open = (options: Record<string, unknown> = {}): Gateway =>
    (gateway = openHttp(native({ url: `${server.url}/send?a=1`, form: { to: '{phone}', text: '{text}' }, authentication: 'Digest', username: 'user', password: 'pass:word', messageId: { after: 'ID:' }, ...options })));

  it('is asked once for a nonce, which then serves further messages and is counted', async () => {
    open();
    for (let sent = 0; sent < 3; sent += 1) expect(await gateway.send(message())).toEqual({ kind: 'sent', messageId: '12345' });
    expect(server.requests.map(({ headers }) => /nc=(\w+)/.exec(headers.authorization ?? '')?.[1])).toEqual([undefined, '00000001', '00000002', '00000003']);
  });

  it('gets a new proof when its nonce has grown old', async () => {
    open();
    await gateway.send(message());
    nonce = 2;
    expect(await gateway.send(message())).toMatchObject({ kind: 'sent' });
    expect(server.requests).toHaveLength(4);
  });

  it('is not asked again and again with a wrong password', async () => {
    open({ password: 'wrong' });
    expect(await gateway.send(message())).toEqual({ kind: 'rejected', reason: 'the gateway answered HTTP 401: who are you?' });
    expect(server.requests).toHaveLength(2);
  });

  it('ends at last where every nonce is too old', async () => {
    server.answer(() => {
      nonce += 1;
      return challenge(true);
    });
    open();
    expect(await gateway.send(message())).toMatchObject({ kind: 'rejected' });
    expect(server.requests).toHaveLength(3);
  });

  it('has taken nothing with its challenge: gone afterwards, it is unavailable; falling silent afterwards, it leaves it unknown', async () => {
    open({ timeout: 0.3 });
    server.answer((request) => (request.headers.authorization === undefined ? challenge() : { hang: true }));
    expect(await gateway.send(message())).toMatchObject({ kind: 'unknown' });
    await gateway.close();
    const leaving = createServer((_, response) => {
      leaving.close();
      response.writeHead(401, { 'www-authenticate': 'Digest realm="r", nonce="1"', connection: 'close' }).end();
    });
    await new Promise<void>((resolve) => leaving.listen(0, '127.0.0.1', resolve));
    open({ url: `http://127.0.0.1:${(leaving.address() as AddressInfo).port}/` });
    expect(await gateway.send(message())).toMatchObject({ kind: 'unavailable' });
  });

  it("is reached by LinOTP's AUTH_TYPE", async () => {
    gateway = openHttp(linotp({ URL: `${server.url}/x`, USERNAME: 'user', PASSWORD: 'pass:word', AUTH_TYPE: 'Digest' }));
    expect(await gateway.send(message())).toMatchObject({ kind: 'sent' });
  });
});
