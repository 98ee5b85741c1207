import fc from 'fast-check';
import { controllers } from '../../../src/http/linotp/controllers.js';
import { openStage, type OpenStage } from '../../fixtures/conformance/stage.js';
import { LinotpClient } from '../../fixtures/linotpClient.js';

/** Half a surrogate pair cannot go over the wire. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** Whatever is sent: an answer, never one of the kind "the server failed", and nothing in the log that we did not expect. */
describe('requests that make no sense', () => {
  let stage: OpenStage;
  let client: LinotpClient;
  let faults: jest.SpyInstance;
  beforeAll(async () => {
    stage = await openStage('linotp');
    client = await LinotpClient.signIn(stage);
    await client.administer('/admin/init', { type: 'sms', serial: 'FUZZ', user: 'alice', pin: '1', phone: '+49170000000' });
    faults = jest.spyOn(stage.http.log, 'error');
  });
  afterAll(() => stage.close());

  const paths = [...controllers].flatMap(([controller, actions]) => [...actions.keys()].map((action) => `/${controller}/${action}`)).filter((path) => path !== '/admin/logout');
  const names = fc.constantFrom(
    'user', 'realm', 'pass', 'serial', 'serial[]', 'state', 'transactionid', 'challenge', 'data', 'message', 'token_type', 'client', 'auth_info', 'session', 'httperror', 'type', 'phone', 'pin',
    'otpkey', 'genkey', 'otplen', 'hashlib', 'prefix', 'tokenrealm', 'description', 'MaxFailCount', 'SyncWindow', 'OtpLen', 'validityPeriodEnd', 'otp1', 'otp2', 'key', 'value', 'name', 'class',
    'timeout', 'config', 'default', 'SMSProvider', 'SMSProviderConfig', 'SMSProviderTimeout', 'SMSProvider.x.Config', 'SMSProvider.x', 'errors', 'username', 'password', 'page', 'pagesize',
    'sortby', 'sortdir', 'filter', 'viewrealm', 'tokeninfo_format', 'query', 'qtype', 'rp', 'sortname', 'or', 'csrf_token', '__proto__', 'constructor', 'toString',
  );
  const texts = fc.oneof(
    fc.constantFrom('', ' ', 'alice', 'FUZZ', 'FUZZ*', '*', '%', '%_%', 'sms', 'realm1', '1', '0', '-1', '99999999999999999999', '1e9', 'true', '\0', '../..', "' OR 1=1 --", '{"URL":"http://127.0.0.1:1/"}',
      '{', '{"PARAMETER":7}', '{"timeout":[]}', 'alice@realm1', 'realm1\\alice', '31/02/99 99:99', '12345678901234.01', 'HttpSMSProvider', 'smsprovider.SmtpSMSProvider', '__proto__', 'constructor', '\ud800'),
    fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ minLength: 3000, maxLength: 5000 }),
  );
  const requests = fc.record({
    path: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...paths) }, fc.constantFrom('/validate/nix', '/validate/', '/admin/%zz', '/system/constructor', '/audit/__proto__')),
    method: fc.oneof({ weight: 6, arbitrary: fc.constant('POST') }, { weight: 3, arbitrary: fc.constant('GET') }, fc.constantFrom('DELETE', 'PUT', 'OPTIONS', 'PATCH')),
    parameters: fc.dictionary(names, fc.oneof({ weight: 5, arbitrary: texts }, fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>), { maxKeys: 6, noNullPrototype: true }),
    encoding: fc.constantFrom('query', 'form', 'multipart', 'json', 'raw'),
    raw: fc.tuple(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded')),
    signedIn: fc.boolean(),
  });

  it('are answered', () => fc.assert(fc.asyncProperty(requests, async ({ path, method, parameters, encoding, raw, signedIn }) => {
    const given = Object.entries(parameters).map(([name, value]): [string, string] => [name, wellFormed(typeof value === 'string' ? value : JSON.stringify(value))]);
    const body = method === 'GET' || encoding === 'query' ? undefined
      : encoding === 'form' ? new URLSearchParams(given)
      : encoding === 'multipart' ? given.reduce((form, [name, value]) => { form.append(name, value); return form; }, new FormData())
      : encoding === 'json' ? JSON.stringify(parameters) : raw[0];
    const type: Record<string, string> = encoding === 'json' ? { 'content-type': 'application/json' } : encoding === 'raw' ? { 'content-type': raw[1] } : {};
    const query = body === undefined ? `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, value.slice(0, 500)])).toString()}` : '';
    const answer = await client.send(`${path}${query}`, {
      method, headers: { ...(body === undefined ? {} : type), ...(signedIn ? client.session : {}) }, ...(body === undefined ? {} : { body }), signal: AbortSignal.timeout(10_000),
    });
    // `httperror` lets a client ask for any status
    const wished = answer.status >= 500 && 'httperror' in parameters;
    expect({ path, faults: faults.mock.calls, status: wished || answer.status < 500 ? 'fine' : answer.status }).toEqual({ path, faults: [], status: 'fine' });
    expect(answer.text).not.toContain('node_modules');
    if (answer.json && !/^\/(audit|healthcheck)/.test(path)) expect(answer.json).toMatchObject({ jsonrpc: '2.0802', result: { status: expect.any(Boolean) } });
  }), { numRuns: 500 }), 120_000);

  it('that are too large, or no JSON, are turned down with a page', async () => {
    const large = await client.ask('/validate/check', { user: 'alice', pass: 'x'.repeat(200_000) });
    expect([large.status, large.type]).toEqual([413, 'text/html; charset=utf-8']);
    const broken = await client.send('/validate/check', { method: 'POST', body: '{"user": ', headers: { 'content-type': 'application/json' } });
    expect([broken.status, broken.type]).toEqual([400, 'text/html; charset=utf-8']);
  });

  it('by a method that is not for them are told which are', async () => {
    const put = await client.send('/validate/check', { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'OPTIONS, GET, POST']);
    expect((await client.send('/validate/check', { method: 'OPTIONS' })).status).toBe(200);
  });
});
