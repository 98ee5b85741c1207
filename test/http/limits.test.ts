import { maxBody } from '../../src/http/body.js';
import { startApi, type Api } from '../fixtures/api.js';
import { speak } from '../fuzz/wire.js';

const boundary = 'x';
const types = { json: 'application/json', form: 'application/x-www-form-urlencoded', multipart: `multipart/form-data; boundary=${boundary}` };
type Kind = keyof typeof types;

/** A body with these fields. */
const bodyOf = (kind: Kind, fields: readonly (readonly [string, string])[]): string =>
  kind === 'json' ? JSON.stringify(Object.fromEntries(fields)) : kind === 'form' ? new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString()
    : `${fields.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--${boundary}--\r\n`;
/** A body of that many bytes. */
const bodyOfSize = (kind: Kind, size: number): string => {
  const with_ = (filler: string): string => bodyOf(kind, [['user', 'alice'], ['pass', '1'], ['filler', filler]]);
  return with_('x'.repeat(size - with_('').length));
};

const everywhere: [string, Kind[]][] = [
  ['/v1/challenges', ['json']], ['/privacyidea/validate/check', ['json', 'form', 'multipart']], ['/privacyidea/auth', ['json', 'form', 'multipart']],
  ['/linotp/validate/check', ['json', 'form', 'multipart']], ['/linotp/admin/login', ['json', 'form', 'multipart']], ['/linotp/auth/index', ['form', 'multipart']],
];
const places = everywhere.flatMap(([path, kinds]) => kinds.map((kind) => [path, kind] as const));

describe('what a request may take', () => {
  let api: Api;
  let port: number;
  beforeAll(async () => {
    api = await startApi();
    port = Number(new URL(api.url).port);
  });
  afterAll(() => api.stop());

  const status = async (path: string, kind: Kind, body: string): Promise<number> => (await api.call('POST', path, body, { 'Content-Type': types[kind] })).status;

  it.each(places)('%s as %s: 128 KiB of body, whether its length was told or not', async (path, kind) => {
    expect(await status(path, kind, bodyOfSize(kind, maxBody))).not.toBe(413);
    const larger = bodyOfSize(kind, maxBody + 1);
    expect(await status(path, kind, larger)).toBe(413);
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ${types[kind]}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(await speak(port, [head, `${larger.length.toString(16)}\r\n`, larger, '\r\n0\r\n\r\n'], 'wait')).toMatchObject({ status: 413, hangs: false });
  });

  it.each(places.filter(([, kind]) => kind !== 'json'))('%s as %s: 200 fields', async (path, kind) => {
    const fields = (count: number) => bodyOf(kind, Array.from({ length: count }, (_, index) => [`f${index}`, '1'] as const));
    expect(await status(path, kind, fields(200))).not.toBe(413);
    expect(await status(path, kind, fields(201))).toBe(413);
  });

  it('32 levels of JSON', async () => {
    const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    for (const [path, kinds] of everywhere) {
      if (!kinds.includes('json')) continue;
      const deep = await api.call('POST', path, nested(33), { 'Content-Type': types.json });
      expect([deep.status, JSON.stringify(deep.body).includes('nested more than 32 levels deep')]).toEqual([400, !path.startsWith('/linotp')]);
      expect(JSON.stringify((await api.call('POST', path, nested(32), { 'Content-Type': types.json })).body)).not.toContain('nested');
      expect(await status(path, 'json', '['.repeat(60_000) + ']'.repeat(60_000))).toBe(400);
    }
    // where the options of a gateway are taken apart
    expect((await api.admin('PUT', '/v1/gateways/deep', `{"kind":"http","options":{"url":"http://127.0.0.1:1/","query":${nested(20_000)}}}`)).status).toBe(400);
  });

  it('64 KiB of receipts', async () => {
    const receipt = (size: number) => api.call('POST', '/v1/receipts/main', 'x'.repeat(size), { 'Content-Type': 'text/plain' });
    expect((await receipt(64 * 1024)).status).toBe(404);
    expect((await receipt(64 * 1024 + 1)).status).toBe(413);
  });

  it('16 KiB of head, of which the address is a part', async () => {
    const ask = async (path: string, header: string) => (await speak(port, [`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: ${header}\r\n\r\n`], 'wait')).status;
    expect(await ask('/health/live', 'x'.repeat(15_000))).toBe(200);
    expect(await ask('/health/live', 'x'.repeat(17_000))).toBe(431);
    expect(await ask(`/health/live?${'x'.repeat(15_000)}`, '')).toBe(200);
    expect(await ask(`/health/live?${'x'.repeat(17_000)}`, '')).toBe(431);
  });

  it('100 headers: further ones are passed over', async () => {
    const { body: { token } } = await api.call('POST', '/v1/sessions', { account: 'admin', password: 'adminpw12' });
    const ask = async (before: number) => {
      const headers = Array.from({ length: before }, (_, index) => `X-${index}: 1\r\n`).join('');
      return (await speak(port, [`GET /v1/tokens HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}Authorization: Bearer ${token}\r\n\r\n`], 'wait')).status;
    };
    expect(await ask(97)).toBe(200);
    expect(await ask(98)).toBe(401);
  });

  it.each([['a part without a name', `--x\r\nContent-Disposition: form-data\r\n\r\nadmin\r\n--x--\r\n`, 200], ['a part in an unknown character set', `--x\r\nContent-Disposition: form-data; name="user"\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nadmin\r\n--x--\r\n`, 400],
    ['no end', '--x\r\nContent-Disposition: form-data; name="user"\r\n\r\nadmin', 400], ['nothing', '', 400]])('no multipart body with %s', async (_, body, expected) =>
    expect(await status('/linotp/validate/check', 'multipart', body)).toBe(expected));
});
