import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { httpReceipts, presetReceipts } from '../../../src/gateways/receipts/options.js';
import { receiptAddress, receiver } from '../../../src/gateways/receipts/receiver.js';
import { called } from './called.js';

const secret = 'a-secret-of-thirty-two-letters-x';
const flat = { messageId: 'id', reference: 'ref', state: 'status', detail: 'err', delivered: ['delivered', '1'], undelivered: ['failed', 'expired'] };
const list = { each: '/results/*', messageId: '/messageId', state: '/status/groupName', detail: '/error/name', delivered: ['DELIVERED'], undelivered: ['REJECTED'] };
const read = (options: Record<string, unknown>, call: Parameters<typeof called>[0]) => {
  const parsed = httpReceipts.parse({ secret, ...options });
  return receiver(parsed, parsed)(called({ secret, ...call }));
};
const faults = (schema: typeof httpReceipts | ReturnType<typeof presetReceipts>, options: Record<string, unknown>): Record<string, string> => {
  const { error } = schema.safeParse(options);
  return Object.fromEntries((error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]));
};

describe('a callback is believed', () => {
  const { kind: forged } = { kind: 'unauthentic' };
  const target = '/v1/receipts/main?id=m-1&status=delivered';

  it('with the right secret only', () => {
    expect(read(flat, { target })).toEqual({ kind: 'receipts', receipts: [{ messageId: 'm-1', state: 'delivered', detail: 'delivered' }] });
    for (const wrong of ['', 'x', `${secret}x`, secret.slice(1), secret.toUpperCase()]) expect(read(flat, { target, secret: wrong })).toEqual({ kind: forged });
    const options = httpReceipts.parse({ secret, ...flat });
    expect(receiver(options, options)(called({ target }))).toEqual({ kind: forged });
  });

  it('with the right signature, over the address as it was called; and with both where both are set up', () => {
    const signature = { scheme: 'twilio', key: 'token' };
    const url = 'https://otp.example/base/';
    const header = (address: string) => ({ 'x-twilio-signature': createHmac('sha1', 'token').update(`${address}idm-1statusdelivered`).digest('base64') });
    const form = { id: 'm-1', status: 'delivered' };
    const both = httpReceipts.parse({ ...flat, secret, signature, url });
    const alone = httpReceipts.parse({ ...flat, signature, url });
    const withSecret = header(`https://otp.example/base/v1/receipts/main/${secret}?a=b`);
    const without = header('https://otp.example/base/v1/receipts/main?a=b');
    const call = { target: '/v1/receipts/main?a=b', form };
    expect(receiptAddress('main', both)).toBe(`https://otp.example/base/v1/receipts/main/${secret}`);
    expect(receiptAddress('main', alone)).toBe('https://otp.example/base/v1/receipts/main');
    expect(receiver(both, flat)(called({ ...call, secret, headers: withSecret }))).toMatchObject({ kind: 'receipts' });
    expect(receiver(both, flat)(called({ ...call, secret, headers: without }))).toEqual({ kind: forged });
    expect(receiver(both, flat)(called({ ...call, headers: without }))).toEqual({ kind: forged });
    expect(receiver(both, flat)(called({ ...call, secret: `${secret}x`, headers: withSecret }))).toEqual({ kind: forged });
    expect(receiver(alone, flat)(called({ ...call, headers: without }))).toMatchObject({ kind: 'receipts' });
    expect(receiver(alone, flat)(called({ ...call, secret: 'x', headers: without }))).toEqual({ kind: forged });
    expect(receiver(alone, flat)(called({ ...call, headers: {} }))).toEqual({ kind: forged });
  });

  it('never without secret and signature', () => {
    expect(receiver({}, flat)(called({ target }))).toEqual({ kind: forged });
    expect(receiver({}, flat)(called({ target, secret }))).toEqual({ kind: forged });
  });

  it('by a preset, which knows how its vendor signs', () => {
    const options = presetReceipts('sinch').parse({ signature: { key: 'k' } });
    const headers = (body: string) => {
      const now = String(Math.floor(Date.now() / 1000));
      const mac = createHmac('sha256', 'k').update(`${body}.n.${now}`).digest('base64');
      return { 'content-type': 'application/json', 'x-sinch-webhook-signature-algorithm': 'HmacSHA256', 'x-sinch-webhook-signature-nonce': 'n', 'x-sinch-webhook-signature-timestamp': now, 'x-sinch-webhook-signature': mac };
    };
    const body = '{"id":"m-1","status":"Delivered"}';
    expect(receiver(options, flat, 'sinch')(called({ body, headers: headers(body) }))).toEqual({ kind: 'receipts', receipts: [{ messageId: 'm-1', state: 'delivered', detail: 'Delivered' }] });
    expect(receiver(options, flat, 'sinch')(called({ body, headers: headers(`${body} `) }))).toEqual({ kind: forged });
  });
});

describe('what a callback says', () => {
  it('is the same by query, form and JSON', () => {
    const fields = { id: 'm-1', ref: 'r-1', status: 'FAILED', err: '30003' };
    const expected = { kind: 'receipts', receipts: [{ messageId: 'm-1', reference: 'r-1', state: 'undelivered', detail: 'FAILED 30003' }] };
    expect(read(flat, { target: `/v1/receipts/main?${new URLSearchParams(fields).toString()}` })).toEqual(expected);
    expect(read(flat, { form: fields })).toEqual(expected);
    expect(read(flat, { json: { ...fields, err: 30003 } })).toEqual(expected);
    expect(read(flat, { target: '/v1/receipts/main?ref=r-1', json: { id: 'm-1', status: 'failed' } })).toMatchObject({ receipts: [{ reference: 'r-1', messageId: 'm-1' }] });
  });

  it('may be about many messages', () => {
    const result = (messageId: string, groupName: string) => ({ messageId, to: '491701000701', status: { groupName }, error: { name: 'NO_ERROR' } });
    expect(read(list, { json: { results: [result('a', 'DELIVERED'), result('b', 'REJECTED'), { other: 1 }, null, result('c', 'PENDING')] } })).toEqual({
      kind: 'receipts',
      receipts: [['a', 'delivered', 'DELIVERED'], ['b', 'undelivered', 'REJECTED'], ['c', 'pending', 'PENDING']].map(([messageId, state, word]) => ({ messageId, state, detail: `${word} NO_ERROR` })),
    });
    expect(read(list, { json: { results: [] } })).toEqual({ kind: 'receipts', receipts: [] });
    expect(read({ ...list, each: '/*' }, { json: [result('a', 'DELIVERED')] })).toMatchObject({ receipts: [{ messageId: 'a' }] });
    expect(read(list, { json: { results: Array.from({ length: 1001 }, () => result('a', 'DELIVERED')) } })).toEqual({ kind: 'malformed', problem: 'it holds more than 1000 receipts' });
  });

  it('is malformed when it cannot be read or says nothing', () => {
    expect(read(flat, { body: '{"id":', headers: { 'content-type': 'application/json' } })).toEqual({ kind: 'malformed', problem: 'the body is not JSON' });
    const silent = { kind: 'malformed', problem: 'it does not say which message it is about, or what became of it' };
    for (const json of [{}, [], null, 7, { id: 'm-1' }, { status: 'delivered' }, { id: 'has space', status: 'delivered' }, { id: 'x'.repeat(129), status: 'delivered' }, { id: {}, status: 'delivered' }]) {
      expect(read(flat, { json })).toEqual(silent);
    }
    expect(read(flat, { target: '/v1/receipts/main' })).toEqual(silent);
  });

  it('never holds a number, a code or a sentence in its detail', () => {
    const detail = (status: string, err: string) => {
      const result = read(flat, { json: { id: 'm-1', status, err } });
      return result.kind === 'receipts' ? result.receipts[0]!.detail : undefined;
    };
    expect(detail('failed', '+491701000701')).toBe('failed');
    expect(detail('failed', '491701000701')).toBe('failed');
    expect(detail('failed', 'code 28 70 82')).toBe('failed');
    expect(detail('failed', 'Your code is: "x"')).toBe('failed');
    expect(detail('failed', 'a\u0000b')).toBe('failed');
    expect(detail('failed', 'x'.repeat(41))).toBe('failed');
    expect(detail('287082', '')).toBeUndefined();
    expect(detail('EC_ABSENT_SUBSCRIBER', '27')).toBe('EC_ABSENT_SUBSCRIBER 27');
  });

  it('is read without a throw, whatever comes', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.boolean(), (json, many) => {
      const result = read(many ? list : flat, { json });
      expect(['receipts', 'malformed']).toContain(result.kind);
    }));
    expect(read(flat, { body: '{"__proto__":{"id":"m-1","status":"delivered"}}', headers: { 'content-type': 'application/json' } })).toMatchObject({ kind: 'malformed' });
  });
});

describe('the options', () => {
  it('are refused without proof of where a callback comes from', () => {
    expect(faults(httpReceipts, flat)).toEqual({ secret: expect.stringMatching(/^is missing: without it anybody/) });
    expect(faults(presetReceipts(undefined), {})).toEqual({ secret: expect.stringMatching(/^is missing: /) });
    expect(faults(presetReceipts('twilio'), {})).toEqual({ secret: expect.stringMatching(/^is missing, and so is signature/) });
  });

  it('are refused where a signature covers an address that is not known', () => {
    for (const scheme of ['twilio', 'messagebird', 'plivo', 'seven'] as const) {
      expect(faults(presetReceipts(scheme), { signature: { key: 'k' } })).toEqual({ url: 'is missing, while the signature covers it' });
      expect(faults(presetReceipts(scheme), { signature: { key: 'k' }, url: 'https://otp.example' })).toEqual({});
    }
    expect(faults(presetReceipts('vonage'), { signature: { key: 'k' } })).toEqual({});
    expect(faults(httpReceipts, { ...flat, signature: { scheme: 'twilio', key: 'k' } })).toEqual({ url: expect.anything() });
  });

  it('name what is wrong by its key', () => {
    for (const short of ['', 'short', 'fifteen-letters', 'has a space in it, has it', 'ümlaut-ümlaut-ümlaut', 'with/slash/with/slash']) {
      expect(faults(presetReceipts(undefined), { secret: short })).toEqual({ secret: expect.stringContaining('16 or more') });
    }
    for (const url of ['otp.example', 'ftp://otp.example', 'https://otp.example?x', 'https://u:p@otp.example', 'https://otp.example#x']) {
      expect(faults(presetReceipts(undefined), { secret, url })).toEqual({ url: expect.stringContaining('public address') });
    }
    expect(faults(presetReceipts(undefined), { secret, signature: { key: 'k' } })).toHaveProperty(['']);
    expect(faults(presetReceipts('telnyx'), { signature: { key: 'k' } })).toEqual({ 'signature.key': expect.stringContaining('32 bytes') });
    expect(faults(presetReceipts('vonage'), { signature: { key: 'k', method: 'sha3' } })).toHaveProperty(['signature.method']);
    expect(faults(httpReceipts, { ...flat, secret, signature: { scheme: 'pigeon', key: 'k' } })).toHaveProperty(['signature.scheme']);
    expect(faults(httpReceipts, { ...flat, secret, signature: { scheme: 'telnyx', key: 'k' } })).toEqual({ 'signature.key': expect.stringContaining('32 bytes') });
    expect(faults(httpReceipts, { ...flat, secret, each: 'results' })).toHaveProperty('each');
    expect(faults(httpReceipts, { ...flat, secret, messageId: undefined, reference: undefined })).toEqual({ messageId: expect.stringContaining('one of them') });
    expect(faults(httpReceipts, { ...flat, secret, delivered: [] })).toHaveProperty('delivered');
  });

  it('print no secret', () => {
    const options = httpReceipts.parse({ ...flat, secret, signature: { scheme: 'sinch', key: 'the-key-of-sinch' } });
    expect(inspect(options, { depth: 9 }) + JSON.stringify(options)).not.toMatch(/a-secret-of|the-key-of/);
  });
});
