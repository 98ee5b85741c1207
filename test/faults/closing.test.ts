import type { Tanager } from '../../src/app.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { startGatewayServer, type GatewayServer } from '../fixtures/gatewayServer.js';
import { asAdmin, contextOf, hotp, newTransactionId, rfcKey, secret, startService } from '../fixtures/service.js';

/** The service is stopped in an orderly way while an SMS is on its way. */
describe('stopping while gateways work', () => {
  let first: GatewayServer;
  let second: GatewayServer;
  beforeAll(async () => { [first, second] = await Promise.all([startGatewayServer(), startGatewayServer()]); });
  afterAll(() => Promise.all([first.close(), second.close()]));

  const sendsOf = async (service: Tanager) => {
    const { events } = await service.application.trail.page({ stream: 'token-STOP', types: ['SmsDispatched', 'SmsDispatchFailed'] }, { limit: 10, order: 'asc' });
    return events.map(({ type, data }) => [type, data['gateway'], data['outcome']].filter(Boolean).join(' '));
  };
  const start = (folder: string) => startService({ TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: folder });
  /** A service whose one SMS is at the first gateway. */
  const sending = async (folder: string): Promise<Tanager> => {
    const service = await start(folder);
    const { gateways, settings, tokens, authenticate } = service.application;
    for (const [name, { url }] of [['first', first], ['second', second]] as const) {
      await gateways.define({ name, kind: 'http', module: 'HttpSMSProvider', written: { options: { URL: `${url}/send`, SMS_TEXT_KEY: 'text', SMS_PHONENUMBER_KEY: 'to', RETURN_SUCCESS: 'ID', timeout: '5' } } }, asAdmin());
    }
    await settings.change([{ key: 'sms.identifier', value: 'first,second' }, { key: 'sms.wait', value: '1' }], asAdmin());
    await tokens.enrol({ serial: 'STOP', login: 'alice', phone: '+491701234567', pin: secret('pin'), seed: secret(rfcKey) }, asAdmin());
    const arrived = first.next();
    await authenticate.check({ login: 'alice', pass: secret('pin'), newTransactionId }, contextOf());
    await arrived;
    return service;
  };
  const sent = (service: Tanager) => new Promise<void>((resolve) => {
    const subscription = service.application.head.subscribe(async () => {
      if ((await sendsOf(service)).some((send) => send.startsWith('SmsDispatched '))) { resolve(); setImmediate(() => subscription.unsubscribe()); }
    });
  });

  it('waits for the gateway and writes down that it took the SMS', async () => {
    const folder = temporaryFolder();
    first.answer({ status: 200, body: 'ID: 1', delay: 300 });
    await (await sending(folder)).close();
    const again = await start(folder);
    expect(await sendsOf(again)).toEqual(['SmsDispatched first']);
    await again.close();
    expect(first.requests).toHaveLength(1);
  });

  it('leaves the gateways that were not asked any more to the next start, and the code alive', async () => {
    const folder = temporaryFolder();
    first.answer({ status: 200, body: 'no credit', delay: 300 });
    await (await sending(folder)).close();
    second.answer({ status: 200, body: 'ID: 2' });
    const again = await start(folder);
    await sent(again);
    expect(second.requests.map(({ fields }) => fields['text'])).toEqual([hotp(1)]);
    expect(await again.application.authenticate.check({ login: 'alice', pass: secret(`pin${hotp(1)}`), newTransactionId }, contextOf())).toMatchObject({ kind: 'accepted' });
    await again.close();
  });
});
