import type { Tanager } from '../../src/app.js';
import type { Outcome } from '../../src/commands/outcome.js';
import { startGatewayServer, type Answer, type GatewayServer } from '../fixtures/gatewayServer.js';
import { asAdmin, contextOf, hotp, newTransactionId, rfcKey, secret, startService } from '../fixtures/service.js';

/** Two HTTP gateways, tried in this order, each on a server of its own. */
describe('sending through a list of gateways', () => {
  let service: Tanager;
  let first: GatewayServer;
  let second: GatewayServer;
  let tokens = 0;

  beforeAll(async () => {
    [service, first, second] = await Promise.all([startService(), startGatewayServer(), startGatewayServer()]);
    const { gateways, settings } = service.application;
    for (const [name, server] of [['first', first], ['second', second]] as const) {
      await gateways.define({
        name, kind: 'http', module: 'smsprovider.HttpSMSProvider.HttpSMSProvider',
        written: { options: { URL: `${server.url}/send`, SMS_TEXT_KEY: 'text', SMS_PHONENUMBER_KEY: 'to', HTTP_Method: 'POST', RETURN_SUCCESS: 'ID', timeout: '1' } },
      }, asAdmin());
    }
    await settings.change([{ key: 'sms.identifier', value: 'first,second' }], asAdmin());
  });
  afterAll(() => Promise.all([service.close(), first.close(), second.close()]));

  /** A fresh token, asked for an SMS; gives the answer, the events of its sends, and what its codes are good for. */
  const trigger = async (atFirst: Answer, atSecond: Answer, wait = 5000) => {
    first.answer(atFirst);
    second.answer(atSecond);
    await service.application.settings.change([{ key: 'sms.wait', value: String(wait) }], asAdmin());
    const serial = `S${++tokens}`;
    const phone = `+49170000${String(tokens).padStart(4, '0')}`;
    await service.application.tokens.enrol({ serial, login: serial, phone, pin: secret('pin'), seed: secret(rfcKey) }, asAdmin());
    const outcome = await service.application.authenticate.check({ login: serial, pass: secret('pin'), newTransactionId }, contextOf());
    const texts = [first, second].map((server) => server.requests.filter(({ fields }) => fields['to'] === phone).map(({ fields }) => fields['text']));
    return { serial, outcome, texts };
  };
  const dispatches = async (serial: string) => {
    const { events } = await service.application.trail.page({ stream: `token-${serial}`, types: ['SmsDispatched', 'SmsDispatchFailed'] }, { limit: 10, order: 'asc' });
    return events.map(({ type, data }) => [type, data['gateway'], data['outcome']].filter(Boolean).join(' '));
  };
  const answer = (serial: string, pass: string): Promise<Outcome> =>
    service.application.authenticate.check({ login: serial, pass: secret(pass), newTransactionId }, contextOf());
  const ok: Answer = { status: 200, body: 'ID: 1' };

  it('uses the first that takes it', async () => {
    const { serial, outcome, texts } = await trigger(ok, ok);
    expect(outcome).toMatchObject({ kind: 'challenged', challenges: [{ delivery: 'sent' }] });
    expect(texts).toEqual([[hotp(1)], []]);
    expect(await dispatches(serial)).toEqual(['SmsDispatched first']);
    const { events } = await service.application.trail.page({ stream: `token-${serial}`, types: ['SmsDispatched'] }, { limit: 1, order: 'asc' });
    expect(events[0]!.data).toMatchObject({ messageId: '1', encoding: 'gsm-7', segments: 1 });
  });

  it('goes by the list of the token, else by that of its realm, else by that of the system', async () => {
    const { settings, tokens, authenticate } = service.application;
    first.answer({ status: 200, body: 'no credit' });
    second.answer({ status: 200, body: 'no credit' });
    await settings.change([{ key: 'sms.identifier@Reversed', value: 'second, gone, first' }], asAdmin());
    const order = async (serial: string, more: object): Promise<string[]> => {
      await tokens.enrol({ serial, phone: '+491701234567', pin: secret('pin'), ...more }, asAdmin());
      await authenticate.check({ serial, pass: secret('pin'), newTransactionId }, contextOf());
      return dispatches(serial);
    };
    const [byFirst, bySecond, byNone] = ['first', 'second', 'gone'].map((name) => `SmsDispatchFailed ${name} rejected`);
    expect(await order('OF-SYSTEM', { realms: ['elsewhere', 'reversed'] })).toEqual([byFirst, bySecond]);
    expect(await order('OF-REALM', { realms: ['reversed', 'elsewhere'] })).toEqual([bySecond, byNone, byFirst]);
    expect(await order('OF-TOKEN', { realms: ['reversed'], gateway: 'first,second' })).toEqual([byFirst, bySecond]);
    expect(await order('OF-OWNER', { login: 'owner', realms: ['elsewhere'] })).toEqual([byFirst, bySecond]);
    await settings.change([{ key: 'sms.identifier@realm1', value: 'second' }], asAdmin());
    expect(await order('OF-OWNER2', { login: 'owner', realms: ['reversed'] })).toEqual([bySecond]);
    await settings.remove('sms.identifier@REALM1', asAdmin());
  });

  it('sends a code that lives for no more than a second', async () => {
    const { settings } = service.application;
    await settings.change([{ key: 'sms.providerTimeout', value: '1' }], asAdmin());
    const { texts } = await trigger(ok, ok);
    await settings.change([{ key: 'sms.providerTimeout', value: '300' }], asAdmin());
    expect(texts).toEqual([[hotp(1)], []]);
  });

  it('goes to the next with the same code when one says no', async () => {
    const { serial, outcome, texts } = await trigger({ status: 200, body: 'no credit' }, ok);
    expect(outcome).toMatchObject({ kind: 'challenged', challenges: [{ delivery: 'sent' }] });
    expect(texts).toEqual([[hotp(1)], [hotp(1)]]);
    expect(await dispatches(serial)).toEqual(['SmsDispatchFailed first rejected', 'SmsDispatched second']);
  });

  it('goes to the next with the same code when one hangs, and the code is good whoever sent it', async () => {
    const { serial, outcome, texts } = await trigger({ hang: true }, ok);
    expect(outcome).toMatchObject({ kind: 'challenged', challenges: [{ delivery: 'sent' }] });
    expect(texts).toEqual([[hotp(1)], [hotp(1)]]);
    expect(await dispatches(serial)).toEqual(['SmsDispatchFailed first unknown', 'SmsDispatched second']);
    expect(await answer(serial, `pin${hotp(1)}`)).toMatchObject({ kind: 'accepted' });
  });

  it('says that nothing was sent when all say no, and the code is worth nothing', async () => {
    const { serial, outcome } = await trigger({ status: 500, body: 'out of order' }, { status: 200, body: 'blocked' });
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'not-sent', uncertain: false });
    expect(await answer(serial, `pin${hotp(1)}`)).toMatchObject({ kind: 'refused', reason: 'not-sent' });
  });

  it('says that nothing was sent when it cannot know, but takes the code if it arrived', async () => {
    const { serial, outcome, texts } = await trigger({ hang: true }, { reset: 'request' });
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'not-sent', uncertain: true });
    expect(texts[0]).toEqual([hotp(1)]);
    expect(await answer(serial, `pin${hotp(1)}`)).toMatchObject({ kind: 'accepted' });
  });

  it('lets a request wait for so long and no longer; what comes later is written down', async () => {
    const { serial, outcome } = await trigger({ status: 200, body: 'ID: 1', delay: 400 }, ok, 50);
    expect(outcome).toMatchObject({ kind: 'challenged', challenges: [{ delivery: 'pending' }] });
    const written = service.application.trail;
    await new Promise<void>((resolve) => {
      const subscription = service.application.head.subscribe(async () => {
        const { events } = await written.page({ stream: `token-${serial}`, types: ['SmsDispatched'] }, { limit: 1, order: 'asc' });
        if (events.length > 0) { resolve(); subscription.unsubscribe(); }
      });
    });
    expect(await dispatches(serial)).toEqual(['SmsDispatched first']);
  });

  it('does not let a slow gateway slow the logins of others', async () => {
    await service.application.settings.change([{ key: 'sms.wait', value: '10000' }], asAdmin());
    first.answer({ hang: true });
    await service.application.tokens.enrol({ serial: 'SLOW', login: 'slow', phone: '+4917099', pin: secret('pin') }, asAdmin());
    const slow = service.application.authenticate.check({ login: 'slow', pass: secret('pin'), newTransactionId }, contextOf());
    for (let request = await first.next(); request.fields['to'] !== '+4917099'; request = await first.next());
    first.answer(ok);
    const { outcome } = await trigger(ok, ok);
    expect(outcome).toMatchObject({ kind: 'challenged' });
    expect(await Promise.race([slow, Promise.resolve('still waiting')])).toBe('still waiting');
    await slow;
  });
});
