import { startApi, type Api } from '../fixtures/api.js';

/** The address that the trail names when somebody asks from this machine with these headers. */
const named = async (api: Api, headers: Record<string, string>): Promise<string> => {
  await api.call('POST', '/v1/challenges', { user: 'nobody', pin: '1234' }, headers);
  const { body } = await api.admin('GET', '/v1/events?limit=1&order=desc&type=AuthenticationRefused');
  return body.events[0].client;
};

describe('without trusted proxies', () => {
  let api: Api;
  beforeAll(async () => { api = await startApi(); });
  afterAll(() => api.stop());

  it('the other end of the connection asks, whatever the request says', async () => {
    expect(await named(api, { 'X-Forwarded-For': '192.0.2.7', Forwarded: 'for=192.0.2.7' })).toBe('127.0.0.1');
  });
});

describe('behind a trusted proxy', () => {
  let api: Api;
  beforeAll(async () => { api = await startApi({ TANAGER_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' }); });
  afterAll(() => api.stop());

  it.each([
    ['whom it names asks', '192.0.2.7', '192.0.2.7'],
    ['IPv6 too', '2001:db8::7', '2001:db8::7'],
    ['of several the last one that is no proxy asks: those before it may be made up', '203.0.113.1, 192.0.2.7, 10.0.0.5', '192.0.2.7'],
    ['what is no address is not believed', 'unknown', '127.0.0.1'],
  ])('%s', async (_, forwarded, client) => {
    expect(await named(api, { 'X-Forwarded-For': forwarded })).toBe(client);
  });

  it('a request without the header came from the proxy itself', async () => expect(await named(api, {})).toBe('127.0.0.1'));

  it('a cookie is for TLS only where the proxy was asked by TLS', async () => {
    const cookies = async (headers: Record<string, string>) => {
      const answer = await api.call('POST', '/linotp/admin/login', new URLSearchParams({ username: 'admin', password: 'adminpw12' }), headers);
      return answer.headers.getSetCookie().map((cookie) => /; Secure/.test(cookie));
    };
    expect(await cookies({ 'X-Forwarded-Proto': 'https' })).toEqual([true, true]);
    expect(await cookies({})).toEqual([false, false]);
  });
});
