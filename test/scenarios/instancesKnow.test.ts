import { checkAt, enrolAt, startInstances, type Instance } from '../fixtures/instances.js';
import { asAdmin, contextOf, hotp, newTransactionId, secret } from '../fixtures/service.js';

/** What one instance wrote comes to the other only when that asks for it: as late as it can. */
describe('an instance that has not heard yet of what another wrote', () => {
  let stage: Awaited<ReturnType<typeof startInstances>>;
  let here: Instance;
  let there: Instance;
  beforeAll(async () => {
    stage = await startInstances(2);
    [here, there] = stage.instances as [Instance, Instance];
    there.way.holdBack();
  });
  afterAll(() => stage.stop());

  const challenge = async (instance: Instance, serial: string): Promise<string> => {
    const outcome = await checkAt(instance, serial, 'pin');
    if (outcome.kind !== 'challenged') throw new Error(`not challenged: ${JSON.stringify(outcome)}`);
    return outcome.transactionId;
  };
  const rejected = async (serial: string) => {
    const { events } = await here.application.trail.page({ stream: `token-${serial}`, types: ['AttemptRejected'] }, { limit: 100, order: 'asc' });
    return events.map(({ data }) => data['reason']);
  };
  /** Has the other instance work on the token, so that it remembers its fold. */
  const known = async (serial: string): Promise<string> => {
    await there.way.opened.caughtUp();
    expect(await checkAt(there, serial, 'wrong')).toMatchObject({ kind: 'refused' });
    await here.application.tokens.resetFailCounter(serial, asAdmin());
    return serial;
  };

  it.each([
    ['by user and transaction', (serial: string, transactionId: string) => checkAt(there, serial, hotp(1), { transactionId })],
    ['by transaction alone', (_: string, transactionId: string) => there.application.authenticate.check({ transactionId, pass: secret(hotp(1)), newTransactionId }, contextOf())],
    ['by serial and transaction', (serial: string, transactionId: string) => there.application.authenticate.check({ serial, transactionId, pass: secret(hotp(1)), newTransactionId }, contextOf())],
    ['by PIN and code in one', (serial: string) => checkAt(there, serial, `pin${hotp(1)}`)],
    ['by code alone', (serial: string) => there.application.authenticate.check({ serial, only: 'otp', pass: secret(hotp(1)), newTransactionId }, contextOf())],
  ])('takes the answer to a challenge %s, of a token that it knows and of one that it does not', async (_, answer) => {
    for (const serial of [await enrolAt(here), await known(await enrolAt(here))]) {
      const before = await rejected(serial);
      expect(await answer(serial, await challenge(here, serial))).toMatchObject({ kind: 'accepted', serial });
      expect(await rejected(serial)).toEqual(before);
    }
  });

  it('counts a wrong answer once, and a wrong PIN', async () => {
    const serial = await enrolAt(here);
    const transactionId = await challenge(here, serial);
    expect(await checkAt(there, serial, '000000', { transactionId })).toMatchObject({ kind: 'refused', reason: 'wrong-code' });
    expect(await checkAt(there, serial, 'nip')).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
    expect(await checkAt(there, serial, '000000', { transactionId: '99999999999999999999' })).toMatchObject({ kind: 'refused', reason: 'unknown-transaction' });
    expect(await rejected(serial)).toEqual(['wrong-code', 'wrong-pin', 'unknown-transaction']);
  });

  it('takes a new PIN, and the old one no more', async () => {
    const serial = await known(await enrolAt(here));
    expect(await checkAt(there, serial, 'pin')).toMatchObject({ kind: 'challenged' });
    await here.application.tokens.setPin(serial, secret('changed'), asAdmin());
    expect(await checkAt(there, serial, 'pin')).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
    await here.application.tokens.setPin(serial, secret('again'), asAdmin());
    expect(await checkAt(there, serial, 'again')).toMatchObject({ kind: 'challenged' });
    expect(await rejected(serial)).toEqual(['wrong-pin', 'wrong-pin']);
  });

  it('takes the PIN of a token that the user has got besides', async () => {
    const serial = await known(await enrolAt(here));
    await here.application.tokens.enrol({ serial: `${serial}-2`, login: serial, phone: '+491701', pin: secret('other') }, asAdmin());
    expect(await checkAt(there, serial, 'other')).toMatchObject({ kind: 'challenged', challenges: [{ serial: `${serial}-2` }] });
    expect(await rejected(serial)).toEqual(['wrong-pin']);
  });

  it.each([
    ['enabled', async (serial: string) => here.application.tokens.enable(serial, asAdmin())],
    ['enrolled anew', async (serial: string) => {
      await here.application.tokens.remove(serial, asAdmin());
      return here.application.tokens.enrol({ serial, login: serial, phone: '+491702', pin: secret('pin') }, asAdmin());
    }],
  ])('takes a token that was %s', async (_, change) => {
    const serial = await known(await enrolAt(here));
    await here.application.tokens.disable(serial, asAdmin());
    expect(await checkAt(there, serial, 'pin')).toMatchObject({ kind: 'refused', reason: 'disabled' });
    expect(await change(serial)).toMatchObject({ kind: 'done' });
    expect(await checkAt(there, serial, 'pin')).toMatchObject({ kind: 'challenged' });
  });

  it('triggers for a token that was enabled, and shows how a challenge stands', async () => {
    const serial = await known(await enrolAt(here));
    await here.application.tokens.disable(serial, asAdmin());
    await there.way.opened.caughtUp();
    await here.application.tokens.enable(serial, asAdmin());
    expect(await there.application.authenticate.trigger({ serial, newTransactionId }, contextOf())).toMatchObject({ kind: 'challenged' });
    const transactionId = await challenge(here, serial);
    expect(await there.application.authenticate.watch({ login: serial, transactionId, pin: secret('pin') }, contextOf())).toMatchObject([{ serial, challenge: { transactionId } }]);
    expect((await there.application.queries.transaction(await challenge(here, serial))).map(({ challenge: { status } }) => status)).toEqual(['open']);
  });

  it('asks but a few times for what nobody has, and never where all is well', async () => {
    const asks = async (attempt: Partial<Parameters<Instance['application']['authenticate']['check']>[0]>): Promise<number> => {
      const before = there.way.asked;
      expect(await there.application.authenticate.check({ pass: secret('pin'), newTransactionId, ...attempt }, contextOf())).toMatchObject({ kind: 'refused' });
      return there.way.asked - before;
    };
    const serial = await enrolAt(here);
    expect(await asks({ login: 'nobody-has-a-token' })).toBe(1);
    expect(await asks({ transactionId: '12345678901234567890' })).toBe(1);
    expect(await asks({ serial: 'NOBODYS' })).toBe(1);
    expect(await asks({ serial, login: 'somebody-else' })).toBeLessThanOrEqual(3);
    expect(await asks({ login: serial, pass: secret('wrong') })).toBeLessThanOrEqual(2);
    const before = here.way.asked;
    await challenge(here, serial);
    expect(here.way.asked).toBe(before);
  });

  describe('for administrators', () => {
    const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

    it('shows and takes what was set, at once', async () => {
      for (const value of ['3', '4', '5']) {
        expect((await here.api.admin('PUT', '/v1/settings/DefaultMaxFailCount', { value })).status).toBe(200);
        expect((await there.api.admin('GET', '/v1/settings/DefaultMaxFailCount')).body).toMatchObject({ value });
        const serial = await enrolAt(there);
        expect((await there.application.queries.token(serial))?.token.maxFail).toBe(Number(value));
      }
      await here.api.admin('DELETE', '/v1/settings/DefaultMaxFailCount');
      await there.api.admin('GET', '/v1/settings');
    });

    it('knows keys, accounts and passwords, and that they are good no more', async () => {
      const { key, keyId } = (await here.api.admin('POST', '/v1/api-keys', { label: 'key' })).body;
      expect((await there.api.call('GET', '/v1/gateways', undefined, bearer(key))).status).toBe(200);
      expect((await here.api.admin('DELETE', `/v1/api-keys/${keyId}`)).status).toBe(204);
      expect((await there.api.call('GET', '/v1/gateways', undefined, bearer(key))).status).toBe(401);

      await here.api.admin('POST', '/v1/accounts', { account: 'bea', password: 'beapassword' });
      const signIn = (password: string) => there.api.call('POST', '/v1/sessions', { account: 'bea', password });
      expect((await signIn('beapassword')).status).toBe(201);
      await here.api.admin('PUT', '/v1/accounts/bea/password', { password: 'another12' });
      expect((await signIn('another12')).status).toBe(201);
      expect((await signIn('beapassword')).status).toBe(401);

      const { body: { token } } = await signIn('another12');
      const { body: { token: other } } = await signIn('another12');
      expect((await here.api.call('DELETE', '/v1/sessions/current', undefined, bearer(token))).status).toBe(204);
      expect((await there.api.call('GET', '/v1/gateways', undefined, bearer(token))).body).toMatchObject({ code: 'expired-credentials' });
      expect((await there.api.call('GET', '/v1/gateways', undefined, bearer(other))).status).toBe(200);
    });

    it('goes on from what another did to a token', async () => {
      const serial = await known(await enrolAt(here));
      for (const [one, other] of [[here, there], [there, here]] as const) {
        expect((await one.api.admin('POST', `/v1/tokens/${serial}/disable`)).status).toBe(200);
        expect((await other.api.admin('POST', `/v1/tokens/${serial}/enable`)).status).toBe(200);
        expect((await one.api.admin('GET', `/v1/tokens/${serial}`)).body).toMatchObject({ enabled: true });
      }
    });

    it('knows gateways and rules', async () => {
      expect((await here.api.admin('PUT', '/v1/gateways/extra', { kind: 'http', options: { url: stage.first.url, query: { text: '{text}' } } })).status).toBe(200);
      expect((await there.api.admin('POST', '/v1/gateways/extra/test', { to: '+491701234567' })).body).toMatchObject({ outcome: 'sent' });
      expect((await there.api.admin('DELETE', '/v1/gateways/extra')).status).toBe(204);
      expect((await here.api.admin('GET', '/v1/gateways/extra')).status).toBe(404);
      const rule = { events: ['TokenLocked'], channel: { kind: 'sms', gateways: ['first'] }, to: 'token', text: '{serial}' };
      expect((await here.api.admin('PUT', '/v1/notification-rules/locked', rule)).status).toBe(200);
      expect((await there.api.admin('DELETE', '/v1/notification-rules/locked')).status).toBe(204);
    });

    it('cannot read of a person whom another erased, and enrols him anew', async () => {
      const serial = await known(await enrolAt(here));
      expect((await there.application.queries.token(serial))?.phone).toMatch(/^\+49/);
      await here.application.tokens.erase(serial, asAdmin());
      expect((await there.api.admin('GET', `/v1/tokens/${serial}`)).body).not.toHaveProperty('phone');
      await here.application.tokens.remove(serial, asAdmin());
      expect((await there.api.admin('POST', '/v1/tokens', { serial, user: serial, phone: '+491703', pin: 'pin' })).status).toBe(201);
      expect((await here.api.admin('GET', `/v1/tokens/${serial}`)).body).toMatchObject({ phone: '+491703' });
      expect(await checkAt(there, serial, 'pin')).toMatchObject({ kind: 'challenged' });
    });
  });
});
