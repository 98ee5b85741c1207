import { Writable } from 'node:stream';
import { makeLog } from '../../../src/security/redact.js';
import { lastCode, startApi, type Api, type Reply } from '../../fixtures/api.js';
import { TestClock } from '../../fixtures/service.js';

const phone = '+491701234567';
const pin = '47 11&"<ü%41+';

/** Where a browser would put the focus, what it reads aloud there, and what it would send beside what is typed. */
const seen = ({ body }: Reply) => {
  const page = body as string;
  const focused = /<input[^>]* autofocus[^>]*>/.exec(page)?.[0];
  const describedBy = /aria-describedby="([^"]+)"/.exec(focused ?? '')?.[1]?.split(' ') ?? [];
  return {
    title: /<title>(.*)<\/title>/.exec(page)![1]!,
    heading: /<h1>(.*)<\/h1>/.exec(page)![1]!,
    status: /role="status">(?:<strong>)?([^<]*)/.exec(page)?.[1],
    problem: /role="alert">([^<]*)/.exec(page)?.[1],
    focus: /name="([^"]+)"/.exec(focused ?? '')?.[1],
    described: describedBy.map((id) => new RegExp(`id="${id}"[^>]*>([^<]*)`).exec(page)?.[1]),
    hidden: Object.fromEntries([...page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value])),
    user: /name="user" value="([^"]*)"/.exec(page)?.[1],
  };
};

describe('the pages for people who log in', () => {
  const clock = new TestClock(new Date());
  const lines: string[] = [];
  let api: Api;
  beforeAll(async () => {
    api = await startApi({ TANAGER_DIALECT: 'linotp' }, { clock, log: makeLog('trace', new Writable({ write: (chunk: Buffer, _, done) => { lines.push(chunk.toString()); done(); } })) });
    for (const [serial, user] of [['T1', 'alice'], ['T2', 'bob'], ['T3', 'carol'], ['T4', 'dave']]) await api.admin('POST', '/v1/tokens', { serial, user, phone, pin });
    await api.admin('PUT', '/v1/settings/SMSBlockingTimeout', { value: '0' });
  });
  afterAll(() => api.stop());

  const browser = { 'Sec-Fetch-Site': 'same-origin' };
  const get = (path: string): Promise<Reply> => api.call('GET', path);
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = browser): Promise<Reply> => api.call('POST', path, new URLSearchParams(fields), headers);
  const sent = (): number => api.tanager.development!.messages().length;

  it.each(['/auth', '/auth/', '/auth/index', '/auth/index3', '/auth/requestsms', '/auth/challenge-response', '/auth/challenge_response'])('%s is there with and without prefix', async (path) => {
    for (const place of [path, `/linotp${path}`]) {
      const reply = await get(place);
      expect([reply.status, reply.headers.get('content-type'), reply.headers.get('cache-control')]).toEqual([200, 'text/html; charset=utf-8', 'no-store']);
      expect(seen(reply)).toMatchObject({ focus: 'user', user: '', problem: undefined, described: [] });
      expect(reply.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/);
      expect(reply.body).not.toMatch(/<script|https?:\/\/|@import|url\(| on\w+=/);
      expect((await api.call('HEAD', place)).status).toBe(200);
      for (const [, link] of (reply.body as string).matchAll(/href="([^"]+)"/g)) expect((await get(link!)).status).toBe(200);
      for (const [, id] of (reply.body as string).matchAll(/<label for="([^"]+)"/g)) expect(reply.body).toMatch(new RegExp(`<(input|select) id="${id}"`));
    }
  });

  it('log in step by step: PIN, SMS, code', async () => {
    const challenged = await post('/auth/challenge-response', { user: 'alice', pass: pin });
    const step = seen(challenged);
    expect(step).toMatchObject({ title: 'SMS sent: Enter the code', focus: 'otp', hidden: { user: 'alice', transactionid: expect.stringMatching(/^\d{17}$/) } });
    expect(step.status).toBe('An SMS with a code is on its way. The code is good for 5 minutes.');
    expect(challenged.body).toMatch(/<input id="otp" name="otp" inputmode="numeric" autocomplete="one-time-code"/);
    const wrong = await post('/auth/challenge-response', { ...step.hidden, otp: '000000' });
    expect(seen(wrong)).toMatchObject({ title: 'Problem: Enter the code', problem: 'The code is wrong.', focus: 'otp', described: ['The code is wrong.'], hidden: step.hidden });
    const code = lastCode(api, phone);
    const right = await post('/auth/challenge-response', { ...step.hidden, otp: ` ${code.slice(0, 3)} ${code.slice(3)}` });
    expect(seen(right)).toMatchObject({ title: 'Done: Log in step by step', status: 'That was right: you would be let in.', focus: undefined });
    const again = await post('/auth/challenge-response', { ...step.hidden, otp: code });
    expect(seen(again)).toMatchObject({ problem: 'This code has been used already. Ask for another SMS.', focus: 'pass', user: 'alice', hidden: {} });
  });

  it('request an SMS whose code is good elsewhere, and take it with the PIN in one field or apart', async () => {
    const requested = seen(await post('/auth/requestsms', { user: 'bob', pass: pin }));
    expect(requested).toMatchObject({ title: 'SMS sent: Request an SMS', focus: undefined, hidden: {} });
    expect(seen(await post('/auth/index', { user: 'bob', pass: pin + lastCode(api, phone) })).title).toBe('Done: Log in');
    await post('/auth/requestsms', { user: 'bob', pass: pin });
    expect(seen(await post('/auth/index3', { user: 'bob', pass: pin, otp: lastCode(api, phone) })).title).toBe('Done: Log in with PIN and code apart');
    // only the PIN is right where an SMS is asked for
    await post('/auth/requestsms', { user: 'bob', pass: pin });
    expect(seen(await post('/auth/requestsms', { user: 'bob', pass: pin + lastCode(api, phone) })).problem).toBe('The PIN is wrong.');
  });

  it('send an SMS when only the PIN is given, and take the code that follows', async () => {
    for (const path of ['/auth/index', '/auth/index3']) {
      const step = seen(await post(path, { user: 'carol', pass: pin }));
      expect(step.heading).toBe('Enter the code');
      expect(seen(await post(path, { ...step.hidden, otp: lastCode(api, phone) })).status).toBe('That was right: you would be let in.');
    }
  });

  it('put PIN and code together as the service wants them', async () => {
    await api.admin('PUT', '/v1/settings/PrependPin', { value: 'false' });
    await post('/auth/requestsms', { user: 'bob', pass: pin });
    expect(seen(await post('/auth/index3', { user: 'bob', pass: pin, otp: lastCode(api, phone) })).title).toMatch(/^Done/);
    await api.admin('PUT', '/v1/settings/PrependPin', { value: 'true' });
  });

  it('say that a code has expired', async () => {
    const step = seen(await post('/auth/challenge-response', { user: 'alice', pass: pin }));
    clock.advance(301);
    expect(seen(await post('/auth/challenge-response', { ...step.hidden, otp: lastCode(api, phone) }))).toMatchObject({ problem: 'The code has expired. Ask for another SMS.', focus: 'pass', user: 'alice' });
  });

  it('keep the name of the user, escaped, and nothing else', async () => {
    const user = '"><script>alert(1)</script>';
    const reply = await post('/auth/index3', { user, pass: 'canary-pin', otp: '424242' });
    expect(seen(reply).user).toBe('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(reply.body).not.toMatch(/canary|424242|<script/);
    expect(seen(reply)).toMatchObject({ problem: 'This user has no token for codes by SMS.', focus: 'pass', described: ['This user has no token for codes by SMS.'] });
    const forged = await post('/auth/index3', { transactionid: '"><b>', otp: '424242', user });
    expect(forged.body).not.toMatch(/<b>|<script|424242/);
  });

  it('want the name of a user, and nothing from the query', async () => {
    const reply = await post(`/auth/index?user=alice&pass=${encodeURIComponent(pin)}`, { pass: pin });
    expect([reply.status, seen(reply).problem, seen(reply).focus]).toEqual([400, 'The user name is missing.', 'user']);
    const before = sent();
    expect(seen(await get(`/auth/requestsms?user=alice&pass=${encodeURIComponent(pin)}`)).user).toBe('');
    expect(sent()).toBe(before);
  });

  it('say the same to a stranger and to a wrong PIN where reasons are hidden', async () => {
    await api.admin('PUT', '/v1/settings/hide.reasons', { value: 'true' });
    const [wrong, stranger] = await Promise.all([post('/auth/index', { user: 'dave', pass: 'no' }), post('/auth/index', { user: 'nobody', pass: 'no' })]);
    expect([wrong.status, (wrong.body as string).replaceAll('dave', 'X')]).toEqual([stranger.status, (stranger.body as string).replaceAll('nobody', 'X')]);
    expect(seen(wrong).problem).toBe('That did not let you in. Check what you typed, and try again.');
    // neither whether a challenge is there
    const step = seen(await post('/auth/challenge-response', { user: 'dave', pass: pin }));
    const refused = await post('/auth/challenge-response', { ...step.hidden, otp: '000000' });
    const invented = await post('/auth/challenge-response', { ...step.hidden, transactionid: '12345678901234567', otp: '000000' });
    expect((refused.body as string).replaceAll(step.hidden['transactionid']!, 'X')).toBe((invented.body as string).replaceAll('12345678901234567', 'X'));
    await api.admin('PUT', '/v1/settings/hide.reasons', { value: 'false' });
  });

  it.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }], ['a sister of this site', { 'Sec-Fetch-Site': 'same-site' }], ['another origin', { Origin: 'https://evil.example' }], ['an origin that is kept secret', { Origin: 'null' }],
  ])('send no SMS for %s', async (_, headers) => {
    const before = sent();
    const reply = await post('/auth/requestsms', { user: 'alice', pass: pin }, headers);
    expect([reply.status, seen(reply).problem, seen(reply).user]).toEqual([403, expect.stringContaining('another site'), '']);
    expect(sent()).toBe(before);
  });

  it.each([
    ['a browser that says so', { 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }], ['an older one', { Origin: 'SELF' }], ['one behind a proxy', { Origin: 'https://otp.example', 'X-Forwarded-Host': 'otp.example:443' }], ['a script', {}],
  ])('send one for %s', async (_, headers) => {
    const before = sent();
    await post('/auth/requestsms', { user: 'carol', pass: pin }, Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('SELF', api.url)])));
    expect(sent()).toBe(before + 1);
  });

  it('let the browser say where their forms come from', async () => {
    expect((await get('/auth/index')).headers.get('referrer-policy')).toBe('same-origin');
  });

  it('turn down other methods, other paths and what is too large', async () => {
    const put = await api.call('PUT', '/auth/index');
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'OPTIONS, GET, POST']);
    expect((await api.call('OPTIONS', '/auth/index')).status).toBe(200);
    expect((await get('/auth/nothing')).status).toBe(404);
    const large = await post('/auth/index', { user: 'x'.repeat(200_000) });
    expect([large.status, seen(large).problem]).toEqual([413, 'The body is larger than 131072 bytes.']);
    expect((await api.call('POST', '/auth/index', { user: 'alice', pass: pin })).status).toBe(400);
  });

  it('say when there is no room for another attempt', async () => {
    const crowded = jest.spyOn(api.tanager.application.authenticate, 'check').mockResolvedValueOnce({ kind: 'refused', reason: 'overloaded', via: 'pin', tokens: [] });
    const reply = await post('/auth/index', { user: 'alice', pass: pin });
    crowded.mockRestore();
    expect([reply.status, seen(reply).problem]).toEqual([503, 'Too many try at the same moment. Nothing was decided: try again.']);
  });

  it('leave nothing that was typed in the log', async () => {
    const step = seen(await post('/auth/index3', { user: 'alice', pass: pin }));
    await post('/auth/index3', { ...step.hidden, otp: lastCode(api, phone) });
    const log = lines.join('');
    expect(log).toContain('"path":"/auth/index3"');
    for (const typed of [pin, JSON.stringify(pin).slice(1, -1), 'alice', phone, lastCode(api, phone), step.hidden['transactionid']!]) expect(log).not.toContain(typed);
  });

  it('are linked to from the first page', async () => {
    expect((await get('/')).body).toContain('<a href="/linotp/auth/requestsms">Request an SMS</a>');
  });
});

describe('beside the other dialect', () => {
  it('are only below their prefix, and ask for the realm where there are several', async () => {
    const api = await startApi({}, {});
    const { realms } = api.tanager.application.users;
    expect((await api.call('GET', '/auth/index')).status).toBe(404);
    expect((await api.call('POST', '/auth', new URLSearchParams())).body.result.error.code).toBe(4032);
    expect((await api.call('GET', '/linotp/auth/index')).body).not.toContain('<select');
    const spy = jest.spyOn(api.tanager.application.users, 'realms').mockReturnValue([...realms(), 'sales & co']);
    const page = (await api.call('GET', '/linotp/auth/index')).body as string;
    spy.mockRestore();
    expect(page).toContain('<option value="">as in the user name, or realm1</option>');
    expect(page).toContain('<option>sales &amp; co</option>');
    await api.admin('POST', '/v1/tokens', { serial: 'R', user: 'alice', realm: 'realm1', phone, pin: '1' });
    const ask = async (realm: string) => (await api.call('POST', '/linotp/auth/challenge-response', new URLSearchParams({ user: 'alice', realm, pass: '1' }))).body as string;
    expect(await ask('nowhere')).toContain('Nobody of this name is known.');
    expect(await ask('realm1')).toContain('Enter the code');
    await api.stop();
  });
});
