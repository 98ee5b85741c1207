import { asAdmin, hotp } from '../fixtures/service.js';
import { startGatewayServer, type GatewayServer } from '../fixtures/gatewayServer.js';
import { answer, challenge, check, enrol, openStage, phoneOf, type Stage } from './stage.js';

/** What an administrator changes on one instance is in force on the other as soon as that has heard of it. */
describe('two instances on a cluster', () => {
  let stage: Stage;
  let other: GatewayServer;
  beforeAll(async () => {
    stage = await openStage(2);
    other = await startGatewayServer();
  });
  afterAll(async () => {
    await stage.close();
    await other.close();
  });
  const here = () => stage.instances[0]!;
  const there = () => stage.instances[1]!;
  const heard = () => there().tanager.application.caughtUp();
  const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

  it('send through the gateway that was defined last, wherever it was', async () => {
    const login = await enrol(here());
    await challenge(there(), login);
    expect((await stage.gateway.next()).fields).toMatchObject({ to: phoneOf(login) });
    const definition = { kind: 'http', options: { url: `${other.url}/elsewhere`, form: { to: '{phone}', text: '{text}' }, method: 'POST', timeout: 5 } };
    expect((await here().admin('PUT', '/v1/gateways/g2', definition)).status).toBe(200);
    expect((await here().admin('PUT', '/v1/settings/sms.identifier', { value: 'g2' })).status).toBe(200);
    await heard();
    await challenge(there(), login);
    expect(await other.next()).toMatchObject({ path: '/elsewhere', fields: { to: phoneOf(login) } });
    // the same name with another address: what was open of the old one is let go of
    expect((await here().admin('PUT', '/v1/gateways/g2', { ...definition, options: { ...definition.options, url: `${other.url}/moved` } })).status).toBe(200);
    await heard();
    await challenge(there(), login);
    expect(await other.next()).toMatchObject({ path: '/moved' });
    await here().admin('PUT', '/v1/settings/sms.identifier', { value: 'g' });
    await heard();
  });

  it('write the text of the realm, and let codes live as long as was set', async () => {
    const login = await enrol(here());
    await here().admin('PUT', '/v1/settings/sms.text', { value: 'Ihr Code: {otp}' });
    await here().admin('PUT', '/v1/settings/sms.providerTimeout', { value: '77' });
    await heard();
    const { body } = await check(there(), { user: login, pass: 'pin' });
    expect((await stage.gateway.next()).fields['text']).toBe(`Ihr Code: ${hotp(1)}`);
    const { issuedAt, expiresAt } = (await there().tanager.application.queries.transaction(body.detail.transaction_id))[0]!.challenge;
    expect((Date.parse(expiresAt) - Date.parse(issuedAt)) / 1000).toBeCloseTo(77, 0);
    await here().admin('DELETE', '/v1/settings/sms.providerTimeout');
    await here().admin('DELETE', '/v1/settings/sms.text');
    await heard();
  });

  it('know keys, accounts and sign-outs of each other at once', async () => {
    const { key, keyId } = (await here().admin('POST', '/v1/api-keys', { label: 'key' })).body;
    expect((await there().call('GET', '/v1/gateways', undefined, bearer(key))).status).toBe(200);
    expect((await here().admin('DELETE', `/v1/api-keys/${keyId}`)).status).toBe(204);
    expect((await there().call('GET', '/v1/gateways', undefined, bearer(key))).status).toBe(401);
    await here().admin('POST', '/v1/accounts', { account: 'bea', password: 'beapassword' });
    const { status, body: { token } } = await there().call('POST', '/v1/sessions', { account: 'bea', password: 'beapassword' });
    expect(status).toBe(201);
    expect((await here().call('DELETE', '/v1/sessions/current', undefined, bearer(token))).status).toBe(204);
    expect((await there().call('GET', '/v1/gateways', undefined, bearer(token))).status).toBe(401);
  });

  it('let go of a lock together', async () => {
    const login = await enrol(here(), { maxFail: 2 });
    for (const instance of [here(), there()]) await check(instance, { user: login, pass: 'nip' });
    for (const instance of [here(), there()]) expect((await check(instance, { user: login, pass: 'pin' })).body.result).toMatchObject({ value: false });
    expect((await here().admin('POST', `/v1/tokens/K-${login}/reset`)).status).toBe(200);
    const transactionId = await challenge(there(), login);
    expect((await answer(here(), login, hotp(1), transactionId)).body.result).toMatchObject({ value: true });
  });

  it('tell of an event once, whoever hears of it first', async () => {
    const rule = { events: ['TokenDisabled'], channel: { kind: 'sms', gateways: ['told'] }, to: 'token', text: 'disabled {serial}' };
    await here().admin('PUT', '/v1/gateways/told', { kind: 'http', options: { url: `${other.url}/told`, form: { text: '{text}' }, method: 'POST', timeout: 5 } });
    expect((await here().admin('PUT', '/v1/notification-rules/disabled', rule)).status).toBe(200);
    await heard();
    const logins = await Promise.all(Array.from({ length: 10 }, () => enrol(here())));
    await Promise.all(logins.map((login, n) => stage.instances[n % 2]!.tanager.application.tokens.disable(`K-${login}`, asAdmin())));
    const told = [];
    while (told.length < logins.length) told.push((await other.next()).fields['text']);
    expect(told.sort()).toEqual(logins.map((login) => `disabled K-${login}`).sort());
    // when all of them are settled on both, nothing came on top
    for (const { tanager: { application } } of stage.instances) {
      while ((await application.notifications.queries.notifications({ state: 'sent', rule: 'disabled' }, 100)).length < logins.length) await application.caughtUp();
    }
    expect(other.requests.filter(({ path }) => path === '/told')).toHaveLength(logins.length);
  });
});
