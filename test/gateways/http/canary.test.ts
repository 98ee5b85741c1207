import { inspect } from 'node:util';
import fc from 'fast-check';
import { excerpt } from '../../../src/gateways/excerpt.js';
import { httpOptions } from '../../../src/gateways/http/options.js';
import { startGatewayServer, type Answer } from '../../fixtures/gatewayServer.js';
import { startProxyServer } from '../../fixtures/proxyServer.js';
import { message, native, openHttp } from './openHttp.js';

const secrets = { number: '+49 (170) 555-0123', code: '739164', word: 'Zugangscode', password: 'c4n4ry-p4ss', apiKey: 'c4n4ry-key', proxyPassword: 'c4n4ry-proxy', urlKey: 'c4n4ry-url' };
const text = `${secrets.word}: ${secrets.code}`;

/** Digits in a row, whatever stands between them. */
const digits = (of: string): string => of.replace(/\D/g, '');

it('no reason and no id ever holds number, code, text or password, whatever the gateway echoes', async () => {
  const server = await startGatewayServer();
  const proxy = await startProxyServer({ credentials: `me:${secrets.proxyPassword}` });
  const gateway = openHttp(native({
    url: `${server.url}/send?api_key=${secrets.urlKey}`, username: 'operator', password: secrets.password, timeout: 0.2, connectTimeout: 1,
    form: { to: '{phone}', text: '{text}' }, headers: { 'X-Api-Key': secrets.apiKey }, proxy: `http://me:${secrets.proxyPassword}@127.0.0.1:${proxy.port}`,
    success: { startsWith: 'ID' }, messageId: { matches: 'ID: *(.+)' },
  }));
  const echoes = (request: { body: string; headers: Record<string, unknown>; target: string }): string[] => [
    `error for ${secrets.number}: ${text}`,
    `ERR: 105, ${request.body} ${request.target} ${JSON.stringify(request.headers)}`,
    JSON.stringify({ to: secrets.number, body: text, spaced: [...secrets.code].join(' '), dashed: [...secrets.code].join(' - '), list: [...secrets.code] }),
    `<html><title>Error</title><body>${[...secrets.code].map((digit) => `<b>${digit}</b>`).join('')} ${secrets.apiKey}</body></html>`,
    `bad: ${Buffer.from(text).toString('base64')} ${Buffer.from(`operator:${secrets.password}`).toString('base64')}`,
    `user operator with ${secrets.password.toUpperCase()} is unknown, ${secrets.urlKey}, ${secrets.proxyPassword}`,
    `ID: ${secrets.code}`, `ID: x${digits(secrets.number)}`, `ID:${text}`,
  ];
  const outcomes: unknown[] = [];
  const kinds: Answer[] = [{ hang: true }, { reset: 'request' }, { reset: 'reply' }, { status: 307, headers: { location: `http://${secrets.code}.example/${secrets.password}` } }];
  for (const kind of kinds) {
    server.answer(kind);
    outcomes.push(await gateway.send(message({ to: secrets.number, text })));
  }
  for (let which = 0; which < 9; which += 1) {
    for (const status of [200, 400, 503]) {
      server.answer((request) => ({ status, body: echoes(request)[which]! }));
      outcomes.push(await gateway.send(message({ to: secrets.number, text })));
    }
  }
  await gateway.close();
  await proxy.close();
  await server.close();

  expect(outcomes).toHaveLength(31);
  for (const outcome of outcomes) {
    const said = inspect(outcome);
    for (const secret of [secrets.number, secrets.code, secrets.word, secrets.password, secrets.apiKey, secrets.proxyPassword, secrets.urlKey]) {
      expect(said.toLowerCase()).not.toContain(secret.toLowerCase());
    }
    expect(digits(said.replace(/127\.0\.0\.1:\d+/, ''))).not.toMatch(new RegExp(`${secrets.code}|${digits(secrets.number)}`));
    for (const encoded of said.match(/[A-Za-z0-9+/=]{12,}/g) ?? []) expect(Buffer.from(encoded, 'base64').toString()).not.toMatch(/739164|c4n4ry/);
  }
});

it('no reason holds a secret of any other option, nor the text as the gateway writes it', async () => {
  const hush = ['c4n4ry-aws', 'c4n4ry-session', 'c4n4ry-receipts', 'c4n4ry&xml', 'c4n4ry-unicode', 'c4n4ry-digest', '0430044F'];
  const server = await startGatewayServer();
  const usual = { url: `${server.url}/`, receiptUrl: 'https://otp.example/receipts/c4n4ry-receipts', failure: { contains: ' ' }, unavailable: { contains: 'c4n4ry-digest' } };
  const ways = [
    { form: { text: '{ucs2Hex}' }, unicode: { form: { api_key: 'c4n4ry-unicode' } }, aws: { region: 'x', service: 'sns', accessKeyId: 'AKID', secretAccessKey: 'c4n4ry-aws', sessionToken: 'c4n4ry-session' } },
    { xml: '<sms><password>c4n4ry&amp;xml</password><callback>{receiptUrl}</callback><text>{text}</text></sms>', authentication: 'digest', username: 'operator', password: 'c4n4ry-digest' },
  ];
  for (const way of ways) {
    const gateway = openHttp(native({ ...usual, ...way }));
    for (const secret of hush) {
      server.answer(({ body, headers }) => ({ body: `no ${secret} is right: ${body} ${JSON.stringify(headers)}` }));
      const { kind, reason } = (await gateway.send(message({ to: secrets.number, text: 'ая' }))) as { kind: string; reason: string };
      expect(['rejected', 'unavailable']).toContain(kind);
      const own = JSON.stringify(way) + usual.receiptUrl;
      if (own.includes(secret.replace('&', '&amp;')) || secret === '0430044F') expect(reason).not.toContain(secret);
    }
    await gateway.close();
  }
  await server.close();
});

it('the options print no password', () => {
  const options = httpOptions.parse({ url: 'http://x/', username: 'u', password: secrets.password });
  expect(inspect(options) + JSON.stringify(options) + String(options.password)).not.toContain(secrets.password);
  expect(options.password?.reveal()).toBe(secrets.password);
});

describe('an excerpt', () => {
  it('keeps what helps', () => {
    expect(excerpt('ERR: 105, invalid destination address', ['287082'])).toBe('ERR: 105, invalid destination address');
    expect(excerpt('<html><head><style>p { color: red }</style></head><body><h1>403 Forbidden</h1>\r\n<p>quota used up</p></body></html>', [])).toBe('403 Forbidden quota used up');
  });

  it('covers a secret in every shape that an echo gives it', () => {
    const secret = 'a"b&ü<9';
    for (const shape of [secret, encodeURIComponent(secret), JSON.stringify(secret), 'a&quot;b&amp;ü&lt;9', Buffer.from(`u:${secret}`).toString('base64')]) {
      expect(excerpt(`bad ${shape} given`, [secret, `u:${secret}`])).toMatch(/^bad "?…"?=* given$/);
    }
  });

  it('never shows the code, however it is taken apart, and stays short', () => {
    const separator = fc.constantFrom('', ' ', '-', '. ', ' - ', '\n', '/', '<i>', '&#');
    fc.assert(fc.property(fc.stringMatching(/^\d{6}$/), separator, fc.string(), fc.string(), (code, between, before, after) => {
      const shown = excerpt(`${before} ${[...code].join(between)} ${after}`, [`Your code is ${code}`]);
      expect(shown.length).toBeLessThanOrEqual(81);
      expect(shown).not.toContain(code);
      expect(shown).not.toMatch(/\d(\W{0,3}\d){3}/);
    }));
  });
});
