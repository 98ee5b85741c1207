import { openStage, type OpenStage } from '../../fixtures/conformance/stage.js';
import { Sink } from '../../fixtures/conformance/sink.js';

/** What the recorded scenarios do not show. */
describe('the privacyIDEA dialect', () => {
  let stage: OpenStage;
  let sink: Sink;
  let jwt: string;
  beforeAll(async () => {
    [stage, sink] = await Promise.all([openStage('privacyidea'), Sink.open()]);
    jwt = (await post('/auth', { username: 'admin', password: stage.admin.password }, '')).json.result.value.token;
    await post('/smsgateway', {
      name: 'main', module: 'privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider', 'option.URL': `http://${sink.host}/`, 'option.HTTP_METHOD': 'POST', 'option.text': '{otp}', 'option.to': '{phone}',
    });
    await post('/system/setConfig', { 'sms.identifier': 'main' });
  });
  afterAll(async () => {
    sink.close();
    await stage.close();
  });

  // the shape of answers is what is tested here
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of every shape are looked into
  type Heard = { status: number; json: any; text: string; type: string };
  const ask = async (method: string, path: string, body?: Record<string, unknown>, authorization = jwt): Promise<Heard> => {
    const response = await fetch(`${stage.base}${path}`, {
      method, headers: { ...(authorization ? { authorization } : {}), ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, text, type, json: type.includes('json') ? JSON.parse(text) : undefined };
  };
  const post = (path: string, body: Record<string, unknown>, authorization?: string): Promise<Heard> => ask('POST', path, body, authorization);
  const get = (path: string, authorization?: string): Promise<Heard> => ask('GET', path, undefined, authorization);
  const enrol = (serial: string, user: string, more: Record<string, unknown> = {}): Promise<Heard> => post('/token/init', { type: 'sms', serial, user, pin: serial, phone: '+491700000001', ...more });
  const valueOf = ({ json }: Heard): unknown => json.result.value;
  const errorOf = ({ status, json }: Heard): unknown[] => [status, json.result.error?.code, json.result.error?.message];
  const record = async (serial: string): Promise<Record<string, unknown>> => (await get(`/token/?serial=${serial}`)).json.result.value.tokens[0];

  describe('samlcheck', () => {
    beforeAll(() => enrol('SAML', 'dave'));

    it('says who the user is when he is let in, and to nobody else', async () => {
      sink.received.length = 0;
      const challenged = await post('/validate/samlcheck', { user: 'dave', pass: 'SAML' }, '');
      expect(challenged.json.result).toMatchObject({ authentication: 'CHALLENGE', value: { auth: false, attributes: {} } });
      const answer = { user: 'dave', transaction_id: challenged.json.detail.transaction_id };
      expect((await post('/validate/samlcheck', { ...answer, pass: '000000' }, '')).json.result).toMatchObject({ authentication: 'REJECT', value: { auth: false, attributes: {} } });
      const right = await post('/validate/samlcheck', { ...answer, pass: sink.received[0]!.fields['text'] }, '');
      expect(right.json.result).toMatchObject({
        authentication: 'ACCEPT', value: { auth: true, attributes: { username: 'dave', realm: 'realm1', givenname: 'Dave', surname: 'Miller', email: 'dave@example.test', mobile: '+49111003' } },
      });
    });

    it('can be told otherwise', async () => {
      await post('/system/setConfig', { ReturnSamlAttributesOnFail: 'True' });
      expect((await post('/validate/samlcheck', { user: 'dave', pass: 'wrong' }, '')).json.result.value).toMatchObject({ auth: false, attributes: { username: 'dave' } });
      await ask('DELETE', '/system/ReturnSamlAttributesOnFail');
    });
  });

  it('says what the settings say', async () => {
    await enrol('TEXT', 'bob');
    await post('/system/setConfig', { sms_challenge_text: 'Look at your phone' });
    expect((await post('/validate/triggerchallenge', { user: 'bob' })).json.detail).toMatchObject({ message: 'Look at your phone', multi_challenge: [{ message: 'Look at your phone' }] });
    await ask('DELETE', '/system/sms_challenge_text');
  });

  it('refuses a setting that is too long, and says which', async () => {
    const answered = await post('/system/setConfig', { mine: 'x'.repeat(20_001) });
    expect(answered).toMatchObject({ status: 400, json: { result: { status: false, error: { message: expect.stringContaining('mine must have at most 20000 characters') as string } } } });
  });

  it('lists the challenges of several tokens in the order of their enrolment', async () => {
    for (const serial of ['ORDER-Z', 'ORDER-A']) await enrol(serial, 'erin', { pin: 'order' });
    const { detail } = (await post('/validate/check', { user: 'erin', pass: 'order' }, '')).json;
    expect(detail.multi_challenge.map(({ serial }: { serial: string }) => serial)).toEqual(['ORDER-Z', 'ORDER-A']);
    expect(detail.serial).toBe('ORDER-A');
  });

  it('tells which tokens could not be triggered beside others', async () => {
    for (const serial of ['MIXED1', 'MIXED2', 'MIXED3']) await enrol(serial, 'u03');
    await post('/token/info/MIXED2/sms.identifier', { value: 'no-such-gateway' });
    await post('/token/set', { serial: 'MIXED3', count_auth_max: 1 });
    await post('/validate/check', { serial: 'MIXED3', pass: 'wrong' }, '');
    expect((await post('/validate/triggerchallenge', { user: 'u03' })).json).toMatchObject({
      result: { value: 1 }, detail: { multi_challenge: [{ serial: 'MIXED1' }], messages: ['Enter the OTP from the SMS:', 'Authentication counter exceeded', 'The PIN was correct, but the SMS could not be sent!'] },
    });
  });

  it('puts into the challenge text what its tags stand for', async () => {
    await enrol('TAGS', 'u04', { phone: '+49 170 1234567' });
    const said = async (text: string): Promise<string> => {
      await post('/system/setConfig', { sms_challenge_text: text });
      return (await post('/validate/triggerchallenge', { serial: 'TAGS' })).json.detail.message;
    };
    expect(await said("'{user} {surname}\\, see {phone_redacted}{nothing}'")).toBe('User Four, see ****-******67');
    expect(await said('{phone} {username}@{userrealm} {serial} {tokentype}')).toBe('+49 170 1234567 u04@realm1 TAGS sms');
    await ask('DELETE', '/system/sms_challenge_text');
  });

  it('sends the next code with each success where the realm wants it', async () => {
    await enrol('NEXT', 'u01');
    await post('/system/setConfig', { 'smsautosend@realm1': 'True' });
    const arrived = async (count: number): Promise<string> => {
      while (sink.received.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
      return sink.received.at(-1)!.fields['text'] as string;
    };
    sink.received.length = 0;
    const { transaction_id } = (await post('/validate/check', { user: 'u01', pass: 'NEXT' }, '')).json.detail;
    expect((await post('/validate/check', { user: 'u01', pass: await arrived(1), transaction_id }, '')).json.detail.message).toBe('Found matching challenge');
    const next = await arrived(2);
    await stage.pass!(400_000);
    expect((await post('/validate/check', { user: 'u01', pass: `NEXT${next}` }, '')).json.detail.message).toBe('matching 1 tokens');
    await arrived(3);
    expect((await post('/validate/check', { user: 'u01', pass: `NEXT${next}` }, '')).json.detail.message).toBe('wrong otp value. previous otp used again');
    expect((await get('/audit/?serial=NEXT&action=*check&sortorder=asc')).json.result.value.auditdata.map((row: Record<string, unknown>) => row['authentication']))
      .toEqual(['CHALLENGE', 'ACCEPT', 'ACCEPT', 'REJECT']);
    await ask('DELETE', '/system/smsautosend@realm1');
  });

  it('lets nobody down because the next code cannot be sent', async () => {
    await enrol('STUCK', 'u05');
    const { transaction_id } = (await post('/validate/check', { user: 'u05', pass: 'STUCK' }, '')).json.detail;
    const code = sink.received.at(-1)!.fields['text'];
    await post('/system/setConfig', { smsautosend: 'True', 'sms.identifier': 'no-such-gateway' });
    expect((await post('/validate/check', { user: 'u05', pass: code, transaction_id }, '')).json.result.authentication).toBe('ACCEPT');
    await ask('DELETE', '/system/smsautosend');
    await post('/system/setConfig', { 'sms.identifier': 'main' });
  });

  it('says in one realm what it says nowhere else', async () => {
    await enrol('OWNED', 'u02');
    await post('/token/init', { type: 'sms', serial: 'LOOSE', phone: '+491700000777', pin: 'x', tokenrealm: 'sales' });
    await post('/system/setConfig', { 'sms_challenge_text@REALM1': 'Realm 1', 'sms_challenge_text@sales': 'Sales' });
    expect((await post('/validate/triggerchallenge', { user: 'u02' })).json.detail.message).toBe('Realm 1');
    expect((await post('/validate/triggerchallenge', { serial: 'LOOSE' })).json.detail.message).toBe('Sales');
    expect((await ask('GET', '/system/sms_challenge_text@Sales')).json.result.value).toBe('Sales');
    for (const realm of ['realm1', 'sales']) expect((await ask('DELETE', `/system/sms_challenge_text@${realm}`)).json.result.value).toBe(true);
    expect((await post('/system/setConfig', { 'hide.reasons@sales': 'True' })).status).toBe(400);
  });

  it('tells nobody why, where that is hidden', async () => {
    await enrol('HIDE', 'u01');
    await post('/token/disable', { serial: 'HIDE' });
    await post('/system/setConfig', { 'hide.reasons': 'True' });
    expect((await post('/validate/check', { user: 'u01', pass: 'HIDE' }, '')).json.detail).toMatchObject({ message: 'Authentication failed.' });
    expect(errorOf(await post('/validate/check', { user: 'nobody', pass: 'x' }, ''))).toEqual([401, 403, 'Authentication failed.']);
    await ask('DELETE', '/system/hide.reasons');
  });

  describe('sessions', () => {
    it('of users show them their own tokens and nothing else', async () => {
      await enrol('OWN', 'alice');
      const alice = (await post('/auth', { username: 'alice', password: 'test' }, '')).json.result.value.token;
      expect((await get('/token/?user=bob', alice)).json.result.value.tokens.map(({ serial }: { serial: string }) => serial)).toEqual(['OWN']);
      expect(errorOf(await ask('DELETE', '/token/OWN', undefined, alice))[1]).toBe(4306);
      const rows = (await get('/audit/', alice)).json.result.value.auditdata;
      expect(rows.map(({ user }: { user: string }) => user)).toEqual(rows.map(() => 'alice'));
      expect(rows.length).toBeGreaterThan(0);
    });

    it.each([[{ username: 'alice', password: 'wrong' }], [{ username: 'alice', password: 'test', realm: 'nowhere' }], [{ username: 'admin', password: 'adminpw12', realm: 'realm1' }], [{ username: 'admin@realm1', password: 'adminpw12' }]])(
      'are not given for %j', async (credentials) => expect(errorOf(await post('/auth', credentials, ''))).toEqual([401, 4031, 'Authentication failure. Wrong credentials']));

    it('are given for a user in a realm', async () => expect((await post('/auth', { username: 'alice@realm1', password: 'test' }, '')).json.result.value).toMatchObject({ role: 'user', username: 'alice', realm: 'realm1' }));

    it('take the header of their own before the usual one', async () => {
      const response = await fetch(`${stage.base}/token/`, { headers: { 'PI-Authorization': jwt, authorization: 'Basic abc' } });
      expect(response.status).toBe(200);
    });
  });

  describe('tokens', () => {
    it('are counted, filtered by what is sealed, sorted and listed as CSV', async () => {
      await enrol('LISTA', 'u02', { description: '=1+1' });
      await enrol('LISTB', 'u03', { description: 'b "quoted"' });
      expect((await get('/token/?serial=LIST*&sortby=username&sortdir=desc')).json.result.value).toMatchObject({ count: 2, tokens: [{ serial: 'LISTB' }, { serial: 'LISTA' }] });
      expect((await get('/token/?user=u0*&serial=LIST*')).json.result.value.count).toBe(2);
      expect((await get('/token/?description=*quoted*')).json.result.value).toMatchObject({ count: 1, tokens: [{ serial: 'LISTB' }] });
      expect((await get('/token/?type_list=hotp,totp')).json.result.value.count).toBe(0);
      const csv = await get('/token/?serial=LIST*&outform=csv');
      expect(csv.type).toMatch(/^text\/csv/);
      expect(csv.text.split('\r\n').slice(0, 3).map((line) => line.split(',').slice(0, 3).join(','))).toEqual(['serial,active,description', `"LISTA","true","'=1+1"`, '"LISTB","true","b ""quoted"""']);
    });

    it('keep what is theirs, and refuse what they cannot keep', async () => {
      await enrol('INFO', 'u04');
      const info = (key: string, text: string): Promise<Heard> => post(`/token/info/INFO/${key}`, { value: text });
      for (const [key, text] of [['count_auth_max', '3'], ['validity_period_end', '2099-01-01T00:00+0100'], ['sms.identifier', 'other'], ['hashlib', 'sha256'], ['note', 'x']] as const) expect(valueOf(await info(key, text))).toBe(true);
      expect((await record('INFO'))['info']).toMatchObject({ count_auth_max: '3', validity_period_end: '2098-12-31T23:00+0000', 'sms.identifier': 'other', hashlib: 'sha256', note: 'x' });
      for (const key of ['count_auth_max', 'validity_period_end', 'sms.identifier', 'note']) expect(valueOf(await ask('DELETE', `/token/info/INFO/${key}`))).toBe(true);
      const left = (await record('INFO'))['info'] as Record<string, string>;
      expect([left['count_auth_max'], left['validity_period_end'], left['sms.identifier'], left['note']]).toEqual([undefined, undefined, undefined, undefined]);
      for (const [key, text] of [['phone', 'no number'], ['tokenkind', 'hardware'], ['count_auth_max', 'x'], ['hashlib', 'md5'], ['validity_period_start', 'soon']] as const) expect((await info(key, text)).status).toBe(400);
      expect((await ask('DELETE', '/token/info/INFO/phone')).status).toBe(400);
      expect(valueOf(await info('dynamic_phone', '1'))).toBe(true);
      expect((await record('INFO'))['info']).toMatchObject({ dynamic_phone: '1' });
    });

    it('are given realms, validity and seeds at their enrolment', async () => {
      await enrol('BORN', 'u05', { validity_period_start: '2020-01-01 00:00Z', tokenrealm: 'Sales, support', otpkey: 'FLPF', otpkeyformat: 'hex' });
      expect(await record('BORN')).toBeUndefined();
      expect(valueOf(await enrol('BORN', 'u05', { validity_period_start: '2020-01-01 00:00Z', tokenrealm: 'Sales, support' }))).toBe(true);
      expect(await record('BORN')).toMatchObject({ realms: ['sales', 'support', 'realm1'], info: { validity_period_start: '2020-01-01T00:00+0000' } });
      expect(errorOf(await enrol('BORN2', 'u05', { otpkey: 'ABCDEFGH', otpkeyformat: 'base32check' }))).toEqual([400, 905, 'ERR905: Incorrect checksum.']);
      expect(valueOf(await post('/token/realm/BORN', { realms: ['realm1'] }))).toBe(true);
      expect(await record('BORN')).toMatchObject({ realms: ['realm1'] });
    });

    it('are named by several serials, or by their owner', async () => {
      await Promise.all([enrol('MANY1', 'u06'), enrol('MANY2', 'u07')]);
      expect(valueOf(await post('/token/disable', { serials: ['MANY1', 'MANY2'] }))).toBe(2);
      expect(errorOf(await post('/token/disable', { serials: 'MANY1,MANY9' }))).toEqual([404, 601, 'No token found for serials: MANY9']);
      expect(errorOf(await post('/token/enable', { serial: 'MANY1', user: 'u07' }))[2]).toBe('ERR905: Given serial does not belong to given user!');
      expect(errorOf(await post('/token/enable', { user: 'frank' }))).toEqual([404, 601, 'The requested token could not be found.']);
      expect(errorOf(await post('/token/enable', { serial: 'MANY*' }))[2]).toBe('ERR905: Invalid serial number.');
    });
  });

  it('removes several tokens at once', async () => {
    for (const serial of ['DEL1', 'DEL2']) await enrol(serial, 'u10');
    expect(valueOf(await ask('DELETE', '/token/', { serials: ['DEL1', 'NIX', 'DEL2'] }))).toEqual({ count_success: 2, failed: ['NIX'], unauthorized: [] });
    expect((await ask('DELETE', '/token/')).status).toBe(400);
  });

  describe('challenges', () => {
    it('are listed until they are answered, and can be called off', async () => {
      await enrol('CHAL', 'u08');
      const { transaction_id: tid } = (await post('/validate/triggerchallenge', { serial: 'CHAL' })).json.detail;
      expect((await get('/token/challenges/?transaction_id=' + tid)).json.result.value).toMatchObject({ count: 1, challenges: [{ serial: 'CHAL', transaction_id: tid, received_count: 0 }] });
      expect(valueOf(await ask('DELETE', `/token/challenges/transaction/${tid}`))).toBe(1);
      expect((await get('/token/challenges/CHAL')).json.result.value.count).toBe(0);
      expect((await ask('DELETE', '/token/challenges/transaction/0')).status).toBe(404);
      expect((await post('/validate/check', { serial: 'CHAL', transaction_id: tid, pass: '1' }, '')).json.detail.message).toBe('wrong otp pin');
    });
  });

  describe('gateways', () => {
    const module = 'privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider';
    it('are refused with the name of the option that is wrong, and never with its value', async () => {
      const refused = await post('/smsgateway', { name: 'bad', module, 'option.URL': 'http://user:hush@127.0.0.1/', 'option.HTTP_METHOD': 'PATCH' });
      expect(errorOf(refused).slice(0, 2)).toEqual([400, 905]);
      expect(refused.text).toContain('HTTP_METHOD');
      expect(refused.text).not.toContain('hush');
      expect((await post('/smsgateway', { name: 'bad', module: 'no.such.Provider' })).status).toBe(400);
      expect((await post('/smsgateway', { name: 'bad name', module, 'option.URL': 'http://127.0.0.1/' })).status).toBe(400);
    });

    it('hide what was marked as secret by hand', async () => {
      const id = valueOf(await post('/smsgateway', { name: 'marked', module, 'option.URL': 'http://127.0.0.1/', 'option.customer': '4711', 'secret.option.customer': '1' }));
      expect((await get(`/smsgateway/${id}`)).json.result.value).toMatchObject([{ options: { customer: '__CENSORED__' }, secret_options: ['customer'] }]);
    });

    it('may be put together step by step, and say what is missing', async () => {
      await enrol('STEPS', 'u06');
      const made = await post('/smsgateway', { name: 'steps', module, 'option.HTTP_METHOD': 'POST' });
      expect(made.json).toMatchObject({ result: { status: true, value: expect.any(Number) }, detail: { message: 'Nothing can be sent through this gateway yet: URL is missing' } });
      await post('/token/info/STEPS/sms.identifier', { value: 'steps' });
      expect((await post('/validate/check', { user: 'u06', pass: 'STEPS' }, '')).json.detail.message).toBe('The PIN was correct, but the SMS could not be sent!');
      const whole = await post('/smsgateway', { name: 'steps', module, 'option.URL': `http://${sink.host}/`, 'option.HTTP_METHOD': 'POST', 'option.text': '{otp}', 'option.to': '{phone}' });
      expect([valueOf(whole), whole.json.detail]).toEqual([valueOf(made), undefined]);
      expect((await post('/validate/check', { user: 'u06', pass: 'STEPS' }, '')).json.result.authentication).toBe('CHALLENGE');
      expect((await ask('DELETE', `/smsgateway/option/${valueOf(made)}/option.URL`)).status).toBe(200);
      expect((await ask('DELETE', `/smsgateway/option/${valueOf(made)}/URL`)).status).toBe(404);
    });

    it('can be defined without a name, as they were before they had names', async () => {
      await enrol('FIRST', 'u10');
      await ask('DELETE', '/system/sms.identifier');
      const config = JSON.stringify({ URL: `http://${sink.host}/first`, PARAMETER: { from: 'us' }, SMS_TEXT_KEY: 'message', SMS_PHONENUMBER_KEY: 'number', HTTP_Method: 'GET', PASSWORD: 'hush', USERNAME: 'me' });
      expect(errorOf(await post('/system/setConfig', { 'sms.providerConfig': config.replaceAll('"', '\u201c') })).slice(0, 2)).toEqual([400, 905]);
      expect(valueOf(await post('/system/setConfig', { 'sms.provider': module, 'sms.providerConfig': config }))).toEqual({ 'sms.provider': 'insert', 'sms.providerConfig': 'insert' });
      sink.received.length = 0;
      expect((await post('/validate/check', { user: 'u10', pass: 'FIRST' }, '')).json.result.authentication).toBe('CHALLENGE');
      expect(sink.received).toMatchObject([{ method: 'GET', path: '/first', fields: { from: 'us', number: '+491700000001', message: expect.stringMatching(/^\d{6}$/) } }]);
      expect((await get('/system/')).text).not.toContain('hush');
      expect(valueOf(await get('/system/sms.providerConfig'))).toBe('__CENSORED__');
      expect(valueOf(await ask('DELETE', '/system/sms.providerConfig'))).toBe(true);
      expect((await post('/validate/check', { user: 'u10', pass: 'FIRST' }, '')).json.detail.message).toBe('The PIN was correct, but the SMS could not be sent!');
      await post('/system/setConfig', { 'sms.identifier': 'main' });
    });

    it('are of the kinds that there are', async () => expect(Object.keys((await get('/smsgateway/providers')).json.result.value)).toContain(module));
  });

  it('finds rows of the audit by column, by what is not, and by age', async () => {
    const rows = async (query: string): Promise<Record<string, unknown>[]> => (await get(`/audit/?page_size=1000&${query}`)).json.result.value.auditdata;
    await enrol('ROWS', 'u09');
    await post('/validate/check', { user: 'u09', pass: 'nope' }, '');
    await post('/validate/check', { user: 'missing', pass: 'nope' }, '');
    expect(await rows('serial=ROWS&success=0')).toMatchObject([{ authentication: 'REJECT', info: 'wrong otp pin', user: 'u09' }]);
    expect(await rows('serial=ROWS&action=!*check')).toMatchObject([{ action: 'POST /token/init', administrator: 'admin' }]);
    await enrol('UNSENT', 'u09');
    await post('/smsgateway', { name: 'refusing', module: 'privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider', 'option.URL': `http://${sink.host}/`, 'option.RETURN_SUCCESS': 'NEVER' });
    await post('/token/info/UNSENT/sms.identifier', { value: 'refusing' });
    await post('/validate/check', { serial: 'UNSENT', pass: 'UNSENT' }, '');
    expect(await rows('serial=UNSENT&action=*check')).toMatchObject([{ authentication: 'REJECT', success: 0, info: 'The PIN was correct, but the SMS could not be sent!', administrator: '' }]);
    await ask('DELETE', '/token/UNSENT');
    expect((await rows('action=*auth&administrator=admin'))[0]).toMatchObject({ authentication: 'ACCEPT', success: 1 });
    await post('/system/setConfig', { OverrideAuthorizationClient: '127.0.0.0/8' });
    await post('/validate/check', { user: 'u09', pass: 'nope', client: '192.0.2.7' }, '');
    await ask('DELETE', '/system/OverrideAuthorizationClient');
    await post('/validate/check', { user: 'u09', pass: 'nope', client: '192.0.2.8' }, '');
    expect((await rows('serial=ROWS&success=0&sortorder=asc')).map((row) => row['client'])).toEqual(['127.0.0.1', '192.0.2.7', '127.0.0.1']);
    expect(await rows('user=miss*')).toMatchObject([{ authentication: 'REJECT', serial: '', realm: 'realm1' }]);
    expect(await rows('serial=ROWS&timelimit=1h')).toHaveLength(4);
    await stage.pass!(7_200_000);
    expect(errorOf(await get('/audit/'))).toEqual([401, 4305, 'Authentication failure. Your token has expired.']);
    jwt = (await post('/auth', { username: 'admin', password: stage.admin.password }, '')).json.result.value.token;
    expect(await rows('serial=ROWS&timelimit=1h')).toHaveLength(0);
    expect(await rows('serial=ROWS&timelimit=1d')).toHaveLength(4);
  });
});
