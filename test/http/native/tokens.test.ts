import { startApi, type Api } from '../../fixtures/api.js';
import { hotp, rfcKey } from '../../fixtures/service.js';

describe('tokens by the native API', () => {
  let api: Api;
  beforeAll(async () => { api = await startApi(); });
  afterAll(() => api.stop());

  let serials = 0;
  const enrol = async (more: object = {}): Promise<string> => {
    const serial = `TOK${++serials}`;
    const { status } = await api.admin('POST', '/v1/tokens', { serial, phone: '+491701234567', ...more });
    expect(status).toBe(201);
    return serial;
  };

  it('enrols with defaults, and shows neither seed nor PIN', async () => {
    const enrolled = await api.admin('POST', '/v1/tokens', { phone: '+49 170 1234567', user: 'alice', pin: 'topsecretpin', seed: rfcKey, description: 'first', prefix: 'ACME' });
    expect(enrolled.status).toBe(201);
    expect(enrolled.headers.get('location')).toBe(`/v1/tokens/${enrolled.body.serial}`);
    expect(enrolled.body).toMatchObject({
      serial: expect.stringMatching(/^ACME[0-9A-F]{8,}$/), type: 'sms', enabled: true, locked: false, hasPin: true, digits: 6, algorithm: 'sha1', maxFail: 10, failCount: 0,
      owner: { user: 'alice', realm: 'realm1' }, phone: '+49 170 1234567', description: 'first', challenges: [],
    });
    expect(JSON.stringify(enrolled.body)).not.toMatch(new RegExp(`topsecretpin|${rfcKey}|argon`));
    expect((await api.admin('GET', `/v1/tokens/${enrolled.body.serial}`)).body).toEqual(enrolled.body);
  });

  it('refuses a serial that exists, unless it is to be renewed', async () => {
    const serial = await enrol();
    expect((await api.admin('POST', '/v1/tokens', { serial, phone: '+491' })).body).toMatchObject({ status: 409, code: 'exists', field: 'serial' });
    expect((await api.admin('POST', '/v1/tokens', { serial, phone: '+4911111', renew: true })).body).toMatchObject({ serial, phone: '+4911111' });
  });

  it.each([
    [{}, 'phone'],
    [{ phone: 'call me' }, 'phone'],
    [{ phone: '+491701', seed: 'xyz' }, 'seed'],
    [{ phone: '+491701', digits: 3 }, 'digits'],
    [{ phone: '+491701', digits: 6.5 }, 'digits'],
    [{ phone: '+491701', maxFail: 0 }, 'maxFail'],
    [{ phone: '+491701', algorithm: 'md5' }, 'algorithm'],
    [{ phone: '+491701', serial: 'a b' }, 'serial'],
    [{ phone: '+491701', pin: 'x'.repeat(300) }, 'pin'],
    [{ phone: '+491701', otpkey: 'x' }, 'otpkey'],
    [{ dynamicPhone: true }, 'dynamicPhone'],
  ])('refuses to enrol %j and names the field', async (body, field) => {
    const { status, body: details } = await api.admin('POST', '/v1/tokens', body);
    expect([status, details.code, details.field]).toEqual([400, 'invalid', field]);
    expect(details.detail).toContain('.');
  });

  it('lists, narrows and pages', async () => {
    for (let i = 0; i < 5; i += 1) await enrol({ serial: `LIST${i}`, ...(i < 2 ? { user: 'lister' } : {}) });
    const list = async (query: string) => (await api.admin('GET', `/v1/tokens?${query}`)).body;
    expect((await list('serial=LIST*')).tokens.map(({ serial }: { serial: string }) => serial)).toEqual(['LIST0', 'LIST1', 'LIST2', 'LIST3', 'LIST4']);
    expect(await list('user=lister')).toMatchObject({ count: 2 });
    expect(await list('serial=LIST*&assigned=false')).toMatchObject({ count: 3 });
    await api.admin('POST', '/v1/tokens/LIST3/disable');
    expect((await list('serial=LIST*&enabled=false')).tokens).toMatchObject([{ serial: 'LIST3' }]);
    const seen: string[] = [];
    for (let offset: number | undefined = 0; offset !== undefined;) {
      const page: { tokens: { serial: string }[]; next?: number; count: number } = await list(`serial=LIST*&limit=2&offset=${offset}`);
      expect(page.count).toBe(5);
      seen.push(...page.tokens.map(({ serial }) => serial));
      offset = page.next;
    }
    expect(seen).toEqual(['LIST0', 'LIST1', 'LIST2', 'LIST3', 'LIST4']);
    expect((await api.admin('GET', '/v1/tokens?limit=0')).body).toMatchObject({ status: 400, field: 'limit', detail: 'limit must be from 1 to 500.' });
    expect((await api.admin('GET', '/v1/tokens?color=red')).body).toMatchObject({ status: 400, field: 'color' });
  });

  it('changes what is given, clears what is null', async () => {
    const serial = await enrol({ description: 'old' });
    await api.admin('PUT', '/v1/gateways/main', { kind: 'development', options: {} });
    const patched = await api.admin('PATCH', `/v1/tokens/${serial}`, { maxFail: 3, validUntil: '2030-01-01T00:00:00+02:00', gateway: 'main, development', info: { 'cost-centre': '42' }, realms: ['a', 'b'] });
    expect(patched.body).toMatchObject({ maxFail: 3, validUntil: '2030-01-01T00:00:00+02:00', gateway: 'main, development', info: { 'cost-centre': '42' }, realms: ['a', 'b'], description: 'old' });
    const cleared = await api.admin('PATCH', `/v1/tokens/${serial}`, { validUntil: null, gateway: null, description: null, info: { 'cost-centre': null } });
    expect(cleared.body).toMatchObject({ maxFail: 3, info: {} });
    expect(cleared.body).not.toHaveProperty('validUntil');
    expect(cleared.body).not.toHaveProperty('gateway');
    await api.admin('DELETE', '/v1/gateways/main');
    expect(cleared.body.description || undefined).toBeUndefined();
    for (const [body, field] of [[{ digits: 99 }, 'digits'], [{ validFrom: 'tomorrow' }, 'validFrom'], [{ info: { '': 'x' } }, 'info.'], [{ pin: 'x' }, 'pin'], [{ gateway: 'main;other' }, 'gateway']] as const) {
      expect((await api.admin('PATCH', `/v1/tokens/${serial}`, body)).body).toMatchObject({ status: 400, field });
    }
  });

  it('takes gateways that there are', async () => {
    const wrong = { status: 400, code: 'invalid', field: 'gateway', detail: 'gateway names what is no gateway: nowhere.' };
    expect((await api.admin('POST', '/v1/tokens', { phone: '+491701234567', gateway: 'development,nowhere' })).body).toMatchObject(wrong);
    const serial = await enrol({ gateway: 'development' });
    expect((await api.admin('PATCH', `/v1/tokens/${serial}`, { gateway: 'nowhere' })).body).toMatchObject(wrong);
    expect((await api.admin('GET', `/v1/tokens/${serial}`)).body).toMatchObject({ gateway: 'development' });
  });

  it('disables, enables, revokes, resets', async () => {
    const serial = await enrol({ pin: '1' });
    const act = async (action: string, body?: unknown) => (await api.admin('POST', `/v1/tokens/${serial}/${action}`, body)).body;
    expect(await act('disable')).toMatchObject({ changed: true, token: { enabled: false } });
    expect(await act('disable')).toMatchObject({ changed: false, token: { enabled: false } });
    expect(await act('enable')).toMatchObject({ changed: true, token: { enabled: true } });
    for (let i = 0; i < 10; i += 1) await api.call('POST', '/v1/challenges', { serial, pin: 'wrong' });
    expect((await api.admin('GET', `/v1/tokens/${serial}`)).body).toMatchObject({ locked: true, failCount: 10 });
    expect(await act('reset')).toMatchObject({ changed: true, token: { locked: false, failCount: 0 } });
    expect(await act('revoke')).toMatchObject({ changed: true, token: { revoked: true } });
    expect(await act('enable')).toMatchObject({ code: 'revoked', status: 409 });
    expect((await api.admin('POST', '/v1/tokens/NOSUCH/enable')).body).toMatchObject({ code: 'unknown-token', status: 404 });
  });

  it('sets PIN, number and owner', async () => {
    const serial = await enrol();
    const act = async (action: string, body: unknown) => (await api.admin('POST', `/v1/tokens/${serial}/${action}`, body)).body;
    expect(await act('pin', { pin: '77' })).toMatchObject({ changed: true, token: { hasPin: true } });
    expect((await api.call('POST', '/v1/challenges', { serial, pin: '77' })).body.outcome).toBe('challenged');
    expect(await act('phone', { phone: '+4922222' })).toMatchObject({ token: { phone: '+4922222', dynamicPhone: false } });
    expect(await act('phone', { phone: null })).toMatchObject({ status: 400, field: 'phone' });
    expect(await act('phone', { phone: 'x' })).toMatchObject({ status: 400, field: 'phone' });
    expect(await act('owner', { user: 'bob' })).toMatchObject({ token: { owner: { user: 'bob', realm: 'realm1' } } });
    expect(await act('phone', { phone: null })).toMatchObject({ token: { dynamicPhone: true } });
    expect(await act('owner', { user: 'carol' })).toMatchObject({ status: 409, code: 'assigned-to-another' });
    const taken = await act('owner', { user: null });
    expect(taken.token.owner).toBeUndefined();
    expect(await act('owner', {})).toMatchObject({ status: 400, field: 'user' });
  });

  it('finds the counter by two codes', async () => {
    const serial = await enrol({ seed: rfcKey });
    expect((await api.admin('POST', `/v1/tokens/${serial}/resync`, { first: hotp(5), second: hotp(6) })).body).toEqual({ found: true });
    expect((await api.admin('GET', `/v1/tokens/${serial}`)).body.counter).toBe(7);
    expect((await api.admin('POST', `/v1/tokens/${serial}/resync`, { first: '000000', second: '000001' })).body).toEqual({ found: false });
  });

  it('deletes, and forgets the person for good', async () => {
    const serial = await enrol({ user: 'forgetme', pin: '1' });
    await api.call('POST', '/v1/challenges', { serial, pin: '1' });
    expect((await api.admin('POST', `/v1/tokens/${serial}/erase`)).body).toMatchObject({ changed: true, token: { erased: true } });
    const { body: { events } } = await api.admin('GET', `/v1/events?serial=${serial}&order=asc`);
    expect(events.map(({ type }: { type: string }) => type)).toEqual(['TokenEnrolled', 'TokenAssigned', 'PinSet', 'ChallengeIssued', 'SmsDispatched', 'PersonErased']);
    expect(events[1].data.login).toBe('(erased)');
    expect(JSON.stringify(events)).not.toMatch(/forgetme|1701234567/);
    expect((await api.admin('DELETE', `/v1/tokens/${serial}`)).status).toBe(204);
    expect((await api.admin('GET', `/v1/tokens/${serial}`)).status).toBe(404);
    expect((await api.admin('DELETE', `/v1/tokens/${serial}`)).status).toBe(404);
  });

  it('finds users', async () => {
    expect((await api.admin('GET', '/v1/users?user=alice')).body.users).toMatchObject([{ user: 'alice', realm: 'realm1' }]);
    expect((await api.admin('GET', '/v1/users?user=alice&realm=nowhere')).body.users).toEqual([]);
  });
});
