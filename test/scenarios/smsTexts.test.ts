import { join } from 'node:path';
import { startApi, type Api } from '../fixtures/api.js';
import { newApiKey } from '../fixtures/apiKey.js';
import { tanager } from '../cli/screen.js';

/** What stands in an SMS, by the settings for the realm and the language of its token. */
describe('the text of an SMS', () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi({ TANAGER_USERS_FILE: join(__dirname, '../fixtures/conformance/users.passwd'), TANAGER_DIALECT: 'linotp' });
  });
  afterAll(() => api.stop());

  const set = async (settings: Readonly<Record<string, string>>): Promise<void> => {
    for (const { name, set: isSet } of (await api.admin('GET', '/v1/settings')).body.settings) if (isSet) await api.admin('DELETE', `/v1/settings/${name}`);
    for (const [name, value] of Object.entries(settings)) expect((await api.admin('PUT', `/v1/settings/${name}`, { value })).status).toBe(200);
  };
  let tokens = 0;
  const enrol = async (more: object = {}, info?: object): Promise<string> => {
    const serial = `TEXT${++tokens}`;
    expect((await api.admin('POST', '/v1/tokens', { serial, phone: '+49 170 1234567', pin: '1', ...more })).status).toBe(201);
    if (info) await api.admin('PATCH', `/v1/tokens/${serial}`, { info });
    return serial;
  };
  const last = (): string => api.tanager.development!.messages().at(-1)!.text.reveal();
  const sentTo = async (serial: string, text?: string): Promise<string> => {
    const { outcome } = (await api.admin('POST', '/v1/challenges', { serial, ...(text === undefined ? {} : { text }) })).body;
    expect(outcome).toBe('challenged');
    return last().replace(/\d{6}/g, 'CODE');
  };

  it('is the most specific one for the realm and the language of the token', async () => {
    await set({ 'sms.text': 'general {otp}', 'sms.text.de': 'deutsch {otp}', 'sms.text@Sales': 'sales {otp}', 'sms.text.de@sales': 'deutsch, sales {otp}', 'sms.language@sales': 'fr' });
    expect(await sentTo(await enrol())).toBe('general CODE');
    expect(await sentTo(await enrol({}, { language: 'de-AT' }))).toBe('deutsch CODE');
    expect(await sentTo(await enrol({ realms: ['SALES', 'other'] }))).toBe('sales CODE');
    expect(await sentTo(await enrol({ realms: ['sales'] }, { language: 'DE' }))).toBe('deutsch, sales CODE');
    expect(await sentTo(await enrol({ realms: ['sales'], user: 'alice' }))).toBe('general CODE');
    await api.admin('PUT', '/v1/settings/sms.language', { value: 'de' });
    expect(await sentTo(await enrol({ realms: ['other'] }))).toBe('deutsch CODE');
  });

  it('says who is meant, and what it is about', async () => {
    await set({ 'sms.text': '{givenname} {surname} ({username}@{userrealm}), {serial}: {otp}, {validity} min, {phone_redacted}{realm}', 'sms.providerTimeout': '90' });
    const serial = await enrol({ user: 'dave' });
    expect(await sentTo(serial)).toBe(`Dave Miller (dave@realm1), ${serial}: CODE, 2 min, ****-******67`);
    const nobodys = await enrol();
    expect(await sentTo(nobodys)).toBe(`(@), ${nobodys}: CODE, 2 min, ****-******67`);
  });

  it('ends with the lines for machines', async () => {
    await set({ 'sms.text': '„Code“ {otp}', 'sms.origin': 'example.com', 'sms.origin@sales': 'sales.example.com', 'sms.androidHash@sales': 'FA+9qCX9VSu', 'sms.transliterate': 'true' });
    await enrol();
    expect(await sentTo('TEXT1')).toBe('"Code" CODE\n\n@example.com #CODE');
    expect(await sentTo(await enrol({ realms: ['sales'] }), 'Hello')).toBe('CODE Hello\n\nFA+9qCX9VSu\n@sales.example.com #CODE');
  });

  it('is what a caller wants, whose braces stay as they are', async () => {
    await set({ 'sms.text': 'never {otp}' });
    expect(await sentTo(await enrol(), '{not a tag} {{serial}} {otp}')).toBe('{not a tag} {{serial}} CODE');
    const serial = await enrol();
    await api.call('POST', '/validate/check_s', new URLSearchParams({ serial, pass: '1', data: '{amount} EUR: <otp>' }));
    expect(last()).toMatch(/^\{amount\} EUR: \d{6}$/);
  });

  it("is what LinOTP's parameter challenge says, only where no administrator has set one", async () => {
    await set({ 'sms.text@sales': 'sales {otp}', 'sms.text.de': 'deutsch {otp}' });
    const ask = async (serial: string): Promise<string> => {
      await api.call('POST', '/validate/check_s', new URLSearchParams({ serial, pass: '1', challenge: 'Hello <otp>' }));
      return last().replace(/\d{6}/, 'CODE');
    };
    expect(await ask(await enrol())).toBe('Hello CODE');
    expect(await ask(await enrol({ realms: ['sales'] }))).toBe('sales CODE');
    expect(await ask(await enrol({}, { language: 'de' }))).toBe('deutsch CODE');
  });

  it('is refused with a tag that there is not, by every front end, and kept out of the trail', async () => {
    await set({});
    const put = (name: string, value: string) => api.admin('PUT', `/v1/settings/${name}`, { value });
    expect((await put('sms.text.de@sales', 'Hallo {vorname}: {otp}')).body).toMatchObject({
      status: 400, code: 'invalid', field: 'value', detail: expect.stringMatching(/^sms\.text\.de@sales holds \{vorname\}, which is no tag\. There are \{otp\}, /),
    });
    expect((await put('sms.origin', 'https://example.com')).body).toMatchObject({ status: 400, field: 'value', detail: expect.stringContaining('host name alone') });
    expect((await put('sms.androidHash@sales', 'short')).body).toMatchObject({ status: 400, field: 'value' });
    expect((await put('sms.language', 'german')).body).toMatchObject({ status: 400, field: 'value' });
    const { token } = (await api.call('POST', '/privacyidea/auth', { username: 'admin', password: 'adminpw12' })).body.result.value;
    const refused = await api.call('POST', '/privacyidea/system/setConfig', { 'sms.text@sales': '{vorname}' }, { Authorization: token });
    expect(refused).toMatchObject({ status: 400, body: { result: { status: false, error: { message: expect.stringContaining('sms.text@sales holds {vorname}') } } } });
    expect((await api.call('POST', '/privacyidea/system/setConfig', { 'sms.text@sales': "'{user}\\, {otp}'" }, { Authorization: token })).status).toBe(200);
    expect(await sentTo(await enrol({ realms: ['sales'] }))).toBe(', CODE');
  });

  describe('is shown before it is sent', () => {
    const preview = async (body: object) => (await api.admin('POST', '/v1/sms-texts/preview', body)).body;

    it('with its length, its segments and what is wrong with it', async () => {
      await set({ 'sms.text.de@sales': 'Für {user}: {otp}', 'sms.origin@sales': 'example.com', DefaultOtpLen: '8' });
      expect(await preview({})).toEqual({ text: '12345678', encoding: 'gsm-7', length: 8, segments: 1, foreign: [], problems: [] });
      const german = { text: 'Für Ada: 12345678\n\n@example.com #12345678', encoding: 'gsm-7', length: 41, segments: 1, foreign: [], problems: [] };
      expect(await preview({ realm: 'SALES', language: 'de-AT' })).toEqual(german);
      expect(await preview({ setting: 'sms.text.de@sales' })).toEqual(german);
      expect(await preview({ text: '„{naem}“' })).toEqual({
        text: '12345678 „{naem}“', encoding: 'ucs-2', length: 17, segments: 1, foreign: ['„', '“'], problems: ['{naem} is no tag', 'holds no {otp}: the code is put in front'],
      });
      await api.admin('PUT', '/v1/settings/sms.androidHash', { value: 'FA+9qCX9VSu' });
      expect((await preview({ text: `{otp} ${'x'.repeat(150)}` })).problems).toEqual([expect.stringContaining('140 octets')]);
    });

    it('to administrators, who say which one they mean', async () => {
      expect((await api.call('POST', '/v1/sms-texts/preview', {})).status).toBe(401);
      for (const [body, fault] of [[{ setting: 'sms.wait' }, 'setting'], [{ setting: 'sms.text.german' }, 'setting'], [{ setting: 'sms.text', text: 'x' }, 'setting'], [{ language: 'german' }, 'language']] as const) {
        expect(await preview(body)).toMatchObject({ status: 400, field: fault });
      }
    });

    it('on the command line', async () => {
      await set({ 'sms.text.de@sales': 'Für {user}: {otp} “' });
      const env = { TANAGER_URL: api.url, TANAGER_API_KEY: await newApiKey(api) };
      expect(await tanager(['text', 'preview', '--realm', 'sales', '--language', 'de'], env)).toEqual({
        code: 0, err: '', out: '  Für Ada: 123456 “\n\n1 SMS of 17 code units in UCS-2\nnot in the default alphabet: “\n',
      });
      expect(await tanager(['text', 'preview', '--text', '{x} {otp}'], env)).toMatchObject({ code: 0, out: '  {x} 123456\n\n1 SMS of 12 septets in the default alphabet\nnote: {x} is no tag\n' });
      expect(JSON.parse((await tanager(['text', 'preview', '--json'], env)).out)).toMatchObject({ segments: 1 });
      expect(await tanager(['text', 'preview', '--text', 'x', '--setting', 'sms.text'], env)).toMatchObject({ code: 2, err: 'tanager: --text and --setting exclude each other\n' });
      expect(await tanager(['text', 'preview', '--setting', 'PrependPin'], env)).toMatchObject({ code: 2, err: expect.stringContaining('sms.text') });
    });
  });
});
