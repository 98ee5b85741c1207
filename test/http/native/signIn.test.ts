import { startApi, type Api } from '../../fixtures/api.js';
import { TestClock } from '../../fixtures/service.js';

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

describe('who may call the native API', () => {
  let api: Api;
  let clock: TestClock;
  beforeEach(async () => { clock = new TestClock(); api = await startApi({}, { clock }); });
  afterEach(() => api.stop());

  const signIn = async (account = 'admin', password = 'adminpw12') => api.call('POST', '/v1/sessions', { account, password });

  it('takes a session, until it ends', async () => {
    const { status, body: { token, expiresAt } } = await signIn();
    expect([status, expiresAt]).toEqual([201, '2026-11-22T11:00:00.000Z']);
    expect((await api.call('GET', '/v1/tokens', undefined, bearer(token))).status).toBe(200);
    clock.advance(3601);
    expect((await api.call('GET', '/v1/tokens', undefined, bearer(token))).body).toMatchObject({ status: 401, code: 'expired-credentials' });
  });

  it('takes no session after signing out', async () => {
    const { token } = (await signIn()).body;
    expect((await api.call('DELETE', '/v1/sessions/current', undefined, bearer(token))).status).toBe(204);
    expect((await api.call('GET', '/v1/tokens', undefined, bearer(token))).body.code).toBe('expired-credentials');
  });

  it('takes no session from before the password was changed', async () => {
    const { token } = (await signIn()).body;
    clock.advance(2);
    expect((await api.call('PUT', '/v1/accounts/admin/password', { password: 'another12' }, bearer(token))).status).toBe(204);
    expect((await api.call('GET', '/v1/tokens', undefined, bearer(token))).body.code).toBe('expired-credentials');
    expect((await signIn()).status).toBe(401);
    const renewed = await signIn('admin', 'another12');
    expect((await api.call('GET', '/v1/tokens', undefined, bearer(renewed.body.token))).status).toBe(200);
  });

  it('says the same of a wrong name and a wrong password', async () => {
    const [name, password] = await Promise.all([signIn('nobody', 'adminpw12'), signIn('admin', 'wrongwrong')]);
    expect([name.status, password.status]).toEqual([401, 401]);
    expect({ ...name.body, instance: '' }).toEqual({ ...password.body, instance: '' });
  });

  it('pauses after too many wrong passwords', async () => {
    for (let i = 0; i < 10; i += 1) await signIn('admin', 'wrongwrong');
    const paused = await signIn();
    expect([paused.status, paused.body.code, paused.headers.get('retry-after')]).toEqual([429, 'paused', '300']);
    clock.advance(301);
    expect((await signIn()).status).toBe(201);
  });

  it.each([
    ['no header', {}, 'missing-credentials'],
    ['another scheme', { Authorization: 'Basic YWRtaW46YWRtaW4=' }, 'missing-credentials'],
    ['a made-up session', bearer('eyJhbGciOiJub25lIn0.e30.'), 'invalid-credentials'],
    ['a made-up key', bearer(`tng_abcdefghijkl_${'A'.repeat(43)}`), 'invalid-credentials'],
  ])('refuses %s', async (_, headers, code) => {
    const { status, body, headers: answered } = await api.call('GET', '/v1/tokens', undefined, headers);
    expect([status, body.code, answered.get('www-authenticate')]).toEqual([401, code, expect.stringMatching(/^Bearer/)]);
  });

  it("refuses another front end's session", async () => {
    const { token } = await api.tanager.http.sessions.issue('privacyidea', { account: 'admin', kind: 'administrator' });
    expect((await api.call('GET', '/v1/tokens', undefined, bearer(token))).body.code).toBe('invalid-credentials');
    const { token: users } = await api.tanager.http.sessions.issue('native', { account: 'admin', kind: 'user' });
    expect((await api.call('GET', '/v1/tokens', undefined, bearer(users))).status).toBe(401);
  });

  describe('API keys', () => {
    it('do what the account may, until they are revoked', async () => {
      const made = await api.admin('POST', '/v1/api-keys', { label: 'portal' });
      expect(made.body).toMatchObject({ key: expect.stringMatching(/^tng_/), label: 'portal' });
      const { key, keyId } = made.body;
      const enrolled = await api.call('POST', '/v1/tokens', { serial: 'K1', phone: '+491701234567' }, bearer(key));
      expect(enrolled.status).toBe(201);
      expect((await api.call('GET', '/v1/events?serial=K1', undefined, bearer(key))).body.events[0].actor).toEqual({ kind: 'api-key', name: keyId });
      const { body: { apiKeys } } = await api.admin('GET', '/v1/api-keys');
      expect(apiKeys).toMatchObject([{ keyId, label: 'portal', expired: false }]);
      expect(JSON.stringify(apiKeys)).not.toContain(key);
      expect((await api.admin('DELETE', `/v1/api-keys/${keyId}`)).status).toBe(204);
      expect((await api.call('GET', '/v1/tokens', undefined, bearer(key))).body.code).toBe('invalid-credentials');
      expect((await api.admin('DELETE', `/v1/api-keys/${keyId}`)).status).toBe(404);
    });

    it('end when they were said to', async () => {
      const { key } = (await api.admin('POST', '/v1/api-keys', { label: 'short', expiresAt: '2026-11-22T10:10:00+00:00' })).body;
      expect((await api.call('GET', '/v1/tokens', undefined, bearer(key))).status).toBe(200);
      clock.advance(600);
      expect((await api.call('GET', '/v1/tokens', undefined, bearer(key))).body.code).toBe('expired-credentials');
      expect((await api.admin('POST', '/v1/api-keys', { label: 'late', expiresAt: '2020-01-01T00:00:00Z' })).body.field).toBe('expiresAt');
    });

    it('make no keys and no accounts', async () => {
      const { key } = (await api.admin('POST', '/v1/api-keys', { label: 'portal' })).body;
      expect((await api.call('POST', '/v1/api-keys', { label: 'child' }, bearer(key))).body).toMatchObject({ status: 403, code: 'session-needed' });
      expect((await api.call('POST', '/v1/accounts', { account: 'eve', password: 'evilevil1' }, bearer(key))).status).toBe(403);
    });

    it('with a right id and a wrong rest are refused', async () => {
      const { key } = (await api.admin('POST', '/v1/api-keys', { label: 'portal' })).body as { key: string };
      const other = `${key.slice(0, 17)}${'A'.repeat(43)}`;
      expect((await api.call('GET', '/v1/tokens', undefined, bearer(other))).body.code).toBe('invalid-credentials');
    });
  });

  it('makes further administrators', async () => {
    expect((await api.admin('POST', '/v1/accounts', { account: 'bea', password: 'beapassword' })).body).toEqual({ account: 'bea' });
    expect((await api.admin('POST', '/v1/accounts', { account: 'bea', password: 'beapassword' })).body).toMatchObject({ status: 409, code: 'exists', field: 'account' });
    expect((await api.admin('POST', '/v1/accounts', { account: 'dan', password: 'short' })).body).toMatchObject({ status: 400, field: 'password' });
    expect((await signIn('bea', 'beapassword')).status).toBe(201);
    expect((await api.admin('PUT', '/v1/accounts/nobody/password', { password: 'beapassword' })).status).toBe(404);
  });
});
