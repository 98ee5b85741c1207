import { exitCodes } from '../../../src/cli/command.js';
import { newApiKey } from '../../fixtures/apiKey.js';
import { startApi, type Api } from '../../fixtures/api.js';
import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { tanager } from '../screen.js';

describe('testing a gateway from the command line', () => {
  let api: Api;
  let server: GatewayServer;
  let env: Record<string, string>;
  beforeAll(async () => {
    [api, server] = await Promise.all([startApi(), startGatewayServer()]);
    env = { TANAGER_URL: api.url, TANAGER_API_KEY: await newApiKey(api) };
    const options = { URL: `${server.url}/send`, SMS_TEXT_KEY: 'text', SMS_PHONENUMBER_KEY: 'to', RETURN_SUCCESS: 'ID', timeout: '2' };
    await api.admin('PUT', '/v1/gateways/main', { module: 'HttpSMSProvider', options, limits: { breaker: { failures: 2 } } });
  });
  afterAll(() => Promise.all([api.stop(), server.close()]));
  const number = '+491701234567';
  const test = (...words: string[]) => tanager(['gateway', 'test', ...words], env);

  it('sends a real message and tells how it was answered', async () => {
    const { code, out, err } = await test('--name', 'main', '--to', number, '--text', 'Grüße, {otp} – €');
    expect({ code, err }).toEqual({ code: exitCodes.done, err: '' });
    expect(out).toMatch(/^main took the message as 12345\n1 SMS \(UCS-2\), \d+ ms\n$/);
    expect((await server.next()).fields).toMatchObject({ to: number, text: 'Grüße, {otp} – €' });
  });

  it('tells of a gateway that says no, or is not there', async () => {
    server.answerOnce({ body: 'no credit' });
    expect(await test('--name', 'main', '--to', number)).toMatchObject({ code: exitCodes.failed, out: expect.stringMatching(/^main said no: .*\n1 SMS \(GSM-7\), \d+ ms\n$/) });
    server.answerOnce({ reset: 'request' });
    const asJson = await test('--name', 'main', '--to', number, '--json');
    expect(asJson.code).toBe(exitCodes.failed);
    expect(JSON.parse(asJson.out)).toMatchObject({ outcome: 'unknown', encoding: 'gsm-7', segments: 1, milliseconds: expect.any(Number) });
    expect(await test('--name', 'nobody', '--to', number)).toEqual({ code: exitCodes.notFound, out: '', err: 'tanager: There is no gateway of this name.\n' });
  });

  it('is in the trail, the number for nobody to read in the store', async () => {
    const { body } = await api.admin('GET', '/v1/events?stream=gateway-main&type=GatewayTested&order=asc');
    expect(body.events.map(({ data }: { data: object }) => data)).toMatchObject([
      { to: number, outcome: 'sent', messageId: '12345', encoding: 'ucs-2', segments: 1 }, { outcome: 'rejected' }, { outcome: 'unknown' },
    ]);
    expect(JSON.stringify(body)).not.toContain('Grüße');
  });

  it('goes through where the gateway is passed over, and an answer ends the pause', async () => {
    server.answerOnce({ reset: 'request' });
    await test('--name', 'main', '--to', number);
    const over = await tanager(['gateway', 'status', '--name', 'main'], env);
    expect(over).toMatchObject({ code: exitCodes.failed, out: expect.stringMatching(/^state {5}passed over until 20.*Z\nfailures {2}2 in a row\nmessages {2}0 under way, 0 waiting\n$/) });
    expect((await test('--name', 'main', '--to', number)).code).toBe(exitCodes.done);
    expect(await tanager(['gateway', 'status', '--name', 'main'], env)).toMatchObject({ code: exitCodes.done, out: expect.stringMatching(/^state {5}in use\n/) });
  });

  it('is counted like any other send', async () => {
    expect((await api.call('GET', '/metrics')).body).toMatch(/tanager_sms_sends_total\{gateway="main",outcome="sent"\} 2\n/);
  });

  it('works with the development gateway, which needs no definition', async () => {
    expect(await test('--name', 'development', '--to', number)).toMatchObject({ code: exitCodes.done });
    expect(api.tanager.development!.messages().at(-1)).toMatchObject({ to: number });
    const json = await tanager(['gateway', 'status', '--name', 'development', '--json'], env);
    expect(JSON.parse(json.out)).toEqual({ state: 'in-use', failures: 0, busy: 0, waiting: 0 });
    // whoever gives its name to another gateway and takes that away has it back
    await api.admin('PUT', '/v1/gateways/development', { kind: 'http', options: { url: `${server.url}/other`, query: { to: '{phone}', text: '{text}' } } });
    expect((await test('--name', 'development', '--to', '+4911')).code).toBe(exitCodes.done);
    await api.admin('DELETE', '/v1/gateways/development');
    for (const to of ['+4912', '+4913']) {
      expect((await test('--name', 'development', '--to', to)).code).toBe(exitCodes.done);
      expect(api.tanager.development!.messages().at(-1)).toMatchObject({ to });
    }
  });

  it.each([
    [['gateway', 'test', '--to', number], '--name is missing: which gateway?'],
    [['gateway', 'test', '--name', 'main'], '--to is missing: which number?'],
    [['gateway', 'status'], '--name is missing: which gateway?'],
    [['gateway', 'test', '--name', 'main', '--to', ''], 'to must not be empty.'],
  ])('%j is refused', async (words, message) => expect(await tanager(words, env)).toEqual({ code: exitCodes.misused, out: '', err: `tanager: ${message}\n` }));

  it('says why a gateway cannot be used', async () => {
    const { gateways } = api.tanager.application;
    const context = { commandId: 'a', actor: { kind: 'administrator', name: 'admin' }, correlationId: 'a' } as const;
    await gateways.define({ name: 'broken', kind: 'http', written: { options: {} } }, context);
    expect(await tanager(['gateway', 'status', '--name', 'broken'], env)).toEqual({ code: exitCodes.failed, out: 'state  unusable: the definition is not usable: url is missing\n', err: '' });
    expect((await test('--name', 'broken', '--to', number)).out).toContain('broken was not reached, nothing was sent: the definition is not usable: url is missing');
  });
});
