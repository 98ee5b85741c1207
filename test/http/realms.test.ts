import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastCode, startApi, type Api } from '../fixtures/api.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { person, serviceAccount, startLdapServer, type LdapServer } from '../fixtures/ldapServer.js';
import { LinotpClient } from '../fixtures/linotpClient.js';
import { adminPassword } from '../fixtures/service.js';

/** One login in two realms: alice of sales comes from LDAP, alice of support from a file. */
describe('users of several realms', () => {
  let ldap: LdapServer;
  let api: Api;
  let linotp: LinotpClient;
  let jwt: string;
  const salesPhone = '+491700000001', supportPhone = '+491700000002';

  beforeAll(async () => {
    ldap = await startLdapServer({ entries: [serviceAccount, person('alice', 'x', { mobile: salesPhone }), person('dora', 'x', { mobile: '+491700000004' })] });
    const file = join(temporaryFolder(), 'users');
    writeFileSync(file, `alice:x:1:1:Alice Support,,${supportPhone},,:/:/\nbob:x:2:2:Bob,,+491700000003,,:/:/\n`);
    api = await startApi({
      TANAGER_REALM: 'sales', TANAGER_REALMS: JSON.stringify({ support: ['file'], Sales: ['corp', 'file'] }),
      TANAGER_RESOLVERS: JSON.stringify({
        corp: { type: 'ldap', url: ldap.url, bindDn: serviceAccount.dn, bindPassword: serviceAccount.password, base: 'dc=example', cache: 0, timeout: 1 },
        file: { type: 'passwd', file },
      }),
    });
    linotp = await LinotpClient.signIn({ base: `${api.url}/linotp`, admin: { name: 'admin', password: adminPassword } });
    jwt = (await pi('/auth', { username: 'admin', password: adminPassword })).body.result.value.token;
    await linotp.administer('/system/setConfig', { SMSBlockingTimeout: '0' });
    // the same PIN: only the realm tells which token it is for
    await api.admin('POST', '/v1/tokens', { serial: 'SALES', user: 'alice', realm: 'sales', phone: salesPhone, pin: '1234' });
    await api.admin('POST', '/v1/tokens', { serial: 'SUPPORT', user: 'alice', realm: 'support', dynamicPhone: true, pin: '1234' });
  });
  afterAll(async () => {
    await api.stop();
    await ldap.close();
  });
  const pi = (path: string, form: Record<string, string>, authorization = '') =>
    api.call('POST', `/privacyidea${path}`, new URLSearchParams(form), authorization ? { Authorization: authorization } : {});

  it('are listed with their realm and resolver', async () => {
    const found = async (query: string) => (await api.admin('GET', `/v1/users?${query}`)).body.users[0];
    expect(await found('user=alice')).toMatchObject({ user: 'alice', realm: 'Sales', resolver: 'corp', userId: 'uuid-of-alice', mobile: salesPhone });
    expect(await found('user=alice&realm=support')).toMatchObject({ realm: 'support', resolver: 'file', userId: '1', mobile: supportPhone });
    expect(await found('user=bob')).toMatchObject({ realm: 'Sales', resolver: 'file' });
    expect(await found('user=dora&realm=support')).toBeUndefined();
  });

  it('and their realms are listed for the scripts of both old servers', async () => {
    const corp = { name: 'corp', node: '', priority: null, type: 'ldapresolver' }, file = { name: 'file', node: '', priority: null, type: 'passwdresolver' };
    const realms = { Sales: { default: true, id: 1, resolver: [corp, file] }, support: { default: false, id: 2, resolver: [file] } };
    const look = async (path: string) => (await api.call('GET', `/privacyidea${path}`, undefined, { Authorization: jwt })).body.result.value;
    expect(await look('/realm/')).toEqual(realms);
    expect(await look('/defaultrealm')).toEqual({ Sales: realms.Sales });
    expect((await api.call('GET', '/privacyidea/realm/')).status).toBe(401);
    const ofLinotp = { Sales: { realmname: 'Sales', useridresolver: ['corp', 'file'], default: 'true' }, support: { realmname: 'support', useridresolver: ['file'] } };
    expect((await linotp.look('/system/getRealms')).json.result.value).toEqual(ofLinotp);
    expect((await linotp.look('/system/getDefaultRealm')).json.result.value).toEqual({ Sales: ofLinotp.Sales });
  });

  const ways: [string, Record<string, string>, string][] = [
    ['without a realm', { user: 'alice' }, 'SALES'], ['with @', { user: 'alice@sales' }, 'SALES'], ['with \\', { user: 'SALES\\alice' }, 'SALES'], ['with a parameter', { user: 'alice', realm: 'sales' }, 'SALES'],
    ['with @, of the other realm', { user: 'alice@Support' }, 'SUPPORT'], ['with \\, of the other realm', { user: 'support\\alice' }, 'SUPPORT'],
    ['with a parameter, of the other realm', { user: 'alice', realm: 'support' }, 'SUPPORT'],
  ];
  const phoneOf = (serial: string) => (serial === 'SALES' ? salesPhone : supportPhone);

  it.each(ways)("log in with privacyIDEA's clients, named %s", async (_, named, serial) => {
    const asked = await pi('/validate/check', { ...named, pass: '1234' });
    expect(asked.body).toMatchObject({ result: { authentication: 'CHALLENGE' }, detail: { serial } });
    const { transaction_id } = asked.body.detail;
    const code = lastCode(api, phoneOf(serial));
    const other = serial === 'SALES' ? 'support' : 'sales';
    expect((await pi('/validate/check', { user: 'alice', realm: other, pass: code, transaction_id })).body.result.value).toBe(false);
    expect((await pi('/validate/check', { ...named, pass: code, transaction_id })).body).toMatchObject({ result: { value: true }, detail: { serial } });
  });

  it.each(ways)("log in with LinOTP's clients, named %s", async (_, named, serial) => {
    const asked = await linotp.ask('/validate/check', { ...named, pass: '1234' });
    expect(asked.json).toMatchObject({ result: { value: false }, detail: { transactionid: expect.any(String) } });
    const code = lastCode(api, phoneOf(serial));
    const other = serial === 'SALES' ? 'support' : 'sales';
    expect((await linotp.ask('/validate/check', { user: 'alice', realm: other, pass: `1234${code}` })).json.result.value).toBe(false);
    expect((await linotp.ask('/validate/check', { ...named, pass: `1234${code}` })).json.result.value).toBe(true);
  });

  it('are not taken apart where that is switched off', async () => {
    await api.admin('PUT', '/v1/settings/splitAtSign', { value: 'false' });
    expect((await linotp.ask('/validate/check', { user: 'alice@support', pass: '1234' })).json.detail).toBeUndefined();
    expect((await pi('/validate/check', { user: 'alice@support', pass: '1234' })).body.result.status).toBe(false);
    expect((await pi('/validate/check', { user: 'alice', realm: 'support', pass: '1234' })).body.detail.serial).toBe('SUPPORT');
    await api.admin('DELETE', '/v1/settings/splitAtSign');
  });

  it('of realms that do not exist are nobody', async () => {
    expect((await pi('/validate/check', { user: 'alice', realm: 'nowhere', pass: '1234' })).body.result.status).toBe(false);
    expect((await linotp.ask('/validate/check', { user: 'alice', realm: 'nowhere', pass: '1234' })).json.result.value).toBe(false);
  });

  it('get the SMS at the number that the directory has when it is sent', async () => {
    await api.admin('POST', '/v1/tokens', { serial: 'DYNAMIC', user: 'dora', dynamicPhone: true, pin: '9999' });
    ldap.entries[2] = person('dora', 'x', { mobile: '+491700000005' });
    expect((await pi('/validate/check', { user: 'dora', pass: '9999' })).body.result.authentication).toBe('CHALLENGE');
    expect(lastCode(api, '+491700000005')).toMatch(/^\d{6}$/);
  });

  describe('while their directory is down', () => {
    let transactionId: string;
    beforeAll(async () => {
      ({ transactionId } = (await api.call('POST', '/v1/challenges', { user: 'alice', pin: '1234' })).body);
      ldap.fails = 51;
    });
    afterAll(() => { ldap.fails = undefined; });
    const failCount = async (serial: string) => (await api.admin('GET', `/v1/tokens/${serial}`)).body.failCount;

    it('are refused as by a busy server, in every front end, and pay nothing', async () => {
      const before = await failCount('SALES');
      for (const user of ['alice', 'nobody']) {
        const native = await api.call('POST', '/v1/challenges', { user, pin: '1234' });
        expect([native.status, native.body.code, native.headers.get('retry-after')]).toEqual([503, 'no-directory', '1']);
        const privacyidea = await pi('/validate/check', { user, pass: '1234' });
        expect([privacyidea.status, privacyidea.body.result.status]).toEqual([503, false]);
        expect((await linotp.ask('/validate/check', { user, pass: '1234' })).json.result).toMatchObject({ value: false });
        expect((await linotp.ask('/validate/simplecheck', { user, pass: '1234' })).text).toBe(':-(');
        expect((await pi('/validate/triggerchallenge', { user }, jwt)).status).toBe(503);
        expect((await pi('/auth', { username: user, password: 'x' })).status).toBe(503);
        expect((await api.admin('GET', `/v1/users?user=${user}`)).status).toBe(503);
      }
      expect(await failCount('SALES')).toBe(before);
    });

    it('of other realms log in, administrators too, and tokens are listed', async () => {
      expect((await pi('/validate/check', { user: 'alice@support', pass: '1234' })).body.detail.serial).toBe('SUPPORT');
      expect((await pi('/auth', { username: 'admin', password: adminPassword })).status).toBe(200);
      const listed = await linotp.look('/admin/show', {});
      expect(listed.json.result.value.data.map((token: Record<string, unknown>) => token['User.username'])).toContain('alice');
    });

    it('make the service say so, and stay in the round', async () => {
      const ready = await api.call('GET', '/health/ready');
      expect([ready.status, ready.body]).toEqual([200, { status: 'ready', problems: [expect.stringMatching(/^user directory corp: ldap:\/\/127\.0\.0\.1:\d+: .*result code 51$/)] }]);
    });

    it('answer by its transaction a challenge that was sent before', async () => {
      expect((await api.call('POST', '/v1/answers', { transactionId, code: lastCode(api, salesPhone) })).body.outcome).toBe('accepted');
    });
  });
});
