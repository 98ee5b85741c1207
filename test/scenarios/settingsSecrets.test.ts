import { startApi, type Api } from '../fixtures/api.js';

/** The configuration of a provider holds passwords, under whatever name and through whichever front end it comes. */
describe('a provider configuration that is set as a setting like any other', () => {
  let service: Api;
  beforeAll(async () => { service = await startApi(); });
  afterAll(() => service.stop());

  it.each(['SMSProviderConfig', 'sms.providerConfig'])('%s is not shown again', async (name) => {
    const value = '{"URL":"http://127.0.0.1:1/","PARAMETER":{"password":"hush-hush"}}';
    expect((await service.admin('PUT', `/v1/settings/${name}`, { value })).body).toMatchObject({ value: '***' });
    for (const path of ['/v1/settings', '/v1/events?type=SettingChanged']) expect(JSON.stringify((await service.admin('GET', path)).body)).not.toContain('hush-hush');
  });
});
