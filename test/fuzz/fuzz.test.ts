import fc from 'fast-check';
import { temporaryFolder } from '../fixtures/folder.js';
import { adminPassword } from '../fixtures/service.js';
import { startService, type Service } from './service.js';
import { isWhole, shotsAt, written, type Shot } from './shots.js';
import { gateways, targetsOf, type Target } from './targets.js';
import { speak } from './wire.js';

/** A few seconds with every test run, and always the same; as long as one likes, and another time each time, by TANAGER_FUZZ_SECONDS. */
const seconds = Number(process.env['TANAGER_FUZZ_SECONDS'] ?? 5);
const seed = Number(process.env['TANAGER_FUZZ_SEED'] ?? (process.env['TANAGER_FUZZ_SECONDS'] === undefined ? 1 : Date.now() % 2 ** 31));
/** Requests under way at a time. */
const atOnce = 96;

/* eslint-disable @typescript-eslint/no-explicit-any -- answers of every shape are looked into */

/** Whatever comes over a connection: an answer that is none of "the server failed", or an end; and the service goes on as before. */
describe(`the service under fire (seed ${seed})`, () => {
  let service: Service;
  let targets: Target[];
  const own: Record<Target['front'], [string, string][]> = { native: [], privacyidea: [], linotp: [] };
  let shots = 0;

  const call = async (method: string, path: string, body?: object | URLSearchParams, headers: Record<string, string> = {}): Promise<any> => {
    const isForm = body instanceof URLSearchParams;
    const response = await fetch(`http://127.0.0.1:${service.port}${path}`, {
      method, headers: { ...(body && !isForm ? { 'Content-Type': 'application/json' } : {}), ...headers }, ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { response, text, json: /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined };
  };
  const signIn = async (): Promise<void> => {
    const credentials = { username: 'admin', password: adminPassword };
    own.native = [['Authorization', `Bearer ${(await call('POST', '/v1/sessions', { account: 'admin', password: adminPassword })).json.token as string}`]];
    own.privacyidea = [['Authorization', (await call('POST', '/privacyidea/auth', new URLSearchParams(credentials))).json.result.value.token as string]];
    const { response } = await call('POST', '/linotp/admin/login', new URLSearchParams(credentials));
    const cookies = (response.headers.getSetCookie() as string[]).map((cookie) => cookie.split(';')[0]!);
    own.linotp = [['Cookie', cookies.join('; ')], ['X-CSRF-TOKEN', cookies.find((cookie) => cookie.startsWith('csrf'))!.split('=')[1]!]];
  };
  const admin = (method: string, path: string, body?: object): Promise<any> => call(method, path, body, Object.fromEntries(own.native));

  beforeAll(async () => {
    service = await startService(temporaryFolder());
    await signIn();
    targets = targetsOf((await call('GET', '/v1/openapi.json')).json);
  }, 60_000);
  afterAll(() => service.stop());

  /** The administrator who fires must not lock himself out. */
  const isSuicide = ({ method, url }: Shot): boolean => /session|logout|accounts/i.test(url) && method !== 'GET';

  const fire = async (shot: Shot): Promise<void> => {
    shots += 1;
    const front = shot.target.split(' ')[0] as Target['front'];
    const headers: [string, string][] = shot.caller === 'administrator' && !isSuicide(shot) ? own[front] : shot.caller === 'forged' ? [['Authorization', 'Bearer x.y.z']] : [];
    const { pieces, ending } = written(shot, headers);
    const { status, type, body, hangs } = await speak(service.port, pieces, ending);
    const whole = isWhole(shot);
    const bad = hangs ? 'no answer'
      : whole && status === undefined ? 'no answer'
      : status !== undefined && status >= 500 && status !== 503 ? String(status)
      : / at .*(node_modules|file:\/\/)/.test(body) ? 'tells where its code is'
      : whole && /^application\/([a-z]+\+)?json/.test(type) && shot.method !== 'HEAD' && !isJson(body) ? 'no JSON'
      : undefined;
    if (bad !== undefined) throw new Error([bad, JSON.stringify(shot), body.slice(0, 500), ...service.errors].join('\n'));
  };
  const volley = async (all: readonly Shot[]): Promise<void> => {
    // the last one may have deleted them
    for (const [name, definition] of Object.entries(gateways)) await admin('PUT', `/v1/gateways/${name}`, definition);
    await admin('POST', '/v1/tokens', { serial: 'FUZZ', user: 'alice', phone: '+491701234567', pin: '1', renew: true });
    await Promise.all(all.map(fire));
    expect({ errors: service.errors, alive: service.isAlive() }).toEqual({ errors: [], alive: true });
  };

  it('answers at every endpoint, whatever it is sent', async () => {
    const all = targets.flatMap((target, index) => fc.sample(shotsAt([target]), { seed: seed + index, numRuns: 2 }));
    for (let at = 0; at < all.length; at += atOnce) await volley(all.slice(at, at + atOnce));
  }, 120_000);

  it('goes on doing so, and holds on to nothing', async () => {
    const before = { bytes: await service.memory(), shots };
    await fc.assert(fc.asyncProperty(fc.array(shotsAt(targets), { minLength: atOnce, maxLength: atOnce }), volley), {
      seed, numRuns: 1_000_000, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false, endOnFailure: true,
      // one of the volley is to blame, and says so
      reporter: ({ errorInstance }) => { if (errorInstance) throw errorInstance as Error; },
    });
    const held = await service.memory() - before.bytes;
    if (process.env['TANAGER_FUZZ_SECONDS'] !== undefined) console.log(`${shots} requests; ${(held / 1024 / 1024).toFixed(1)} MB more are held than ${shots - before.shots} requests ago`);
    expect(held).toBeLessThan(16 * 1024 * 1024);
  }, seconds * 1000 + 120_000);

  it('lets in whoever knows PIN and code, as before', async () => {
    await signIn();
    const { settings } = (await admin('GET', '/v1/settings')).json as { settings: { name: string; set: boolean; meaning?: string }[] };
    for (const { name, set, meaning } of settings) if (set && meaning !== undefined) await admin('DELETE', `/v1/settings/${encodeURIComponent(name)}`);
    expect((await admin('POST', '/v1/tokens', { serial: 'AFTER', user: 'bob', phone: '+491709876543', pin: 'pin', gateway: 'development' })).response.status).toBe(201);
    const { json: { transactionId } } = await call('POST', '/v1/challenges', { user: 'bob', pin: 'pin' });
    const code = ((await call('GET', '/development/messages.json')).json.messages as { to: string; text: string }[]).find(({ to }) => to === '+491709876543')!.text;
    expect((await call('POST', '/v1/answers', { transactionId, code })).json).toMatchObject({ outcome: 'accepted', serial: 'AFTER' });
  }, 30_000);
});

const isJson = (body: string): boolean => {
  try {
    // chunked answers have their sizes in between: none is long enough for that
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
};
