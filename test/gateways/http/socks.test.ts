import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SendOutcome } from '../../../src/gateways/gateway.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { startGatewayServer } from '../../fixtures/gatewayServer.js';
import { selfSigned } from '../../fixtures/selfSigned.js';
import { startSocksServer, type SocksServer } from '../../fixtures/socksServer.js';
import { message, native, openHttp } from './openHttp.js';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});
const kept = async <T extends { close(): Promise<void> }>(thing: T | Promise<T>): Promise<T> => {
  closing.push(await thing);
  return thing;
};
const socks = (options: Parameters<typeof startSocksServer>[0] = {}): Promise<SocksServer> => kept(startSocksServer(options));
const send = async (options: Record<string, unknown>, times = 1): Promise<SendOutcome[]> => {
  const gateway = await kept(openHttp(native({ query: { to: '{phone}', text: '{text}' }, ...options })));
  const outcomes: SendOutcome[] = [];
  for (let sent = 0; sent < times; sent += 1) outcomes.push(await gateway.send(message()));
  return outcomes;
};

it.each(['socks5', 'socks5h'])('a message goes through a %s proxy, which looks the host up; its connections are used again', async (scheme) => {
  const server = await kept(startGatewayServer());
  const proxy = await socks({ credentials: 'me:p@ss', hosts: { 'sms.example': server.port } });
  expect(await send({ url: 'http://sms.example/send', proxy: `${scheme}://me:p%40ss@127.0.0.1:${proxy.port}` }, 4)).toEqual(Array(4).fill({ kind: 'sent' }));
  expect(await server.next()).toMatchObject({ path: '/send', headers: { host: 'sms.example' }, fields: { text: '287082' } });
  expect(new Set(proxy.asked)).toEqual(new Set(['sms.example:80']));
  expect(proxy.asked.length).toBeLessThan(4);
});

it('TLS goes through it, and is checked at its end', async () => {
  const authority = selfSigned(['sms.example']);
  const ca = join(temporaryFolder(), 'ca.pem');
  writeFileSync(ca, authority.cert);
  const server = await kept(startGatewayServer({ tls: authority }));
  const proxy = await socks({ hosts: { 'sms.example': server.port, 'other.example': server.port } });
  const options = { proxy: { https: `socks5://127.0.0.1:${proxy.port}` }, tls: { ca } };
  expect(await send({ url: 'https://sms.example/', ...options })).toEqual([{ kind: 'sent' }]);
  expect(await send({ url: `${server.url}/`, ...options })).toEqual([{ kind: 'sent' }]);
  expect(await send({ url: 'https://other.example/', ...options })).toEqual([{ kind: 'unavailable', reason: expect.stringContaining('the certificate is for another host') }]);
  expect(proxy.asked).toEqual(['sms.example:443', `127.0.0.1:${server.port}`, 'other.example:443']);
});

it.each([
  ['wants other credentials', { credentials: 'me:other' }, 'the proxy wants other credentials'],
  ['does not let it through', { reply: 2 }, 'the proxy does not let us through'],
  ['cannot reach the host', { reply: 5 }, 'the connection was refused behind the proxy'],
  ['says something that nobody knows', { reply: 99 }, 'the proxy answered 99'],
  ['is none', { greeting: 'HTTP/1.1 400 Bad Request\r\n\r\n' }, 'the proxy does not speak SOCKS5'],
  ['hangs up', { greeting: '' }, 'the proxy broke off'],
])('nothing was sent when the proxy %s', async (_, options, reason) => {
  const proxy = await socks(options);
  expect(await send({ url: 'http://sms.example/', proxy: `socks5://me:secret@127.0.0.1:${proxy.port}` })).toEqual([{ kind: 'unavailable', reason: `sms.example was not reached: ${reason}` }]);
});

it('nothing was sent when the proxy is silent, away, or wants a password that nobody has', async () => {
  const silent = await socks({ silent: true });
  expect(await send({ url: 'http://sms.example/', connectTimeout: 0.2, proxy: `socks5://127.0.0.1:${silent.port}` })).toMatchObject([{ kind: 'unavailable' }]);
  const away = await startSocksServer();
  await away.close();
  expect(await send({ url: 'http://sms.example/', proxy: `socks5://127.0.0.1:${away.port}` })).toEqual([{ kind: 'unavailable', reason: 'sms.example was not reached: the connection was refused' }]);
  const locked = await socks({ credentials: 'a:b' });
  expect(await send({ url: 'http://sms.example/', proxy: `socks5://127.0.0.1:${locked.port}` })).toEqual([{ kind: 'unavailable', reason: 'sms.example was not reached: the proxy wants credentials' }]);
});
