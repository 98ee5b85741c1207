import fc from 'fast-check';
import { routes } from '../../../src/http/privacyidea/routes.js';
import { openStage, type OpenStage } from '../../fixtures/conformance/stage.js';

/** Whatever is sent: an answer, in the envelope, and never one of the kind "the server failed". */
describe('requests that make no sense', () => {
  let stage: OpenStage;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    stage = await openStage('privacyidea');
    for (const [username, password] of [['admin', stage.admin.password], ['alice', 'test']] as const) {
      const signedIn = await fetch(`${stage.base}/auth`, { method: 'POST', body: new URLSearchParams({ username, password }) });
      tokens[username] = ((await signedIn.json()) as { result: { value: { token: string } } }).result.value.token;
    }
    const init = { type: 'sms', serial: 'FUZZ', user: 'alice', pin: '1', phone: '+49170000000' };
    await fetch(`${stage.base}/token/init`, { method: 'POST', headers: { authorization: tokens['admin']! }, body: new URLSearchParams(init) });
  });
  afterAll(() => stage.close());

  const names = fc.constantFrom(
    'user', 'serial', 'serials', 'realm', 'resolver', 'pass', 'transaction_id', 'state', 'otponly', 'nonce', 'type', 'phone', 'dynamic_phone', 'pin', 'otpkey', 'otpkeyformat', 'otplen',
    'hashlib', 'genkey', 'username', 'password', 'page', 'pagesize', 'page_size', 'sortby', 'sortdir', 'sortorder', 'infokey', 'infovalue', 'type_list', 'assigned', 'outform', 'timelimit',
    'name', 'module', 'option.URL', 'option.REGEXP', 'header.X', 'secret.option.URL', 'max_failcount', 'count_window', 'validity_period_end', 'otp1', 'otp2', 'otppin', 'value', 'realms',
    'DefaultOtpLen', 'sms.text', 'client', '__proto__', 'constructor',
  );
  const texts = fc.oneof(
    fc.constantFrom('', ' ', 'alice', 'FUZZ', 'FUZZ*', '*', '!x', 'sms', 'realm1', '1', '0', '-1', '99999999999999999999', '1e9', 'true', '%', '%00', '%ff', '%C0%80', '\0', '../..', "' OR 1=1 --",
      '{"a":1}', '[', 'alice@realm1', 'realm1\\alice', '+1d', 'privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider', 'http://127.0.0.1:1/', '/(((/x/', '/(a+)+$/x/'),
    fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ minLength: 3000, maxLength: 5000 }),
  );
  const values = fc.oneof({ weight: 4, arbitrary: texts }, fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>);
  const parameters = fc.dictionary(names, values, { maxKeys: 6, noNullPrototype: true });
  const requests = fc.record({
    path: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...routes.map((route) => route.path)) }, fc.webPath()),
    method: fc.oneof({ weight: 6, arbitrary: fc.constant('fitting') }, fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'OPTIONS', 'PATCH')),
    inPath: fc.array(fc.oneof(texts.map(encodeURIComponentSafely), fc.constantFrom('%zz', '%E0%A4%A', 'FUZZ', 'phone', 'sms.identifier', 'option.URL')), { minLength: 2, maxLength: 2 }),
    parameters, encoding: fc.constantFrom('query', 'form', 'multipart', 'json', 'raw'), caller: fc.constantFrom('admin', 'alice', 'nobody', 'forged'),
    raw: fc.tuple(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', '')),
  });

  it('are answered', () => fc.assert(fc.asyncProperty(requests, async ({ path, method, inPath, parameters: sent, encoding, caller, raw }) => {
    const [first, second] = inPath as [string, string];
    const route = routes.find((each) => each.path === path);
    const verb = method === 'fitting' ? (route?.methods.at(-1) ?? 'POST') : method;
    const url = `${stage.base}${path.replace(/:\w+/, first || 'x').replace(/:\w+/, second || 'x')}`;
    const texts = Object.entries(sent).map(([name, value]) => [name, typeof value === 'string' ? wellFormed(value) : JSON.stringify(value)] as [string, string]);
    const body = verb === 'GET' || encoding === 'query' ? undefined
      : encoding === 'form' ? new URLSearchParams(texts)
      : encoding === 'multipart' ? texts.reduce((form, [name, value]) => { form.append(name, value); return form; }, new FormData())
      : encoding === 'json' ? JSON.stringify(sent) : raw[0];
    const type: Record<string, string> = encoding === 'json' ? { 'content-type': 'application/json' } : encoding === 'raw' && raw[1] !== '' ? { 'content-type': raw[1] } : {};
    const authorization: Record<string, string> = caller === 'nobody' ? {} : { authorization: tokens[caller] ?? 'x.y.z' };
    // a short word in the query stands for all of them, which a URL could not hold
    const query = body === undefined ? `?${new URLSearchParams(texts.map(([name, value]): [string, string] => [name, value.slice(0, 500)])).toString()}` : '';
    const response = await fetch(`${url}${query}`, { method: verb, headers: { ...type, ...authorization }, ...(body === undefined ? {} : { body }), signal: AbortSignal.timeout(10_000) });
    const answer = await response.text();
    expect({ url, verb, status: response.status < 500 ? 'fine' : response.status, answer: response.status < 500 ? '' : answer }).toEqual({ url, verb, status: 'fine', answer: '' });
    if (response.headers.get('content-type')?.startsWith('application/json')) expect(JSON.parse(answer)).toEqual(expect.any(Object));
    expect(answer).not.toContain('node_modules');
  }), { numRuns: 400 }), 120_000);

  it('that are too large are turned down', async () => {
    const response = await fetch(`${stage.base}/validate/check`, { method: 'POST', body: new URLSearchParams({ user: 'alice', pass: 'x'.repeat(200_000) }) });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ id: 1, result: { status: false, error: { code: 905 } } });
  });

  it('by HEAD change nothing', async () => {
    const response = await fetch(`${stage.base}/validate/check?user=alice&pass=1`, { method: 'HEAD' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect((await stage.http.application.queries.token('FUZZ'))?.token.challenges.length ?? 0).toBe(0);
  });
});

/** Lone surrogates cannot be sent. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

function encodeURIComponentSafely(text: string): string {
  return encodeURIComponent(wellFormed(text)).slice(0, 300);
}
