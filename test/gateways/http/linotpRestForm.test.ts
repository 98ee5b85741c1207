import type { Gateway, SendOutcome } from '../../../src/gateways/gateway.js';
import { httpGateway } from '../../../src/gateways/http/httpGateway.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { startProxyServer } from '../../fixtures/proxyServer.js';
import { faultsOf, message, openHttp } from './openHttp.js';

let server: GatewayServer;
let gateway: Gateway | undefined;
beforeEach(async () => {
  server = await startGatewayServer();
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await server.close();
});

const definition = (options: Record<string, unknown>) => ({ module: 'smsprovider.RestSMSProvider.RestSMSProvider', options });
const usual = { PAYLOAD: { text: '', to: '', from: 'me' }, SMS_TEXT_KEY: 'text', SMS_PHONENUMBER_KEY: 'to' };
const send = async (options: Record<string, unknown>, given: Parameters<typeof message>[0] = {}): Promise<SendOutcome> => {
  await gateway?.close();
  gateway = openHttp(definition({ URL: `${server.url}/rest`, ...usual, ...options }));
  return gateway.send(message(given));
};
const body = async (options: Record<string, unknown>, given: Parameters<typeof message>[0] = {}): Promise<unknown> => {
  expect(await send(options, given)).toMatchObject({ kind: 'sent' });
  return JSON.parse((await server.next()).body);
};

describe('the request', () => {
  it('is a POST of the payload, with headers and basic authentication', async () => {
    expect(await send({ HEADERS: { 'X-Key': 'k', count: 5 }, USERNAME: 'me', PASSWORD: 'secret' })).toEqual({ kind: 'sent' });
    const { method, path, headers, body: sent } = await server.next();
    expect({ method, path, body: JSON.parse(sent) }).toEqual({ method: 'POST', path: '/rest', body: { text: '287082', to: '+49 (170) 100-0701', from: 'me' } });
    expect(headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json', 'x-key': 'k', count: '5', authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` });
  });

  it('goes to the first address of a list', async () => {
    await send({ URL: `${server.url}/first , http://second.invalid/` });
    expect(await server.next()).toMatchObject({ path: '/first' });
  });

  it('goes through the proxy of its scheme', async () => {
    const proxy = await startProxyServer({ credentials: 'u:p' });
    expect(await send({ PROXY: { http: `http://u:p@127.0.0.1:${proxy.port}` } })).toMatchObject({ kind: 'sent' });
    expect(proxy.requests).toHaveLength(1);
    await gateway!.close();
    gateway = undefined;
    await proxy.close();
  });

  it.each([
    ['a template', { text: 'Code: <message> {x}', to: '<phone>;x' }, { text: 'Code: 287082 {x}', to: '491701;x' }],
    ['no template', { text: 'old', to: 'old' }, { text: '287082', to: '491701' }],
    ['a list with a template', { text: '', to: ['fixed', 'p<phone>', 7] }, { text: '287082', to: ['fixed', 'p491701', 7] }],
    ['a list without one', { text: ['<message>'], to: ['old'] }, { text: ['287082'], to: '491701' }],
    ['other types', { text: 5, to: { a: 1 } }, { text: '287082', to: '491701' }],
    ['tags elsewhere, which are literal', { other: '<message> <phone> {text}', text: '', to: '' }, { other: '<message> <phone> {text}', text: '287082', to: '491701' }],
  ])('fills %s at the top', async (_, PAYLOAD, expected) => {
    expect(await body({ PAYLOAD, MSISDN: true, SUPPRESS_PREFIX: '+' }, { to: '+49 170 1' })).toEqual(expected);
  });

  it.each([
    ['message.text', 'to[0].number', { message: { text: '<message>!' }, to: [{ number: 'x<phone>', kind: 'm' }] }, { message: { text: '287082' }, to: [{ number: '1', kind: 'm' }] }],
    ['messages.0.text', 'messages.0.to', { messages: [] }, { messages: [{ text: '287082', to: '1' }] }],
    ['a.b.c', 'to[7]', { to: ['0'] }, { to: ['0', '1'], a: { b: { c: '287082' } } }],
    ['text', 'a.b', {}, { text: '287082', a: { b: '1' } }],
    ['a.b', 'to', { 'a.b': 'is a key: <message>' }, { 'a.b': 'is a key: 287082', to: '1' }],
  ])('puts the values at %s and %s', async (SMS_TEXT_KEY, SMS_PHONENUMBER_KEY, PAYLOAD, expected) => {
    expect(await body({ PAYLOAD, SMS_TEXT_KEY, SMS_PHONENUMBER_KEY }, { to: '1' })).toEqual(expected);
  });

  it('keeps its shape whatever the text', async () => {
    expect(await body({}, { text: '","x":"<phone>{phone}' })).toEqual({ ...usual.PAYLOAD, text: '","x":"<phone>{phone}', to: '+49 (170) 100-0701' });
  });
});

it('takes every status below 400 and nothing else for a success', async () => {
  for (const [status, kind] of [[200, 'sent'], [204, 'sent'], [299, 'sent'], [400, 'rejected'], [404, 'rejected'], [500, 'rejected'], [503, 'unavailable']] as const) {
    server.answerOnce({ status, body: status === 204 ? '' : 'whatever' });
    expect([status, (await send({})).kind]).toEqual([status, kind]);
  }
});

it.each(['RestSMSProvider', 'smsprovider.RestSMSProvider', 'smsprovider.RestSMSProvider.RestSMSProvider', 'linotp.provider.smsprovider.RestSMSProvider'])('is known as %s, with LinOTP\'s time-outs', (module) => {
  const read = gatewayRegistry([httpGateway]).parseDefinition({ module, options: { URL: 'https://sms.example/', ...usual, RETURN_SUCCESS: 'x' } });
  expect(read).toMatchObject({ kind: 'http', timeout: 33_000, ignored: ['RETURN_SUCCESS'] });
});

it('names the key of every fault', () => {
  expect(faultsOf(definition({}))).toEqual({ URL: 'is missing', PAYLOAD: 'is missing', SMS_TEXT_KEY: 'is missing', SMS_PHONENUMBER_KEY: 'is missing' });
  expect(faultsOf(definition({
    URL: 'https://sms.example/', PAYLOAD: { text: 'x' }, SMS_TEXT_KEY: 'text', SMS_PHONENUMBER_KEY: 'text.to', AUTHENTICATION: 'NTLM', TIMEOUT: 'x', HEADERS: { a: {} },
    PROXY: { https: 'socks4://localhost:1080' }, MSISDN: 'perhaps', CLIENT_CERTIFICATE_FILE: '/nowhere/me.pem',
  }))).toEqual({
    SMS_PHONENUMBER_KEY: 'leads through a value of PAYLOAD that is neither an object nor a list', AUTHENTICATION: 'must be basic or digest', TIMEOUT: 'must be seconds, or "connect,read" in seconds',
    'HEADERS.a': 'must be a text', 'PROXY.https': 'must begin with http://, https:// or socks5://', MSISDN: 'must be true or false', CLIENT_CERTIFICATE_FILE: 'cannot be read',
  });
  expect(faultsOf(definition({ URL: 'https://sms.example/', PAYLOAD: '{}', SMS_TEXT_KEY: 'a..b', SMS_PHONENUMBER_KEY: 'a..b' }))).toEqual({
    PAYLOAD: 'must be a JSON object', SMS_PHONENUMBER_KEY: expect.stringContaining('SMS_TEXT_KEY'),
  });
  expect(faultsOf(definition({ URL: 'https://sms.example/', PAYLOAD: {}, SMS_TEXT_KEY: 'a..b', SMS_PHONENUMBER_KEY: 'c[x]' }))).toEqual({
    SMS_TEXT_KEY: expect.stringContaining('path'), SMS_PHONENUMBER_KEY: expect.stringContaining('path'),
  });
});
