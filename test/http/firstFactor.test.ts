import { lastCode, startApi, type Api } from '../fixtures/api.js';
import { person, serviceAccount, startLdapServer, type LdapServer } from '../fixtures/ldapServer.js';
import { LinotpClient } from '../fixtures/linotpClient.js';
import { adminPassword } from '../fixtures/service.js';

/** `otppin` as the clients of the old servers meet it. */
describe('the first factor in both dialects', () => {
  let ldap: LdapServer;
  let api: Api;
  let linotp: LinotpClient;
  const phone = '+491700000001';

  beforeAll(async () => {
    ldap = await startLdapServer({ entries: [serviceAccount, person('alice', 'directory password', { mobile: phone })] });
    api = await startApi({
      TANAGER_RESOLVERS: JSON.stringify({ corp: { type: 'ldap', url: ldap.url, bindDn: serviceAccount.dn, bindPassword: serviceAccount.password, base: 'dc=example' } }),
    });
    linotp = await LinotpClient.signIn({ base: `${api.url}/linotp`, admin: { name: 'admin', password: adminPassword } });
    await linotp.administer('/system/setConfig', { SMSBlockingTimeout: '0' });
    await api.admin('POST', '/v1/tokens', { serial: 'T1', user: 'alice', dynamicPhone: true, pin: '1234', maxFail: 100 });
  });
  afterAll(async () => {
    await api.stop();
    await ldap.close();
  });
  const pi = async (form: Record<string, string>) => (await api.call('POST', '/privacyidea/validate/check', new URLSearchParams(form))).body;
  const check = async (form: Record<string, string>) => (await linotp.ask('/validate/check', form)).json;

  describe.each([['userstore', 'directory password'], ['1', 'directory password'], ['none', ''], ['only_otp', '']])('%s', (otppin, first) => {
    beforeAll(() => linotp.administer('/system/setConfig', { 'otppin@realm1': otppin }));

    it("serves privacyIDEA's clients", async () => {
      const asked = await pi({ user: 'alice', pass: first });
      expect(asked.result.authentication).toBe('CHALLENGE');
      const { transaction_id } = asked.detail;
      expect(await pi({ user: 'alice', pass: '1234' })).toMatchObject({ result: { authentication: 'REJECT' }, detail: { message: 'wrong otp pin' } });
      expect(await pi({ user: 'alice', pass: `${first}000000` })).toMatchObject({ result: { authentication: 'REJECT' } });
      expect((await pi({ user: 'alice', pass: lastCode(api, phone), transaction_id })).result.authentication).toBe('ACCEPT');
      await pi({ user: 'alice', pass: first });
      expect((await pi({ user: 'alice', pass: `${first}${lastCode(api, phone)}` })).result.authentication).toBe('ACCEPT');
    });

    it("serves LinOTP's clients", async () => {
      const { detail } = await check({ user: 'alice', pass: first });
      expect((await check({ user: 'alice', pass: `1234${lastCode(api, phone)}` })).result.value).toBe(false);
      expect((await check({ user: 'alice', pass: lastCode(api, phone), state: detail.transactionid })).result.value).toBe(true);
      // PIN and code, though there is a state
      const again = await check({ user: 'alice', pass: first });
      expect((await check({ user: 'alice', pass: `${first}${lastCode(api, phone)}`, state: again.detail.transactionid })).result.value).toBe(true);
      await linotp.ask('/validate/smspin', { user: 'alice', pass: first });
      expect((await linotp.ask('/validate/simplecheck', { user: 'alice', pass: `${first}${lastCode(api, phone)}` })).text).toBe(':-)');
      // in LinOTP 1 made this one fail always
      await check({ user: 'alice', pass: first });
      expect((await linotp.ask('/validate/check_s', { serial: 'T1', pass: `${first}${lastCode(api, phone)}` })).json.result.value).toBe(true);
    });
  });

  it('is refused where it could be anything', async () => {
    expect((await linotp.administer('/system/setConfig', { otppin: 'ignore_pin' })).json.result.status).toBe(false);
    expect((await api.admin('PUT', '/v1/settings/otppin', { value: '3' })).body).toMatchObject({ status: 400, detail: expect.stringContaining('must be tokenpin, userstore or none') });
  });
});
