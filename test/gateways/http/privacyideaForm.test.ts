import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import type { Gateway, SendOutcome } from '../../../src/gateways/gateway.js';
import { faultsOf, message, openHttp, privacyidea } from './openHttp.js';

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

const send = (options: Record<string, unknown>, { to = '+491700000502', text = '287082', headers = {} }: { to?: string; text?: string; headers?: Record<string, string> } = {}): Promise<SendOutcome> => {
  gateway = openHttp(privacyidea({ URL: `${server.url}/send`, HTTP_METHOD: 'POST', ...options }, headers));
  return gateway.send(message({ to, text }));
};

const usual = { CHECK_SSL: 'yes', SEND_DATA_AS_JSON: 'no', RETURN_SUCCESS: 'ID', text: '{otp}', to: '{phone}' };

describe('the request', () => {
  it('sends other options as a form by POST, headers literally', async () => {
    expect(await send(usual, { headers: { 'X-Api-Secret': 'a{otp}b' } })).toEqual({ kind: 'sent', messageId: '12345' });
    const { method, fields, headers, body } = await server.next();
    expect({ method, fields, body }).toEqual({ method: 'POST', fields: { text: '287082', to: '+491700000502' }, body: 'text=287082&to=%2B491700000502' });
    expect(headers).toMatchObject({ 'x-api-secret': 'a{otp}b', 'content-type': 'application/x-www-form-urlencoded' });
  });

  it('sends them as a query by GET, which is the default', async () => {
    await send({ ...usual, HTTP_METHOD: undefined, URL: `${server.url}/send?a=1` });
    expect(await server.next()).toMatchObject({ method: 'GET', target: '/send?a=1&text=287082&to=%2B491700000502', body: '' });
  });

  it('sends JSON: templates that are JSON keep their shape, values stay texts', async () => {
    const text = '012345 "quoted" {phone}';
    await send({ ...usual, SEND_DATA_AS_JSON: 'yes', text: undefined, to: undefined, number: '{phone}', message: 'Code {otp}', list: '[{"number": "{phone}", "text": "{otp}"}]', bare: '{"to": {phone}}', flag: 'true', n: '17', zero: '0170', big: '12345678901234567890' }, { text });
    const { headers, fields } = await server.next();
    expect(headers['content-type']).toBe('application/json');
    expect(fields).toEqual({
      number: '+491700000502', message: `Code ${text}`, list: [{ number: '+491700000502', text }], bare: { to: '+491700000502' }, flag: true, n: 17, zero: '0170', big: '12345678901234567890',
    });
  });

  it('keeps digits texts in JSON, unlike the number that they look like', async () => {
    await send({ ...usual, SEND_DATA_AS_JSON: 'yes' }, { to: '4912345' });
    expect((await server.next()).fields).toEqual({ text: '287082', to: '4912345' });
  });

  it('repeats the name for a list in a form, and sends any other JSON as its text', async () => {
    const text = 'a"}&x=1';
    await send({ ...usual, text: '"{otp}"', to: '["{phone}", "+4930"]', payload: '{"to": "{phone}", "text": "{otp}"}', flag: 'true' }, { text });
    const { fields } = await server.next();
    expect(fields).toMatchObject({ text, to: ['+491700000502', '+4930'], flag: 'true' });
    expect(JSON.parse(fields['payload'] as string)).toEqual({ to: '+491700000502', text });
  });

  it('sends USERNAME and PASSWORD with a colon in it', async () => {
    await send({ ...usual, USERNAME: 'gwuser', PASSWORD: 'gw:pass' }, { headers: { Authorization: 'other' } });
    expect((await server.next()).headers.authorization).toBe('Basic Z3d1c2VyOmd3OnBhc3M=');
    await gateway!.close();
    await send({ ...usual, URL: `http://me:secret@127.0.0.1:${server.port}/send` });
    expect((await server.next()).headers.authorization).toBe('Basic bWU6c2VjcmV0');
  });

  it.each([
    ['/[+-/. ]//', '+49 123/456-78', '4912345678'],
    ['/\\+/00/', '+49 123/456-78', '0049 123/456-78'],
    ['/[\\+/]//', '+49 123/456-78', '49 123456-78'],
    ['/^([0-9]+).*/\\1/', '12345abcdef', '12345'],
    ['/^([0-9]+).*/\\g<1>$/', '12345abcdef', '12345$'],
    ['/(?P<a>\\d)-(?P<b>\\d)/\\g<b>\\g<a>/', '1-2', '21'],
    ['/\\./\\//', '12.34.56.78', '12/34/56/78'],
    ['/[+ \\-\\/]//', '+49 170/00-503', '4917000503'],
    ['/^\\+49/0/', '+49 170/00-503', '0 170/00-503'],
  ])('rewrites by REGEXP %s the number %s to %s', async (REGEXP, to, written) => {
    await send({ ...usual, REGEXP }, { to });
    expect((await server.next()).fields['to']).toBe(written);
  });

  it('keeps a REGEXP that would take for ever from hanging the process, and sends nothing', async () => {
    const started = performance.now();
    expect(await send({ ...usual, REGEXP: '/^(a+)+$/x/' }, { to: `${'a'.repeat(50)}!` })).toEqual({ kind: 'rejected', reason: 'the regular expression for numbers takes too long' });
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(server.requests).toHaveLength(0);
  });

  it('sends nothing when no option carries the text', async () => {
    expect(await send({ to: '{phone}' })).toEqual({ kind: 'rejected', reason: 'no parameter of the gateway carries the text' });
  });

  it('reads sms.providerConfig, the older form: GET, text and number by their keys, rules found anywhere', async () => {
    server.answer({ body: 'sent, ID 5' });
    expect((await send({ HTTP_METHOD: undefined, PARAMETER: { from: 'x' }, SMS_TEXT_KEY: 'msg', SMS_PHONENUMBER_KEY: 'dst', RETURN_SUCCESS: 'ID' })).kind).toBe('sent');
    expect(await server.next()).toMatchObject({ method: 'GET', fields: { msg: '287082', dst: '+491700000502', from: 'x' } });
    await send({ HTTP_METHOD: 'post', SMS_TEXT_KEY: 'msg', REGEXP: '/^\\+/00/', CHECK_SSL: 'no', TIMEOUT: '2,4' });
    expect(await server.next()).toMatchObject({ method: 'POST', fields: { msg: '287082', phone: '00491700000502' } });
    expect(faultsOf(privacyidea({ URL: 'http://x/', SMS_TEXT_KEY: 'msg', REGEXP: 'x', CHECK_SSL: 'perhaps', HEADERS: { 'X-A': {} } }))).toEqual({
      REGEXP: 'must be /search/replacement/', CHECK_SSL: 'must be yes or no', 'HEADERS.X-A': 'must be a text',
    });
  });
});

describe('the reply', () => {
  it.each([
    [200, 'ID 1', {}, 'sent'], [201, 'ID 9', {}, 'sent'], [202, 'my ID', {}, 'sent'], [204, '', {}, 'rejected'], [200, 'quota used up', {}, 'rejected'],
    [500, 'ID: 1', {}, 'rejected'], [503, 'no', {}, 'unavailable'], [429, 'slow down', {}, 'unavailable'], [504, 'ID', {}, 'unknown'], [401, 'ID', {}, 'rejected'],
    [200, 'ID ERR', { RETURN_FAIL: 'ERR' }, 'sent'], [200, 'x ERR', { RETURN_SUCCESS: '', RETURN_FAIL: 'ERR' }, 'rejected'], [200, 'x', { RETURN_SUCCESS: '', RETURN_FAIL: 'ERR' }, 'sent'],
    [200, '', { RETURN_SUCCESS: undefined }, 'sent'], [204, '', { RETURN_SUCCESS: undefined }, 'rejected'],
  ])('takes HTTP %i %j with %j for %s', async (status, body, rules, kind) => {
    server.answer({ status, body });
    expect((await send({ ...usual, ...rules })).kind).toBe(kind);
  });
});

describe('faults', () => {
  it('names the option and never a value', () => {
    expect(faultsOf(privacyidea({ text: '{otp}' }))).toEqual({ URL: 'is missing' });
    expect(faultsOf(privacyidea({ URL: 'x', HTTP_METHOD: 'PATCH', CHECK_SSL: 'perhaps', TIMEOUT: '-1', REGEXP: '/+/00/', HTTPS_PROXY: 'p' }, { 'Content-Length': '1', 'a b': 'c' }))).toEqual({
      URL: 'is not a URL such as https://sms.example/send',
      HTTP_METHOD: 'must be GET or POST',
      CHECK_SSL: 'must be yes or no',
      TIMEOUT: 'must be seconds',
      REGEXP: 'is not a regular expression',
      HTTPS_PROXY: 'is not a URL such as http://user:password@proxy.example:3128',
      'header.Content-Length': 'is a header that the service sets itself',
      'header.a b': 'is not a name of a header',
    });
    expect(faultsOf(privacyidea({ URL: 'http://x/', PASSWORD: 'p' }))).toEqual({ USERNAME: 'is missing, while there is a password' });
    expect(faultsOf(privacyidea({ URL: 'http://x/', REGEXP: 's/a/b' }))).toEqual({ REGEXP: 'must be /search/replacement/' });
    expect(faultsOf(privacyidea({ URL: 'http://x/', REGEXP: '/a/\\2/' }))).toEqual({ REGEXP: 'puts in group 2, which the expression does not have' });
  });
});
