import { startApi, type Api } from '../fixtures/api.js';
import { runScript } from '../fixtures/script.js';
import { adminPassword } from '../fixtures/service.js';

let api: Api;
const definition = { kind: 'http', options: { url: 'http://sms.example/messages', json: { to: '{phone}', text: '{text}' } } };
const run = (password = adminPassword) => runScript('firstGateway.mjs', {
  TANAGER_URL: api.url, TANAGER_ADMIN_PASSWORD: password, GATEWAY_NAME: 'display', GATEWAY_DEFINITION: JSON.stringify(definition),
});
beforeAll(async () => { api = await startApi({ TANAGER_DEVELOPMENT: 'false' }); });
afterAll(() => api.stop());

test('without the password no gateway is defined, and why is said without it', async () => {
  const [said, code] = await run('a wrong one');
  expect(said).toMatch(/^The first gateway was not defined: POST \/v1\/sessions: 401 /);
  expect(said).not.toContain('a wrong one');
  expect(code).toBe(1);
  expect((await api.admin('GET', '/v1/gateways')).body.gateways).toEqual([]);
});

test('the first gateway is defined, and messages go there', async () => {
  expect(await run()).toEqual(['Messages go to the gateway display\n', 0]);
  expect((await api.admin('GET', '/v1/gateways')).body.gateways).toMatchObject([{ name: 'display', kind: 'http' }]);
  expect((await api.admin('GET', '/v1/settings/sms.identifier')).body.value).toBe('display');
});

test('what an administrator has defined since stays', async () => {
  await api.admin('PUT', '/v1/gateways/main', definition);
  await api.admin('PUT', '/v1/settings/sms.identifier', { value: 'main' });
  await api.admin('DELETE', '/v1/gateways/display');
  expect(await run()).toEqual(['There is a gateway already: main\n', 0]);
  expect((await api.admin('GET', '/v1/settings/sms.identifier')).body.value).toBe('main');
});
