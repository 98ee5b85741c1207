import { readdirSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import aws4 from 'aws4';
import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { overhear } from '../../fixtures/surroundings.js';
import type { Gateway, Receipt, SendOutcome } from '../../../src/gateways/gateway.js';
import { presetKind } from '../../../src/gateways/presets/presetKind.js';
import { presets } from '../../../src/gateways/presets/presets.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { message } from '../http/openHttp.js';
import { called } from '../receipts/called.js';

type Fields = Readonly<Record<string, string>>;
interface Body {
  readonly query?: Fields;
  readonly form?: Fields;
  readonly json?: Readonly<Record<string, unknown>>;
}
/** What a vendor is asked and what it answers, in the shapes that it documents. */
interface Contract {
  readonly options: Readonly<Record<string, unknown>>;
  readonly request: Body & { readonly method: string; readonly path: string; readonly headers?: Fields };
  /** What else, or other, is asked for a text beyond the default alphabet, and when receipts are wanted. */
  readonly unicode?: Body;
  readonly withReceipts?: Body;
  readonly answers: readonly { readonly of: 'success' | 'refusal' | 'temporary'; readonly status: number; readonly body: unknown; readonly outcome: SendOutcome }[];
  readonly receipts?: readonly { readonly target?: string; readonly form?: Fields; readonly json?: unknown; readonly gives: Receipt }[];
}
const contractOf = (kind: string): Contract => JSON.parse(readFileSync(`test/fixtures/presets/${kind}.json`, 'utf8')) as Contract;

const registry = gatewayRegistry(presets.map(presetKind));
const receipts = { secret: 'a-secret-of-the-gateway', url: 'https://otp.example' };
const text = 'Dein Code: 287082';

let server: GatewayServer;
beforeAll(async () => {
  server = await startGatewayServer();
});
afterAll(() => server.close());

const opened = async <T>(kind: string, options: Readonly<Record<string, unknown>>, use: (gateway: Gateway) => Promise<T>): Promise<T> => {
  const read = registry.parseDefinition({ kind, options: { ...options, url: server.url } });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  const gateway = read.open('main', overhear());
  try {
    return await use(gateway);
  } finally {
    await gateway.close();
  }
};

/** What the server was asked, with a time of now as `<time>`. */
const asked = async (kind: string, options: Readonly<Record<string, unknown>>, given: Parameters<typeof message>[0] = { text }) => {
  const { answers } = contractOf(kind);
  const { status, body } = answers.find(({ of }) => of === 'success')!;
  server.answer({ status, body: written(body) });
  await opened(kind, options, (gateway) => gateway.send(message(given)));
  const { method, target, headers, body: sent } = server.requests.at(-1)!;
  const url = new URL(target, 'http://vendor');
  const type = headers['content-type'] ?? '';
  return {
    method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers, target, body: sent,
    form: type.startsWith('application/x-www-form-urlencoded') ? Object.fromEntries(new URLSearchParams(sent)) : undefined,
    json: type.startsWith('application/json') ? JSON.parse(sent.replace(/"expire_at":"([^"]+)"/, (whole, time: string) => (soon(time) ? '"expire_at":"<time>"' : whole))) as unknown : undefined,
  };
};
const soon = (time: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time) && Math.abs(Date.parse(time) - Date.now() - 120_000) < 5_000;
const written = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

it('there is a contract for every preset, and each has a success, a refusal, a temporary failure and its receipts', () => {
  const kinds = presets.map(({ kind }) => kind);
  expect(readdirSync('test/fixtures/presets').sort()).toEqual(kinds.map((kind) => `${kind}.json`).sort());
  for (const preset of presets) {
    const { answers, receipts: callbacks = [] } = contractOf(preset.kind);
    expect([...new Set(answers.map(({ of }) => of))].sort()).toEqual(['refusal', 'success', 'temporary']);
    for (const { of, outcome } of answers) expect([of, outcome.kind]).toEqual([of, { success: 'sent', refusal: 'rejected', temporary: 'unavailable' }[of]]);
    const states = new Set(callbacks.map(({ gives }) => gives.state));
    if (preset.receipts) expect([states.has('delivered'), states.has('undelivered')]).toEqual([true, true]);
    else expect(callbacks).toEqual([]);
  }
});

describe.each(presets.map(({ kind }) => kind))('%s', (kind) => {
  const { answers, options, receipts: callbacks = [], request, unicode, withReceipts } = contractOf(kind);

  it('asks exactly this', async () => {
    const { method, path, query, form, json, headers } = await asked(kind, options);
    expect({ method, path, query, form, json }).toEqual({ method: request.method, path: request.path, query: request.query ?? {}, form: request.form, json: request.json });
    expect(headers).toMatchObject(request.headers ?? {});
  });

  if (unicode) {
    it('asks for Unicode where the text needs it', async () => {
      const { query, form, json } = await asked(kind, options, { text: 'Код: 287082' });
      expect({ query, form, json }).toMatchObject(unicode);
    });
  }

  it('says what the vendor says', async () => {
    await opened(kind, options, async (gateway) => {
      for (const { status, body, outcome } of answers) {
        server.answer({ status, body: status === 204 ? '' : written(body), headers: { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' } });
        const given = await gateway.send(message({ text }));
        expect({ body, ...given }).toEqual({ body, ...outcome, ...(outcome.kind === 'sent' ? {} : { reason: expect.any(String) }) });
      }
    });
  });

  it('shows no secret, number or code in a reason, whatever is echoed', async () => {
    await opened(kind, { ...options, ...(callbacks.length > 0 ? { receipts } : {}) }, async (gateway) => {
      for (const status of [400, 429, 502]) {
        server.answer(({ body, headers, target }) => ({ status, body: `no: ${body} ${target} ${inspect(headers)} ${JSON.stringify(options)}` }));
        const said = JSON.stringify(await gateway.send(message({ text })));
        expect(said.toLowerCase()).not.toMatch(/c4n4ry|a-secret-of-the-gateway|287082|1000701/);
        for (const encoded of said.match(/[A-Za-z0-9+/=]{12,}/g) ?? []) expect(Buffer.from(encoded, 'base64').toString()).not.toContain('c4n4ry');
      }
    });
  });

  if (callbacks.length > 0) {
    it('asks for receipts when they are wanted', async () => {
      const { query, form, json } = await asked(kind, { ...options, receipts });
      expect(query).toEqual({ ...request.query, ...withReceipts?.query });
      expect(form).toEqual(request.form && { ...request.form, ...withReceipts?.form });
      expect(json).toEqual(request.json && { ...request.json, ...withReceipts?.json });
    });

    it.each(callbacks.map((callback) => [`${callback.gives.state}: ${callback.gives.detail}`, callback] as const))('reads a receipt that says %s, and no forged one', async (_, { gives, target = '', form, json }) => {
      await opened(kind, { ...options, receipts }, async (gateway) => {
        const call = { target: `/v1/receipts/main${target}`, ...(form ? { form } : {}), ...(json === undefined ? {} : { json }) };
        expect(gateway.receive!(called({ ...call, secret: receipts.secret }))).toEqual({ kind: 'receipts', receipts: [gives] });
        expect(gateway.receive!(called({ ...call, secret: `${receipts.secret}x` }))).toEqual({ kind: 'unauthentic' });
        expect(gateway.receive!(called(call))).toEqual({ kind: 'unauthentic' });
        expect(gateway.receive!(called({ target: '/v1/receipts/main', json: { nothing: 1 }, secret: receipts.secret }))).toMatchObject({ kind: 'malformed' });
      });
    });
  } else {
    it('has no receipts', async () => {
      expect(await opened(kind, options, async (gateway) => gateway.receive)).toBeUndefined();
      expect(registry.parseDefinition({ kind, options: { ...options, receipts } })).toEqual({ faults: expect.arrayContaining([expect.objectContaining({ key: 'receipts' })]) });
    });
  }
});

it('Amazon is asked with a signature over all that is asked', async () => {
  const { headers, body } = await asked('aws-sns', contractOf('aws-sns').options);
  const { authorization, ...others } = headers;
  const signedNames = /SignedHeaders=([^,]+)/.exec(authorization!)![1]!.split(';');
  expect(signedNames).toEqual(expect.arrayContaining(['content-type', 'host', 'x-amz-date']));
  const { Authorization } = aws4.sign(
    { host: headers.host!, path: '/', method: 'POST', body, service: 'sns', region: 'eu-central-1', headers: Object.fromEntries(signedNames.map((name) => [name, String(others[name])])), extraHeadersToIgnore: { 'content-length': true } },
    { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'c4n4ry-secretAccessKey' },
  ).headers as Record<string, string>;
  expect(authorization).toBe(Authorization);
});

it('Kannel gets our reference with the address, since it gives no id', async () => {
  const { query } = await asked('kannel', { ...contractOf('kannel').options, receipts }, { text, reference: '01234567890123456789-LSSM0001A2B3' });
  const dlr = new URL(query['dlr-url']!);
  expect([...dlr.searchParams]).toEqual([['reference', '01234567890123456789-LSSM0001A2B3'], ['state', '%d']]);
});
