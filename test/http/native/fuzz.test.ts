import fc from 'fast-check';
import { z } from 'zod';
import { nativeEndpoints } from '../../../src/http/native/router.js';
import { startApi, type Api } from '../../fixtures/api.js';

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const text = fc.oneof(
  fc.constantFrom('', 'T', 'alice', '1', '000000', '__proto__', 'constructor', 'toString', '\u0000', '\ud800', '💥', '..', '%', "'; DROP TABLE tokens; --", '${otp}', '{{otp}}', 'x'.repeat(5000), '2026-01-01T00:00:00Z', '99999999999999999999', 'token-T', '-1', '1e400'),
  fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ maxLength: 30 }),
);
const anything = fc.oneof({ maxDepth: 2 }, text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }), fc.dictionary(text, text, { maxKeys: 3 }));

/** What fits a schema, or nearly: the limits of lengths and what the commands want are not kept. */
const fitting = (schema: Schema): fc.Arbitrary<unknown> => {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(fitting));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string':
      if (schema.format === 'date-time') return fc.constantFrom('2026-01-01T00:00:00Z', '2999-12-31T23:59:59.999+14:00', '0000-01-01T00:00:00-12:00');
      if (schema.pattern !== undefined) return fc.oneof(fc.constantFrom('T', 'AFTER', 'main', '1'), fc.stringMatching(new RegExp(schema.pattern)));
      return fc.oneof(text, fc.constantFrom('alice', '+491701234567', '1'));
    case 'integer': case 'number':
      return fc.integer({ min: Math.max(schema.minimum ?? -10, -(2 ** 31)), max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1) });
    case 'boolean': return fc.boolean();
    case 'null': return fc.constant(null);
    case 'array': return fc.array(fitting(schema.items ?? {}), { maxLength: 3 });
    case 'object':
      return schema.properties
        ? fc.record(Object.fromEntries(Object.entries(schema.properties).map(([name, inner]) => [name, fitting(inner)])), { requiredKeys: [...(schema.required ?? [])] })
        : fc.dictionary(fc.oneof(text, fc.constantFrom('url', 'query', 'a')), anything, { maxKeys: 3 });
    default: return anything;
  }
};

interface Shot {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly signedIn: boolean;
}

/** Whatever is sent to the native API: it answers, in the forms that it promises, and never with a fault of its own. */
describe('the native API under nonsense', () => {
  let api: Api;
  let endpoints: { method: string; path: string; query: Schema; body: Schema | undefined }[];
  beforeAll(async () => {
    api = await startApi();
    await api.admin('POST', '/v1/tokens', { serial: 'T', user: 'alice', phone: '+491701234567', pin: '1' });
    const schemaOf = (type: z.ZodType | undefined): Schema => (type ? (z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema) : { type: 'object', properties: {} });
    endpoints = nativeEndpoints(api.tanager.http)
      .map(({ method, path, body, query }) => ({ method: method.toUpperCase(), path, query: schemaOf(query), body: body && schemaOf(body) }))
      // the administrator who fuzzes must not lock himself out
      .filter(({ path }) => path !== '/sessions/current' && path !== '/accounts/{account}/password');
  });
  afterAll(() => api.stop());

  const pathOf = (path: string, part: fc.Arbitrary<string>) => fc.array(part, { minLength: 2, maxLength: 2 }).map((parts) => path.replace(/\{\w+\}/g, () => encoded(parts.pop()!) || 'T'));
  const nonsense = (): fc.Arbitrary<Shot> => fc.constantFrom(...endpoints).chain(({ method, path, body }) => fc.record({
    method: fc.constant(method), path: pathOf(path, text), query: fc.dictionary(text, text, { maxKeys: 1 }), signedIn: fc.boolean(),
    body: body ? anything : fc.constant(undefined),
  }));
  // what ends the one token for good would leave nothing to do for the others
  const lasting = () => endpoints.filter(({ method, path }) => !/revoke|erase/.test(path) && !(method === 'DELETE' && path === '/tokens/{serial}'));
  const plausible = (): fc.Arbitrary<Shot> => fc.constantFrom(...lasting()).chain(({ method, path, query, body }) => fc.record({
    method: fc.constant(method), path: pathOf(path, fc.constantFrom('T', 'AFTER', 'main', 'sms.text', '1')), signedIn: fc.constant(true),
    query: fitting(query) as fc.Arbitrary<Record<string, unknown>>, body: body ? fitting(body) : fc.constant(undefined),
  }));
  const fire = async ({ method, path, query, body, signedIn }: Shot): Promise<void> => {
    const search = Object.entries(query).map(([name, given]) => `${encoded(name)}=${encoded(String(given))}`).join('&');
    const { status } = await (signedIn ? api.admin : api.call)(method, `/v1${path}${search ? `?${search}` : ''}`, body);
    expect(status).toBeLessThan(500);
  };

  it('answers nonsense below 500, in time, as documented', async () => {
    await fc.assert(fc.asyncProperty(fc.constant(null).chain(nonsense), fire), { numRuns: 200, timeout: 5000 });
  }, 60_000);

  it('answers what looks right below 500, in time, as documented', async () => {
    await fc.assert(fc.asyncProperty(fc.constant(null).chain(plausible), fire), { numRuns: 300, timeout: 5000 });
  }, 60_000);

  it('works as before afterwards', async () => {
    await api.admin('POST', '/v1/tokens', { serial: 'LATER', phone: '+491701234567', pin: '1' });
    expect((await api.call('POST', '/v1/challenges', { serial: 'LATER', pin: '1' })).status).toBe(200);
  });
});

/** Halves of characters cannot be written into a URL. */
const encoded = (given: string): string => encodeURIComponent(given.replace(/\p{Cs}/gu, '?'));
