import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import type { Gateway, SendOutcome } from '../../../src/gateways/gateway.js';
import { faultsOf, linotp, message, openHttp } from './openHttp.js';

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

const send = (options: Record<string, unknown>, to?: string): Promise<SendOutcome> => {
  gateway = openHttp(linotp({ URL: `${server.url}/sms_send_api.cgi`, ...options }));
  return gateway.send(message(to === undefined ? {} : { to }));
};

const manual = {
  PARAMETER: { from: '0170111111', password: 'yoursecret', sender: 'name', account: 'company_ltd' },
  SMS_TEXT_KEY: 'text', SMS_PHONENUMBER_KEY: 'destination', HTTP_Method: 'GET', RETURN_SUCCESS: 'ID',
};

describe('the request', () => {
  it("sends the manual's example by GET, the number as it is stored", async () => {
    expect(await send(manual)).toEqual({ kind: 'sent', messageId: '12345' });
    const { method, path, fields, body } = await server.next();
    expect({ method, path, fields, body }).toEqual({
      method: 'GET', path: '/sms_send_api.cgi', body: '',
      fields: { destination: '+49 (170) 100-0701', text: '287082', from: '0170111111', password: 'yoursecret', sender: 'name', account: 'company_ltd' },
    });
  });

  it.each(['POST', 'post', 'Post'])('sends the same fields as a form by %s', async (HTTP_Method) => {
    await send({ ...manual, HTTP_Method });
    const { method, fields, headers, target } = await server.next();
    expect(method).toBe('POST');
    expect(target).toBe('/sms_send_api.cgi');
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(fields).toMatchObject({ destination: '+49 (170) 100-0701', text: '287082', account: 'company_ltd' });
  });

  it('takes POST, sms and phone where nothing is said, and HTTP_METHOD for HTTP_Method', async () => {
    await send({});
    expect(await server.next()).toMatchObject({ method: 'POST', fields: { phone: '+49 (170) 100-0701', sms: '287082' } });
    await gateway!.close();
    await send({ HTTP_METHOD: 'get' });
    expect(await server.next()).toMatchObject({ method: 'GET', fields: { phone: '+49 (170) 100-0701', sms: '287082' } });
  });

  it('lets fixed parameters win over number and text, and takes braces in them literally', async () => {
    await send({ ...manual, PARAMETER: { destination: 'fixed', odd: '{text} {x}', n: 5, yes: true, many: ['a', 'b'] } });
    expect((await server.next()).fields).toEqual({ destination: 'fixed', text: '287082', odd: '{text} {x}', n: '5', yes: 'true', many: ['a', 'b'] });
  });

  it.each([
    ['+49 170 1', { MSISDN: true }, '+491701'],
    ['+49(0)1234-24', { MSISDN: 'true' }, '+490123424'],
    ['+49 170 1', { MSISDN: true, SUPPRESS_PREFIX: '+' }, '491701'],
    [' +49 170 1', { SUPPRESS_PREFIX: '+49' }, ' 170 1'],
    ['0170-1', {}, '0170-1'],
  ])('writes %j with %j as %j', async (to, rule, written) => {
    await send({ ...manual, ...rule }, to);
    expect((await server.next()).fields['destination']).toBe(written);
  });

  it('sends USERNAME and PASSWORD as basic authentication, before those in the URL and those in HEADERS', async () => {
    const HEADERS = { 'X-Api-Key': 'k123', Authorization: 'Bearer other' };
    await send({ ...manual, USERNAME: 'gwuser', PASSWORD: 'gw secret', HEADERS, URL: `http://me:other@127.0.0.1:${server.port}/` });
    expect((await server.next()).headers).toMatchObject({ authorization: 'Basic Z3d1c2VyOmd3IHNlY3JldA==', 'x-api-key': 'k123' });
  });

  it('takes name and password from the URL', async () => {
    await send({ ...manual, URL: `http://me:se%3Acret@127.0.0.1:${server.port}/` });
    expect((await server.next()).headers.authorization).toBe(`Basic ${Buffer.from('me:se:cret').toString('base64')}`);
  });
});

describe('the reply', () => {
  const outcome = async (rules: Record<string, unknown>, body: string, status = 200): Promise<string> => {
    server.answer({ status, body });
    const { kind } = await send({ ...manual, RETURN_SUCCESS: undefined, ...rules });
    await gateway!.close();
    return kind;
  };

  it.each([
    ['RETURN_SUCCESS is compared with the first characters', { RETURN_SUCCESS: 'ID' }, { ID: 'sent', 'IDx 12': 'sent', 'the ID: 12': 'rejected', 'id: 12': 'rejected', '': 'rejected' }],
    ['RETURN_FAIL too', { RETURN_FAIL: 'ERR' }, { 'ERR: 105, invalid destination': 'rejected', 'no ERR here': 'sent', '': 'sent' }],
    ['RETURN_FAIL is not looked at beside RETURN_SUCCESS', { RETURN_SUCCESS: 'OK', RETURN_FAIL: 'OK but' }, { 'OK but late': 'sent', neither: 'rejected' }],
    ['RETURN_SUCCESS_REGEX is found anywhere', { RETURN_SUCCESS_REGEX: '"status": *"queued"' }, { '{"sid": 1, "status": "queued"}': 'sent', '{"status": "failed"}': 'rejected' }],
    ['RETURN_SUCCESS_REGEX comes before the others', { RETURN_SUCCESS_REGEX: 'queued$', RETURN_FAIL_REGEX: 'queued', RETURN_SUCCESS: 'x', RETURN_FAIL: 'is' }, { 'is queued\n': 'sent', x: 'rejected' }],
    ['RETURN_FAIL_REGEX comes before RETURN_SUCCESS', { RETURN_FAIL_REGEX: 'code (4|5)\\d\\d', RETURN_SUCCESS: 'ID' }, { 'ID code 404': 'rejected', whatever: 'sent' }],
    ['a blank rule is none', { RETURN_SUCCESS: '', RETURN_FAIL: 'ERR' }, { 'ERR 1': 'rejected', fine: 'sent' }],
  ])('%s', async (_, rules, expected) => {
    for (const [body, kind] of Object.entries(expected)) expect([body, await outcome(rules, body)]).toEqual([body, kind]);
  });

  it('takes an HTTP error for a failure unless a rule says success', async () => {
    expect(await outcome({}, 'Internal Server Error', 500)).toBe('rejected');
    expect(await outcome({ RETURN_FAIL: 'ERR' }, 'Internal Server Error', 500)).toBe('rejected');
    expect(await outcome({ RETURN_SUCCESS: 'ID' }, 'Internal Server Error', 500)).toBe('rejected');
    expect(await outcome({ RETURN_SUCCESS: 'ID' }, 'ID: 7', 500)).toBe('sent');
  });
});

describe('faults', () => {
  it('refuses a fixed parameter in the place of the text', () => {
    expect(faultsOf(linotp({ URL: 'http://x/', SMS_TEXT_KEY: 'text', PARAMETER: { text: 'fixed' } }))).toEqual({ 'PARAMETER.text': expect.stringContaining('SMS_TEXT_KEY') });
  });

  it('names the key and never a value', () => {
    expect(faultsOf(linotp({}))).toEqual({ URL: 'is missing' });
    expect(faultsOf(linotp({
      URL: 'ftp://x', HTTP_Method: 'PUT', PARAMETER: { a: { b: 1 } }, AUTH_TYPE: 'ntlm', USERNAME: 'u', timeout: 'soon', MSISDN: 'maybe', PROXY: 'proxy:3128',
      HEADERS: { 'X-A': 'a\r\nX-B: b' }, SERVER_CERTIFICATE: '/nowhere/ca.pem', RETURN_SUCCESS_REGEX: '(',
    }))).toEqual({
      URL: 'must begin with http:// or https://',
      HTTP_Method: 'must be GET or POST',
      'PARAMETER.a': 'must be a text, a number, true or false',
      AUTH_TYPE: 'must be basic or digest',
      PASSWORD: 'is missing, while there is a username',
      timeout: 'must be seconds, or "connect,read" in seconds',
      MSISDN: 'must be true or false',
      PROXY: 'must begin with http://, https:// or socks5://',
      'HEADERS.X-A': 'holds a character that a header cannot carry, such as a line break',
      SERVER_CERTIFICATE: 'cannot be read',
      RETURN_SUCCESS_REGEX: 'is not a regular expression',
    });
  });

  it.each([[5, 10_000], ['3', 6_000], ['2,7.5', 9_500], [undefined, 10_000]])('reads the time-out %j', async (timeout, milliseconds) => {
    const { httpGateway } = await import('../../../src/gateways/http/httpGateway.js');
    const { gatewayRegistry } = await import('../../../src/gateways/registry.js');
    const read = gatewayRegistry([httpGateway]).parseDefinition(linotp({ URL: 'http://x/', timeout }));
    expect(read).toMatchObject({ timeout: milliseconds, ignored: [] });
  });
});
