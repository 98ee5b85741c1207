import { startApi, type Api } from '../../fixtures/api.js';
import { adminPassword } from '../../fixtures/service.js';

describe('gateways, settings and the trail by the native API', () => {
  let api: Api;
  beforeAll(async () => { api = await startApi(); });
  afterAll(() => api.stop());

  describe('gateways', () => {
    const options = { url: 'https://user:hunter2@sms.example/send', query: { to: '{phone}', text: '{text}', api_key: 'verysecret' } };

    it('are defined, read, changed and removed', async () => {
      const put = await api.admin('PUT', '/v1/gateways/main', { kind: 'http', description: 'the first', options });
      expect(put.status).toBe(200);
      expect(put.body).toMatchObject({ gateway: { name: 'main', kind: 'http', description: 'the first' }, ignored: [] });
      expect((await api.admin('GET', '/v1/gateways')).body.gateways).toHaveLength(1);
      expect((await api.admin('DELETE', '/v1/gateways/main')).status).toBe(204);
      expect((await api.admin('DELETE', '/v1/gateways/main')).body).toMatchObject({ status: 404, code: 'unknown-gateway' });
      expect((await api.admin('GET', '/v1/gateways/main')).status).toBe(404);
    });

    it('never show a secret, and keep it when the censored form comes back', async () => {
      await api.admin('PUT', '/v1/gateways/quiet', { kind: 'http', options });
      const { body: shown } = await api.admin('GET', '/v1/gateways/quiet');
      expect(JSON.stringify(shown)).not.toMatch(/hunter2|verysecret/);
      expect((await api.admin('PUT', '/v1/gateways/quiet', { kind: 'http', description: 'edited', options: shown.options })).body.gateway.options).toEqual(shown.options);
      const stored = await api.tanager.application.queries.gateway('quiet');
      expect(stored).toMatchObject({ description: 'edited', options });
    });

    it.each([
      [{ kind: 'http', options: {} }, 'url'],
      [{ kind: 'http', options: { url: 'https://sms.example', colour: 'red' } }, 'colour'],
      [{ kind: 'pigeon', options: {} }, 'kind'],
      [{ options: {} }, 'kind'],
      [{ kind: 'http', module: 'both', options: {} }, 'kind'],
      [{ kind: 'http' }, 'options'],
    ])('refuse %j and name the key', async (body, field) => {
      expect((await api.admin('PUT', '/v1/gateways/bad', body)).body).toMatchObject({ status: 400, code: 'invalid', field });
    });

    it('have limits, which a client of an old server cannot speak of and does not take away', async () => {
      const url = 'https://sms.example/send';
      const limits = { concurrency: 3, rate: { perSecond: 0.5 }, breaker: { failures: 2 } };
      expect((await api.admin('PUT', '/v1/gateways/slow', { kind: 'http', options: { url }, limits })).body.gateway.limits).toEqual(limits);
      const { body } = await api.call('POST', '/privacyidea/auth', new URLSearchParams({ username: 'admin', password: adminPassword }));
      const form = new URLSearchParams({ name: 'slow', module: 'privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider', 'option.URL': url });
      expect((await api.call('POST', '/privacyidea/smsgateway', form, { Authorization: body.result.value.token })).status).toBe(200);
      expect((await api.admin('GET', '/v1/gateways/slow')).body).toMatchObject({ module: expect.any(String), limits });
      expect((await api.admin('PUT', '/v1/gateways/slow', { kind: 'http', options: { url } })).body.gateway).not.toHaveProperty('limits');
    });

    it.each([
      [{ rate: { perSecond: 0 } }, 'limits.rate.perSecond'],
      [{ breaker: { pause: 60, longestPause: 30 } }, 'limits.breaker.longestPause'],
      [{ colour: 'red' }, 'limits.colour'],
    ])('refuse the limits %j and name the key', async (limits, field) => {
      expect((await api.admin('PUT', '/v1/gateways/bad', { kind: 'http', options: { url: 'https://sms.example' }, limits })).body).toMatchObject({ status: 400, code: 'invalid', field });
    });

    it('tell which kinds there are', async () => {
      expect((await api.admin('GET', '/v1/gateway-kinds')).body.kinds.map(({ kind }: { kind: string }) => kind)).toContain('http');
    });
  });

  describe('settings', () => {
    it('have defaults and meanings, are set and fall back', async () => {
      const { body: { settings } } = await api.admin('GET', '/v1/settings');
      const life = settings.find(({ name }: { name: string }) => name === 'sms.providerTimeout');
      expect(life).toMatchObject({ value: '300', set: false, default: '300', meaning: expect.any(String), aliases: ['SMSProviderTimeout'] });
      expect((await api.admin('PUT', '/v1/settings/SMSProviderTimeout', { value: 60 })).body).toMatchObject({ name: 'sms.providerTimeout', value: '60', set: true });
      expect((await api.admin('GET', '/v1/settings/sms.providerTimeout')).body.value).toBe('60');
      expect((await api.admin('DELETE', '/v1/settings/sms.providerTimeout')).status).toBe(204);
      expect((await api.admin('GET', '/v1/settings/sms.providerTimeout')).body).toMatchObject({ value: '300', set: false });
      expect((await api.admin('DELETE', '/v1/settings/sms.providerTimeout')).status).toBe(404);
    });

    it('are checked, and keep what only others read', async () => {
      expect((await api.admin('PUT', '/v1/settings/sms.providerTimeout', { value: 'soon' })).body).toMatchObject({ status: 400, field: 'value', detail: expect.stringContaining('whole number') });
      expect((await api.admin('PUT', '/v1/settings/sms.providerTimeout', { value: null })).body).toMatchObject({ status: 400, field: 'value' });
      expect((await api.admin('PUT', '/v1/settings/their.own', { value: 'hunter2', secret: true })).body).toEqual({ name: 'their.own', value: '***', set: true, aliases: [] });
      expect((await api.admin('GET', '/v1/settings/no.such')).status).toBe(404);
    });

    it('say when they name a gateway that there is not, and take it all the same', async () => {
      const put = await api.admin('PUT', '/v1/settings/sms.identifier@elsewhere', { value: 'development, to.come' });
      expect(put.body).toMatchObject({ value: 'development, to.come', warning: 'There is no gateway named to.come.' });
      expect((await api.admin('PUT', '/v1/settings/sms.identifier@elsewhere', { value: 'development' })).body).not.toHaveProperty('warning');
      await api.admin('DELETE', '/v1/settings/sms.identifier@elsewhere');
    });

    it('may be set for a realm and a language, where they say so', async () => {
      const put = (name: string, value: string) => api.admin('PUT', `/v1/settings/${name}`, { value });
      expect((await put('sms.text.DE@Sales', 'Ihr Code: <otp>')).body).toMatchObject({ name: 'sms.text.de@sales', value: 'Ihr Code: <otp>', set: true, default: '<otp>', aliases: [] });
      expect((await api.admin('GET', '/v1/settings/sms.text.de-at@sales')).body).toMatchObject({ value: 'Ihr Code: <otp>', set: false });
      const { settings } = (await api.admin('GET', '/v1/settings')).body;
      expect(settings).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'sms.text', per: ['realm', 'language'] }), expect.objectContaining({ name: 'sms.text.de@sales' })]));
      expect((await put('PrependPin@sales', 'true')).body).toMatchObject({ status: 400, code: 'invalid', field: 'name', detail: expect.stringContaining('same in every realm') });
      expect((await put('sms.text.german', 'x')).body).toMatchObject({ status: 400, field: 'name' });
      expect((await put('sms.providerTimeout@sales', 'soon')).body).toMatchObject({ status: 400, field: 'value', detail: expect.stringContaining('sms.providerTimeout@sales') });
      expect((await api.admin('DELETE', '/v1/settings/sms.text.de@SALES')).status).toBe(204);
      expect((await api.admin('DELETE', '/v1/settings/sms.text.de@sales')).status).toBe(404);
    });
  });

  describe('the trail', () => {
    it('is narrowed and paged, in both orders', async () => {
      await api.admin('POST', '/v1/tokens', { serial: 'TRAIL', phone: '+491701234567', pin: '1', gateway: 'development' });
      const { body: { transactionId } } = await api.call('POST', '/v1/challenges', { serial: 'TRAIL', pin: '1' });
      const events = async (query: string) => (await api.admin('GET', `/v1/events?${query}`)).body;
      expect((await events('serial=TRAIL&order=asc')).events.map(({ type }: { type: string }) => type)).toEqual(['TokenEnrolled', 'PinSet', 'ChallengeIssued', 'SmsDispatched']);
      expect((await events('serial=TRAIL')).events[0].type).toBe('SmsDispatched');
      expect((await events(`transactionId=${transactionId}`)).events).toHaveLength(2);
      expect((await events('type=ChallengeIssued,TokenEnrolled&serial=TRAIL')).events).toHaveLength(2);
      expect((await events(`since=${encodeURIComponent('2999-01-01T00:00:00Z')}`)).events).toEqual([]);
      const paged: unknown[] = [];
      for (let cursor = ''; ;) {
        const page = await events(`serial=TRAIL&order=asc&limit=1${cursor}`);
        paged.push(...page.events.map(({ type }: { type: string }) => type));
        if (page.next === undefined) break;
        cursor = `&cursor=${page.next}`;
      }
      expect(paged).toEqual(['TokenEnrolled', 'PinSet', 'ChallengeIssued', 'SmsDispatched']);
    });

    it('says who did it, from where, and shows no secret', async () => {
      await api.admin('POST', '/v1/tokens', { serial: 'WHO', phone: '+491701234567', pin: 'canary-pin', seed: '31'.repeat(20) });
      const { events } = (await api.admin('GET', '/v1/events?serial=WHO&order=asc')).body;
      expect(events[0]).toMatchObject({ actor: { kind: 'administrator', name: 'admin' }, client: '127.0.0.1', data: { seed: '***', phone: '+491701234567' } });
      expect(JSON.stringify(events)).not.toMatch(/canary-pin|3131313131|argon2/);
    });

    it.each([['type=NoSuchEvent', 'type'], ['since=yesterday', 'since'], ['limit=0', 'limit'], ['cursor=x', 'cursor'], ['serial=A&stream=token-A', 'serial'], ['order=up', 'order']])('refuses %s', async (query, field) => {
      expect((await api.admin('GET', `/v1/events?${query}`)).body).toMatchObject({ status: 400, field });
    });

    it('is for administrators', async () => {
      expect((await api.call('GET', '/v1/events')).status).toBe(401);
      expect((await api.call('GET', '/v1/events/stream')).status).toBe(401);
    });
  });
});
