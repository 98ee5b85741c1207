import { openStage, type OpenStage } from '../../fixtures/conformance/stage.js';
import { Sink } from '../../fixtures/conformance/sink.js';
import { LinotpClient } from '../../fixtures/linotpClient.js';
import { asAdmin, hotp, rfcKey } from '../../fixtures/service.js';

describe('the LinOTP dialect', () => {
  let stage: OpenStage;
  let sink: Sink;
  let client: LinotpClient;
  const provider = (path = '/sms') => JSON.stringify({ URL: `http://${sink.host}${path}`, SMS_TEXT_KEY: 'text', SMS_PHONENUMBER_KEY: 'to', HTTP_Method: 'POST' });
  beforeAll(async () => {
    stage = await openStage('linotp');
    sink = await Sink.open();
    client = await LinotpClient.signIn(stage);
  });
  beforeEach(async () => {
    await client.administer('/system/setConfig', { SMSProvider: 'HttpSMSProvider', SMSProviderConfig: provider(), SMSBlockingTimeout: '0' });
    sink.received.length = 0;
  });
  afterAll(async () => {
    sink.close();
    await stage.close();
  });
  const enrol = (serial: string, user: string, pin: string, more: Record<string, string> = {}) =>
    client.administer('/admin/init', { type: 'sms', serial, user, pin, phone: '+491701234567', otpkey: rfcKey, ...more });
  const failCount = async (serial: string): Promise<number> => (await client.look('/admin/show', { serial })).json.result.value.data[0]['LinOtp.FailCount'];

  describe('simplecheck', () => {
    it('answers byte by byte, as text/html and without a new line', async () => {
      await enrol('SC1', 'u01', 'pin');
      const sent = await client.ask('/validate/simplecheck', { user: 'u01', pass: 'pin' });
      expect(sent.type).toBe('text/html; charset=utf-8');
      expect(sent.text).toMatch(/^:-\( [1-9]\d{16} sms submitted$/);
      expect(sent.headers.get('content-length')).toBe(String(Buffer.byteLength(sent.text)));
      expect((await client.ask('/validate/simplecheck', { user: 'u01', pass: `pin${hotp(1)}` })).text).toBe(':-)');
      expect((await client.ask('/validate/simplecheck', { user: 'u01', pass: `pin${hotp(1)}` })).text).toBe(':-(');
      expect((await client.ask('/validate/simplecheck')).text).toBe(':-(');
    });

    it('takes the state as RADIUS hands it back', async () => {
      await enrol('SC2', 'u02', 'pin');
      const [, state] = (await client.ask('/validate/simplecheck', { user: 'u02', pass: 'pin' })).text.split(' ');
      expect((await client.ask('/validate/simplecheck', { user: 'u02', pass: hotp(1), state: state! })).text).toBe(':-)');
    });

    it('says what the administrator wants it to say', async () => {
      await client.administer('/system/setConfig', { SMS_CHALLENGE_PROMPT: 'Enter it' });
      await enrol('SC3', 'u03', 'pin');
      expect((await client.ask('/validate/simplecheck', { user: 'u03', pass: 'pin' })).text).toMatch(/^:-\( \d{17} Enter it$/);
      expect((await client.ask('/validate/smspin', { user: 'u03', pass: 'pin' })).json).toMatchObject({ result: { value: true }, id: { message: 'Enter it' } });
      await client.administer('/system/delConfig', { key: 'SMS_CHALLENGE_PROMPT' });
      expect((await client.ask('/validate/simplecheck', { user: 'u03', pass: 'pin' })).text).toMatch(/ sms submitted$/);
    });

    it('says in one realm what it says nowhere else', async () => {
      await client.administer('/system/setConfig', { 'SMS_CHALLENGE_PROMPT@Sales': 'Sales, enter it', 'SMSProviderTimeout@sales': '60' });
      await enrol('SC4', 'u03', 'pin4');
      await client.administer('/admin/init', { type: 'sms', serial: 'SC5', pin: 'pin5', phone: '+491701234567', otpkey: rfcKey, tokenrealm: 'sales' });
      const prompt = async (serial: string, pass: string) => (await client.ask('/validate/check_s', { serial, pass })).json.detail.message;
      expect([await prompt('SC5', 'pin5'), await prompt('SC4', 'pin4')]).toEqual(['Sales, enter it', 'sms submitted']);
      expect((await client.look('/system/getConfig', { key: 'linotp.SMSProviderTimeout@SALES' })).json.result.value).toEqual({ 'getConfig linotp.SMSProviderTimeout@SALES': '60' });
      expect((await client.look('/system/getConfig')).json.result.value).toMatchObject({ 'SMSProviderTimeout@sales': '60' });
      for (const key of ['SMS_CHALLENGE_PROMPT@sales', 'SMSProviderTimeout@sales']) await client.administer('/system/delConfig', { key });
      expect(await prompt('SC5', 'pin5')).toBe('sms submitted');
      const refused = await client.administer('/system/setConfig', { 'PrependPin@sales': 'True' });
      expect(refused.json.result).toMatchObject({ status: false, error: { message: expect.stringContaining('PrependPin@sales cannot be set') } });
    });
  });

  describe('several tokens of a user', () => {
    it('with one PIN are asked by smspin and inside the blocking time once', async () => {
      await enrol('TWO1', 'u04', 'pin');
      await enrol('TWO2', 'u04', 'pin', { phone: '+491701234568' });
      await client.administer('/system/setConfig', { SMSBlockingTimeout: '60' });
      const asked = (await client.ask('/validate/smspin', { user: 'u04', pass: 'pin' })).json;
      expect(asked).toMatchObject({ result: { value: true }, id: { challenges: { TWO1: { transactionid: expect.stringMatching(/\.01$/) }, TWO2: { transactionid: expect.stringMatching(/\.02$/) } } } });
      expect(asked.id.state).toBe(asked.id.transactionid);
      const again = (await client.ask('/validate/check', { user: 'u04', pass: 'pin' })).json.detail;
      expect(again.transactionid).toBe(asked.id.transactionid);
      expect(again.challenges.TWO1).toMatchObject({ message: 'sms with otp already submitted', info: 'challenge already submitted', transactionid: asked.id.challenges.TWO1.transactionid });
      expect(again.challenges.TWO2).toMatchObject({ message: 'sms with otp already submitted', transactionid: asked.id.challenges.TWO2.transactionid });
      expect(sink.received).toHaveLength(2);
      const watched = (await client.ask('/validate/check_status', { user: 'u04', pass: 'pin', transactionid: asked.id.transactionid })).json;
      expect(Object.keys(watched.detail.transactions).sort()).toEqual([asked.id.challenges.TWO1.transactionid, asked.id.challenges.TWO2.transactionid]);
      expect((await client.ask('/validate/check_t', { transactionid: asked.id.challenges.TWO2.transactionid, pass: hotp(1) })).json.result.value).toEqual({ value: true, failcount: 0 });
    });

    it('stand and fall together, each with a PIN of its own', async () => {
      await enrol('OWN1', 'u05', 'first');
      await enrol('OWN2', 'u05', 'second');
      await client.ask('/validate/check', { user: 'u05', pass: 'first' });
      expect((await client.ask('/validate/check', { user: 'u05', pass: 'first000000' })).json.result.value).toBe(false);
      expect([await failCount('OWN1'), await failCount('OWN2')]).toEqual([1, 1]);
      expect((await client.ask('/validate/check', { user: 'u05', pass: `first${hotp(1)}` })).json.result.value).toBe(true);
      expect([await failCount('OWN1'), await failCount('OWN2')]).toEqual([0, 0]);
    });

    it('of which one cannot be reached: the other is the only one in the map', async () => {
      await enrol('HALF1', 'u06', 'pin');
      await enrol('HALF2', 'u06', 'pin');
      await client.administer('/system/setProvider', { name: 'dead', type: 'sms', class: 'HttpSMSProvider', timeout: '1', config: '{"URL": "http://127.0.0.1:1/"}' });
      await stage.http.application.tokens.adjust('HALF2', { gateway: 'dead' }, asAdmin());
      const { detail } = (await client.ask('/validate/check', { user: 'u06', pass: 'pin' })).json;
      expect(Object.keys(detail.challenges)).toEqual(['HALF1']);
      expect(detail.challenges.HALF1.transactionid).toBe(`${detail.transactionid}.01`);
      expect((await client.ask('/validate/check', { user: 'u06', pass: hotp(1), transactionid: detail.transactionid })).json.result.value).toBe(true);
    });
  });

  it('check_s takes a user for his only token', async () => {
    await enrol('ONLY', 'u07', 'pin');
    expect((await client.ask('/validate/check_s', { user: 'u07', pass: 'pin' })).json).toMatchObject({ result: { status: true, value: false }, detail: { linotp_tokenserial: 'ONLY' } });
    expect((await client.ask('/validate/check_s', { user: 'frank', pass: 'pin' })).json.result).toEqual({ status: false, value: false });
    expect((await client.ask('/validate/check_s', { user: 'nobody', pass: 'pin' })).json.result).toEqual({ status: false, value: false });
  });

  it('takes the text of the SMS from the caller, unless the administrator forbids it', async () => {
    await enrol('TEXT', 'u08', 'pin');
    const sent = async (more: Record<string, string>) => {
      sink.received.length = 0;
      await client.ask('/validate/check', { user: 'u08', pass: 'pin', ...more });
      return String(sink.received[0]?.fields['text']).replace(/\d{6}/, 'CODE');
    };
    expect(await sent({ data: 'one <otp>', message: 'two <otp>' })).toBe('one CODE');
    expect(await sent({ message: 'two <otp>' })).toBe('two CODE');
    expect(await sent({ challenge: 'three <otp>', data: 'one <otp>', serial: 'NIX' })).toBe('three CODE');
    await client.administer('/system/setConfig', { 'sms.text': 'Code <otp>.' });
    expect(await sent({ data: '' })).toBe('Code CODE.');
    expect(await sent({ challenge: 'three <otp>' })).toBe('Code CODE.');
    await client.administer('/system/setConfig', { enforce_smstext: 'true' });
    expect(await sent({ data: 'one <otp>' })).toBe('Code CODE.');
    for (const key of ['sms.text', 'enforce_smstext']) await client.administer('/system/delConfig', { key });
  });

  it('passes over tokens of other types', async () => {
    await enrol('TYPE', 'u09', 'pin');
    expect((await client.ask('/validate/check', { user: 'u09', pass: 'pin', token_type: 'hmac' })).json).not.toHaveProperty('detail');
    expect((await client.ask('/validate/check', { user: 'u09', pass: 'pin', token_type: 'SMS' })).json).toHaveProperty('detail');
  });

  it('tells the lengths of PIN and code to whoever wants to know', async () => {
    await enrol('INFO', 'u10', 'pin4');
    await client.ask('/validate/check', { user: 'u10', pass: 'pin4' });
    expect((await client.ask('/validate/check', { user: 'u10', pass: `pin4${hotp(1)}`, auth_info: 'true' })).json.detail).toEqual({ auth_info: [['pin_length', 4], ['otp_length', 6]] });
  });

  it('tells samlcheck who the user is, if the administrator allows it', async () => {
    await enrol('SAML', 'alice', 'pin');
    await client.administer('/system/setConfig', { allowSamlAttributes: 'True' });
    await client.ask('/validate/samlcheck', { user: 'alice', pass: 'pin' });
    expect((await client.ask('/validate/samlcheck', { user: 'alice', pass: `pin${hotp(1)}` })).json.result.value).toEqual({
      auth: true, attributes: { username: 'alice', surname: 'Smith', givenname: 'Alice', email: 'alice@example.test', mobile: expect.any(String), phone: expect.any(String) },
    });
    await client.administer('/system/delConfig', { key: 'allowSamlAttributes' });
  });

  describe('a session', () => {
    it('changes nothing without what the second cookie holds', async () => {
      const { cookie } = client.session as { cookie: string };
      expect((await client.send('/admin/init', { method: 'POST', headers: { cookie } })).status).toBe(401);
      expect((await client.send('/admin/init', { method: 'POST', headers: { cookie, 'x-csrf-token': 'guessed' } })).status).toBe(401);
      expect((await client.send('/admin/show', { headers: { cookie } })).status).toBe(200);
      const asField = new URLSearchParams({ type: 'sms', csrf_token: client.session['x-csrf-token']! });
      expect((await client.send('/admin/init', { method: 'POST', headers: { cookie }, body: asField })).json.result.error?.code).toBe(905);
    });

    it('is over after logout', async () => {
      const other = await LinotpClient.signIn(stage);
      expect((await other.look('/admin/show')).status).toBe(200);
      expect((await other.administer('/admin/logout')).json.result.value).toBe(true);
      expect((await other.look('/admin/show')).status).toBe(401);
    });

    it('is renewed in passing before its time is over, and then it is over', async () => {
      const minutes = (count: number) => stage.pass!(count * 60_000);
      const other = await LinotpClient.signIn(stage);
      expect((await other.look('/admin/show')).headers.getSetCookie()).toEqual([]);
      await minutes(26);
      expect((await other.look('/admin/show')).headers.getSetCookie()).toHaveLength(2);
      await minutes(5);
      expect((await other.look('/admin/show')).status).toBe(401);
      client = await LinotpClient.signIn(stage);
    });

    it('is kept from scripts', async () => {
      const { headers } = await client.ask('/admin/login', { username: stage.admin.name, password: stage.admin.password });
      const [session, csrf] = headers.getSetCookie();
      expect(session).toMatch(/^access_token_cookie=.*; HttpOnly; .*SameSite=Strict/);
      expect(csrf).toMatch(/^csrf_access_token=[0-9a-f]+; Path=\//);
      expect(csrf).not.toMatch(/HttpOnly/);
    });
  });

  describe('providers', () => {
    it.each([
      ['typographic quotes', '{“URL”: "http://x/"}', /SMSProviderConfig is not JSON: character 2 .*“ \(U\+201C\)/],
      ['single quotes', "{'URL': 'http://x/'}", /SMSProviderConfig is not JSON: character 2 .*' \(U\+0027\)/],
      ['a comma too many', '{"URL": "http://x/",}', /character 21/],
    ])('with %s are refused when they are saved', async (_, config, message) => {
      const { json } = await client.administer('/system/setConfig', { SMSProviderConfig: config });
      expect(json.result).toMatchObject({ status: false, error: { code: -311, message: expect.stringMatching(message) } });
      expect((await client.look('/system/getProvider', { type: 'sms' })).json.result.value.imported_default.Config).toBe(provider());
    });

    it('that cannot send yet are kept, and the answer says why', async () => {
      const { json } = await client.administer('/system/setConfig', { SMSProviderConfig: '{"SMS_TEXT_KEY": "text"}' });
      expect(json).toMatchObject({ result: { status: true }, detail: { message: expect.stringContaining('URL is missing') } });
      const smtp = (await client.administer('/system/setConfig', { SMSProvider: 'smsprovider.SmtpSMSProvider.SmtpSMSProvider' })).json;
      expect(smtp).toMatchObject({ result: { status: true } });
      expect((await client.administer('/system/setConfig', { SMSProvider: 'Nix' })).json.result.error?.message).toBe('Unknown provider class: Identifier was Nix');
    });

    it('show no password, and keep it when they are posted back', async () => {
      const config = JSON.stringify({ URL: `http://${sink.host}/sms?apikey=geheim1`, PARAMETER: { password: 'geheim2' }, USERNAME: 'u', PASSWORD: 'geheim3', SMS_TEXT_KEY: 'text' });
      await client.administer('/system/setProvider', { name: 'kept', type: 'sms', class: 'HttpSMSProvider', timeout: '5', config });
      const { Config: shown, Timeout } = (await client.look('/system/getProvider', { type: 'sms', name: 'kept' })).json.result.value.kept;
      expect(Timeout).toBe('5');
      expect(shown).not.toContain('geheim');
      await client.administer('/system/setProvider', { name: 'kept', type: 'sms', class: 'HttpSMSProvider', timeout: '7', config: shown });
      expect((await stage.http.application.queries.gateway('kept'))?.options).toEqual({ ...(JSON.parse(config) as object), timeout: '7' });
    });

    it('are defined by their keys as well', async () => {
      const { json } = await client.administer('/system/setConfig', { 'SMSProvider.keyed': 'HttpSMSProvider', 'linotp.SMSProvider.keyed.Config': provider('/keyed'), 'SMSProvider.keyed.Timeout': '3' });
      expect(json.result.value).toEqual({ 'setConfig SMSProvider.keyed:HttpSMSProvider': true, 'setConfig linotp.SMSProvider.keyed.Config:***': true, 'setConfig SMSProvider.keyed.Timeout:3': true });
      expect((await client.look('/system/getProvider', { type: 'sms', name: 'keyed' })).json.result.value.keyed).toEqual({ Class: 'HttpSMSProvider', Timeout: '3', Config: provider('/keyed'), Default: false });
    });

    it.each([['setProvider', {}], ['setProvider', { name: 'x', type: 'sms', class: 'HttpSMSProvider' }], ['getProvider', {}], ['delProvider', { type: 'sms' }], ['setDefaultProvider', { name: 'x' }]])('%s misses what is missing in %j', async (action, form) => {
      const { json } = action === 'getProvider' ? await client.look('/system/getProvider', form) : await client.administer(`/system/${action}`, form as Record<string, string>);
      expect(json.result.error).toMatchObject({ code: 905, message: expect.stringMatching(/^ERR905: missing key KeyError\('\w+'\)$/) });
    });

    it('pass no test, as in LinOTP, but hear why or where', async () => {
      const test = async (name: string) => (await client.administer('/system/testProvider', { type: 'sms', name })).json;
      expect(await test('imported_default')).toMatchObject({ result: { status: true, value: false }, detail: { message: expect.stringContaining('POST /v1/gateways/imported_default/test') } });
      await client.administer('/system/setProvider', { name: 'half', type: 'sms', class: 'HttpSMSProvider', timeout: '5' });
      expect((await test('half')).detail.message).toContain('URL is missing');
      expect((await test('none')).detail.message).toBe("Unknown provider! 'none'");
    });

    it('never show in the configuration or the audit', async () => {
      await client.administer('/system/setConfig', { SMSProviderConfig: JSON.stringify({ URL: 'http://x/', PASSWORD: 'geheim4' }), 'my.password': 'geheim5', 'a.key': 'geheim6', 'a.key.type': 'password' });
      expect((await client.look('/system/getConfig')).text).not.toMatch(/geheim/);
      expect((await client.look('/audit/search', { rp: '1000' })).text).not.toMatch(/geheim/);
    });
  });

  describe('administration', () => {
    it('sets nothing if one value is wrong', async () => {
      await enrol('SET', 'bob', 'pin');
      expect((await client.administer('/admin/set', { serial: 'SET', description: 'new', MaxFailCount: 'many' })).json.result.error?.code).toBe(-311);
      expect((await client.look('/admin/show', { serial: 'SET' })).json.result.value.data[0]['LinOtp.TokenDesc']).toBe('');
    });

    it('sets several things of one token in one request', async () => {
      await enrol('MANY', 'carol', 'pin');
      const { json } = await client.administer('/admin/set', { serial: 'MANY', pin: 'new', phone: '+491709999999', description: 'text', maxfailcount: '5', validityPeriodEnd: '31/12/30 23:59' });
      expect(json.result.value).toEqual({ 'set pin': 1, 'set phone': 1, 'set description': 1, 'set MaxFailCount': 1, 'set validityPeriodEnd': 1 });
      const [record] = (await client.look('/admin/show', { serial: 'MANY', tokeninfo_format: 'json' })).json.result.value.data;
      expect(record).toMatchObject({ 'LinOtp.TokenDesc': 'text', 'LinOtp.MaxFail': 5, 'LinOtp.TokenInfo': { phone: '+491709999999', validity_period_end: '31/12/30 23:59' } });
      expect((await client.ask('/validate/check', { user: 'carol', pass: 'new' })).json).toHaveProperty('detail');
    });

    it('finds tokens by words, in any order, a page at a time', async () => {
      await enrol('FIND1', 'dave', 'pin', { description: 'Findme b' });
      await enrol('FIND2', 'dave', 'pin', { description: 'findme a' });
      await enrol('FIND3', 'erin', 'pin');
      const serials = async (query: Record<string, string>) => ((await client.look('/admin/show', query)).json.result.value.data as Record<string, string>[]).map((record) => record['LinOtp.TokenSerialnumber']);
      expect(await serials({ filter: 'FINDME', sortby: 'TokenDesc' })).toEqual(['FIND1', 'FIND2']);
      expect(await serials({ serial: 'FIND*', sortby: 'TokenSerialnumber', sortdir: 'desc', pagesize: '2' })).toEqual(['FIND3', 'FIND2']);
      expect(await serials({ user: 'erin' })).toEqual(['FIND3']);
      expect(await serials({ user: 'nobody' })).toEqual([]);
      expect(await serials({ serial: 'FIND*', sortby: 'constructor' })).toEqual(['FIND1', 'FIND2', 'FIND3']);
      expect((await client.look('/admin/show', { page: 'x' })).json.result.error?.code).toBe(9876);
    });

    it('tells by httperror and the setting errors what went wrong', async () => {
      const { status, text } = await client.administer('/admin/init', { type: 'sms', httperror: '418' });
      expect(status).toBe(418);
      expect(text).toContain('905: ERR905: Missing parameter: &#39;phone&#39;');
      await client.administer('/system/setConfig', { errors: '77, 1102' });
      expect((await client.administer('/admin/init', { type: 'sms', httperror: '418' })).status).toBe(200);
      await client.administer('/system/delConfig', { key: 'errors' });
    });
  });

  it('takes realms and validity as scripts set them', async () => {
    await enrol('SCOPE', 'u07', 'scope');
    const record = async () => (await client.look('/admin/show', { serial: 'SCOPE', tokeninfo_format: 'json' })).json.result.value.data[0];
    expect((await client.administer('/admin/tokenrealm', { serial: 'SCOPE', realms: 'realm1, sales' })).json.result.value).toBe(1);
    const end = String(Date.parse('2026-12-31T23:59:00Z') / 1000);
    expect((await client.administer('/admin/setValidity', { 'tokens[]': 'SCOPE', countAuthMax: '5', validityPeriodEnd: end })).json.result.value).toEqual(['SCOPE']);
    expect(await record()).toMatchObject({ 'LinOtp.RealmNames': ['realm1', 'sales'], 'LinOtp.TokenInfo': { count_auth_max: 5, validity_period_end: '31/12/26 23:59' } });
    await client.administer('/admin/setValidity', { 'tokens[]': 'SCOPE', countAuthMax: 'unlimited', validityPeriodEnd: 'unlimited' });
    expect((await record())['LinOtp.TokenInfo']).toEqual({ phone: '+491701234567', hashlib: 'sha1' });
    const code = async (path: string, form: Record<string, string>) => (await client.administer(path, form)).json.result.error?.code;
    expect(await code('/admin/setValidity', { 'tokens[]': 'SCOPE', countAuthMax: 'many' })).toBe(-311);
    expect(await code('/admin/setValidity', { countAuthMax: '1' })).toBe(905);
    expect(await code('/admin/setValidity', { 'tokens[]': 'NIX', countAuthMax: '1' })).toBe(1102);
    expect(await code('/admin/tokenrealm', { serial: 'NIX', realms: 'realm1' })).toBe(1102);
    expect(await code('/admin/tokenrealm', { serial: 'SCOPE' })).toBe(905);
  });

  it('makes transaction ids as long as is wanted', async () => {
    await enrol('LENGTH', 'u06', 'length');
    expect((await client.administer('/system/setConfig', { TransactionIdLength: '11' })).json.result.error?.code).toBe(-311);
    await client.administer('/system/setConfig', { TransactionIdLength: '14' });
    expect((await client.ask('/validate/simplecheck', { user: 'u06', pass: 'length' })).text).toMatch(/^:-\( [1-9]\d{13} sms submitted$/);
    await client.administer('/system/delConfig', { key: 'TransactionIdLength' });
  });

  it('tells whoever asks that it is alive', async () =>
    expect(JSON.parse((await client.send('/healthcheck/status', {})).text)).toEqual({ status: 'alive', uptime: expect.any(Number), version: expect.stringMatching(/^Tanager /) }));

  it('gives lists as CSV', async () => {
    await enrol('CSV', 'u09', 'csv', { description: "it's hers" });
    const [header, line] = (await client.look('/admin/show', { serial: 'CSV', outform: 'csv' })).text.split('\n');
    expect(header).toMatch(/^'LinOtp.TokenId'; 'LinOtp.TokenDesc'; 'LinOtp.TokenSerialnumber'; /);
    expect(line).toMatch(/^'\d+'; 'it''s hers'; 'CSV'; 'sms'; '\{"phone": .*'; .*; '\["realm1"\]'; /);
    const audit = await client.look('/audit/search', { serial: 'CSV', outform: 'csv', delimiter: ';' });
    expect(audit.type).toBe('application/force-download');
    expect(audit.text).toMatch(/^'number';'date';.*\n('\d+';.*;'CSV';.*\n)+$/);
    expect((await client.look('/audit/search', { serial: 'CSV', outform: 'csv', headers: 'false' })).text).toMatch(/^'\d+',/);
  });

  it('finds in the audit what happened, by patterns, newest first', async () => {
    await enrol('AUDIT', 'frank', 'pin');
    await client.ask('/validate/check', { user: 'frank', pass: 'wrong' });
    const search = async (query: Record<string, string>) => (JSON.parse((await client.look('/audit/search', query)).text) as { total: number; rows: { cell: unknown[] }[] });
    expect((await search({ serial: 'AUDIT', action: 'validate/%' })).rows.map(({ cell }) => [cell[5], cell[8], cell[11]])).toEqual([['0', 'frank', 'wrong otp pin -1']]);
    // an SMS on its way is what smspin wants, and no login yet to the others
    for (const action of ['smspin', 'simplecheck']) await client.ask(`/validate/${action}`, { user: 'frank', pass: 'pin' });
    expect((await search({ serial: 'AUDIT', action_detail: 'challenge%', sortorder: 'asc' })).rows.map(({ cell }) => [cell[4], cell[5]])).toEqual([['validate/smspin', '1'], ['validate/simplecheck', '0']]);
    await client.administer('/system/setConfig', { SMSProviderConfig: JSON.stringify({ ...(JSON.parse(provider()) as object), RETURN_SUCCESS: 'NEVER' }) });
    await client.ask('/validate/smspin', { user: 'frank', pass: 'pin' });
    expect((await search({ serial: 'AUDIT', rp: '1' })).rows.map(({ cell }) => [cell[4], cell[5], cell[11], cell[12]])).toEqual([['validate/smspin', '0', '', expect.stringMatching(/^The SMS could not be sent: imported_default: /)]]);
    expect((await search({ action: 'admin/login', rp: '1' })).rows[0]!.cell[10]).toBe("'admin'");
    expect((await search({ query: 'serial=AUDIT;action=admin/init', qtype: 'extsearch' })).total).toBe(1);
    expect((await search({ query: 'AUDIT', qtype: 'serial', rp: '1', page: '2' })).rows).toHaveLength(1);
    expect((await search({ serial: 'AUDIT', user: 'nobody' })).rows).toEqual([]);
    expect((await search({ serial: 'AUDIT', user: 'nobody', or: 'true' })).total).toBeGreaterThan(0);
  });
});
