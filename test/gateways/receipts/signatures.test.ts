import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { Secret } from '../../../src/security/secret.js';
import type { Callback } from '../../../src/gateways/gateway.js';
import { schemes, type SchemeName } from '../../../src/gateways/receipts/schemes.js';
import { called } from './called.js';

const isAuthentic = (scheme: SchemeName, callback: Callback, key: string, url = 'https://otp.example/v1/receipts/main', method?: string): boolean =>
  schemes[scheme].isAuthentic({ callback, key: new Secret(key), url, method });

/** The callback, as somebody changed it on its way. */
const changed = (callback: Callback, change: Partial<Callback>): Callback => ({ ...callback, ...change });
const withHeader = (callback: Callback, name: string, value: string): Callback => changed(callback, { headers: { ...callback.headers, [name]: value } });
const later = (callback: Callback, seconds: number): Callback => changed(callback, { now: new Date(callback.now.getTime() + seconds * 1000) });

it.each(Object.keys(schemes) as SchemeName[])('%s: nothing is no signature, and nor is rubbish', (scheme) => {
  const names = ['x-twilio-signature', 'messagebird-signature-jwt', 'x-plivo-signature-v3', 'x-plivo-signature-v3-nonce', 'x-plivo-signature-v2', 'x-plivo-signature-v2-nonce',
    'telnyx-signature-ed25519', 'telnyx-timestamp', 'x-sinch-webhook-signature', 'x-sinch-webhook-signature-algorithm', 'x-signature', 'x-timestamp'];
  const key = Buffer.alloc(32, 1).toString('base64');
  const now = new Date('2026-01-01T00:00:00Z');
  for (const value of ['', 'x', 'a.b.c', 'e30.e30.', `${now.getTime() / 1000}`, 'é', Buffer.alloc(64).toString('base64')]) {
    const headers = Object.fromEntries(names.map((name) => [name, value]));
    expect(isAuthentic(scheme, called({ json: { sig: value, timestamp: value }, headers, now }), key)).toBe(false);
    expect(isAuthentic(scheme, called({ target: `/v1/receipts/main?sig=${value}`, headers, now }), key)).toBe(false);
  }
  expect(isAuthentic(scheme, called({ body: '{', headers: { 'content-type': 'application/json' } }), key)).toBe(false);
});

describe('twilio', () => {
  const form = { CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309', To: '+18005551212' };
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const callback = called({ form, headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' } });

  it("knows the vendor's own example", () => {
    expect(isAuthentic('twilio', callback, '12345', url)).toBe(true);
    expect(isAuthentic('twilio', callback, '12345', 'https://mycompany.com:443/myapp.php?foo=1&bar=2')).toBe(true);
  });

  it('refuses another key, address, field or value', () => {
    expect(isAuthentic('twilio', callback, '12346', url)).toBe(false);
    expect(isAuthentic('twilio', callback, '12345', url.replace('foo=1', 'foo=2'))).toBe(false);
    expect(isAuthentic('twilio', changed(callback, { body: Buffer.from(new URLSearchParams({ ...form, Digits: '1235' }).toString()) }), '12345', url)).toBe(false);
    expect(isAuthentic('twilio', changed(callback, { body: Buffer.from(new URLSearchParams({ ...form, More: '' }).toString()) }), '12345', url)).toBe(false);
  });

  it('takes a signature over the port', () => {
    const signature = createHmac('sha1', 'k').update('https://otp.example:443/r').update('a1').digest('base64');
    expect(isAuthentic('twilio', called({ form: { a: '1' }, headers: { 'x-twilio-signature': signature } }), 'k', 'https://otp.example/r')).toBe(true);
  });
});

describe('vonage', () => {
  const now = new Date(1461605396 * 1000);
  const target = '/v1/receipts/main?a=1&b=2&timestamp=1461605396';

  it("knows the vendor's own example", () => {
    const callback = called({ target: `${target}&sig=6af838ef94998832dbfc29020b564830`, now });
    expect(isAuthentic('vonage', callback, 'secret')).toBe(true);
    expect(isAuthentic('vonage', callback, 'secret', '', 'md5hash')).toBe(true);
    expect(isAuthentic('vonage', callback, 'secret', '', 'md5')).toBe(false);
    expect(isAuthentic('vonage', callback, 'geheim')).toBe(false);
    expect(isAuthentic('vonage', later(callback, 301), 'secret')).toBe(false);
    expect(isAuthentic('vonage', later(callback, -301), 'secret')).toBe(false);
    expect(isAuthentic('vonage', called({ target: callback.target.replace('b=2', 'b=3'), now }), 'secret')).toBe(false);
  });

  it.each(['md5', 'sha1', 'sha256', 'sha512'])('%s as a keyed digest, from query, form or JSON', (method) => {
    const fields = { status: 'delivered', note: 'a&b=c', timestamp: '1461605396' };
    const sig = createHmac(method, 'secret').update('&note=a_b_c&status=delivered&timestamp=1461605396').digest('hex').toUpperCase();
    const ways = [{ target: `/v1/receipts/main?${new URLSearchParams({ ...fields, sig }).toString()}` }, { form: { ...fields, sig } }, { json: { ...fields, timestamp: 1461605396, sig } }];
    for (const way of ways) {
      expect(isAuthentic('vonage', called({ ...way, now }), 'secret', '', method)).toBe(true);
      expect(isAuthentic('vonage', called({ ...way, now }), 'secret', '', 'md5hash')).toBe(false);
    }
  });
});

describe('messagebird', () => {
  // tokens that the vendor publishes for tests of its libraries
  const key = '36efdd1aace2e26cd490f0d951138253bef2f7c6d34d18981da781555cc4cebb';
  const now = new Date('2021-07-05T12:00:00+02:00');
  const url = 'https://example.com/path?bar=1&foo=2';
  const tokens = {
    get: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiJjOTQ2YWY3Ny1lMTgyLTRlYWEtYjJmZi0xYTU0NWI1ZTk5MWEiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3YzQ1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAifQ.huo2ou6JDoDc7sV25d75UMWeYhBeavQlLsqIibSZuac',
    post: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiI5M2U1NTAwNi1hMGU4LTQ1MjYtYTE5MC1mYTVmZjAwZWExMTYiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3YzQ1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAiLCJwYXlsb2FkX2hhc2giOiJkZmZkNjAyMWJiMmJkNWIwYWY2NzYyOTA4MDllYzNhNTMxOTFkZDgxYzdmNzBhNGIyODY4OGEzNjIxODI5ODZmIn0._H--TOuYFLpeEH39-rg5E3IHVkjHozBcaKVWPRC5m9I',
    early: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ4MjgwMCwiZXhwIjoxNjI1NDgyODYwLCJqdGkiOiJmOWY4YzM4Mi0yNDQ5LTQzMTEtYjcyYi0xZGY3MTY4NzkzMWUiLCJ1cmxfaGFzaCI6IjBmMTE1ZGIwNjJiN2MwZGQwMzBiMTY4NzhjOTlkZWE1YzM1NGI0OWRjMzdiMzhlYjg4NDYxNzljNzc4M2U5ZDcifQ.ZELgDFNGhjZH9CffQKcq3sytBe2I0KciLxpBhcfstHQ',
    expired: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3NTYwMCwiZXhwIjoxNjI1NDc1NjYwLCJqdGkiOiI1ZjAyZjUyMi02MDMwLTQ2YzgtYjVhMy0wMTI0NjQ3OGQ4YmMiLCJ1cmxfaGFzaCI6IjBmMTE1ZGIwNjJiN2MwZGQwMzBiMTY4NzhjOTlkZWE1YzM1NGI0OWRjMzdiMzhlYjg4NDYxNzljNzc4M2U5ZDcifQ.45MSST3B_2PsjNUeiuW54_vUQgVw4rBXrdWrOUEz3lM',
  };
  const get = (token: string) => called({ headers: { 'messagebird-signature-jwt': token }, now });
  const post = called({ body: 'Hello, World!', headers: { 'messagebird-signature-jwt': tokens.post }, now });

  it("knows the vendor's own examples", () => {
    expect(isAuthentic('messagebird', get(tokens.get), key, url)).toBe(true);
    expect(isAuthentic('messagebird', post, key, url)).toBe(true);
    expect(isAuthentic('messagebird', get(tokens.early), key, 'https://example.com/')).toBe(false);
    expect(isAuthentic('messagebird', get(tokens.expired), key, 'https://example.com/')).toBe(false);
  });

  it('refuses another key, address, body or time', () => {
    expect(isAuthentic('messagebird', get(tokens.get), `${key}0`, url)).toBe(false);
    expect(isAuthentic('messagebird', get(tokens.get), key, 'https://example.com/path?foo=2&bar=1')).toBe(false);
    expect(isAuthentic('messagebird', changed(post, { body: Buffer.from('Hello, world!') }), key, url)).toBe(false);
    expect(isAuthentic('messagebird', changed(post, { headers: { 'messagebird-signature-jwt': tokens.get } }), key, url)).toBe(false);
    expect(isAuthentic('messagebird', later(get(tokens.get), 120), key, url)).toBe(false);
  });

  it('lets no token choose its algorithm', () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = JSON.parse(Buffer.from(tokens.get.split('.')[1]!, 'base64url').toString()) as object;
    const signed = (header: object, given: object) => {
      const start = `${part(header)}.${part(given)}`;
      return `${start}.${createHmac('sha256', key).update(start).digest('base64url')}`;
    };
    expect(isAuthentic('messagebird', get(signed({ alg: 'HS256' }, claims)), key, url)).toBe(true);
    expect(isAuthentic('messagebird', get(signed({ alg: 'none' }, claims)), key, url)).toBe(false);
    expect(isAuthentic('messagebird', get(`${part({ alg: 'none' })}.${part(claims)}.`), key, url)).toBe(false);
    expect(isAuthentic('messagebird', get(signed({ alg: 'HS256' }, { ...claims, iss: 'Somebody' })), key, url)).toBe(false);
    expect(isAuthentic('messagebird', get(signed({ alg: 'HS256' }, { ...claims, exp: undefined })), key, url)).toBe(false);
  });
});

describe('plivo', () => {
  const url = 'https://otp.example/v1/receipts/main?b=2&a=1';
  const form = { Status: 'delivered', MessageUUID: 'u-1' };
  const v3 = createHmac('sha256', 'token').update('https://otp.example/v1/receipts/main?a=1&b=2.MessageUUIDu-1Statusdelivered.nonce').digest('base64');
  const callback = called({ target: '/v1/receipts/main?b=2&a=1', form, headers: { 'x-plivo-signature-v3': `other,${v3}`, 'x-plivo-signature-v3-nonce': 'nonce' } });

  it('version 3 covers address and fields', () => {
    expect(isAuthentic('plivo', callback, 'token', url)).toBe(true);
    expect(isAuthentic('plivo', callback, 'tokem', url)).toBe(false);
    expect(isAuthentic('plivo', callback, 'token', url.replace('otp', 'opt'))).toBe(false);
    expect(isAuthentic('plivo', withHeader(callback, 'x-plivo-signature-v3-nonce', 'nonse'), 'token', url)).toBe(false);
    expect(isAuthentic('plivo', changed(callback, { body: Buffer.from('Status=failed&MessageUUID=u-1') }), 'token', url)).toBe(false);
  });

  it('version 3 without a query, by GET, and by the main account', () => {
    const sign3 = (text: string) => createHmac('sha256', 'token').update(text).digest('base64');
    const headers = (text: string) => ({ 'x-plivo-signature-ma-v3': sign3(text), 'x-plivo-signature-v3-nonce': 'n' });
    expect(isAuthentic('plivo', called({ form, headers: headers('https://otp.example/v1/receipts/main?MessageUUIDu-1Statusdelivered.n') }), 'token')).toBe(true);
    expect(isAuthentic('plivo', called({ target: '/v1/receipts/main?b=2&a=1', headers: headers('https://otp.example/v1/receipts/main?a=1&b=2.n') }), 'token', url)).toBe(true);
  });

  it("version 2, with the vendor's own example, which a wrong version 3 is not helped by", () => {
    const second = called({ form, headers: { 'x-plivo-signature-v2': 'ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=', 'x-plivo-signature-v2-nonce': '12345' } });
    expect(isAuthentic('plivo', second, 'my_auth_token', 'https://answer.url')).toBe(true);
    expect(isAuthentic('plivo', second, 'my_auth_tokens', 'https://answer.url')).toBe(false);
    expect(isAuthentic('plivo', withHeader(second, 'x-plivo-signature-v3', v3), 'my_auth_token', 'https://answer.url')).toBe(false);
  });
});

describe('telnyx', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('base64');
  const now = new Date('2026-01-01T00:00:00Z');
  const body = '{"data":{"event_type":"message.finalized"}}';
  const timestamp = String(now.getTime() / 1000);
  const signature = sign(null, Buffer.from(`${timestamp}|${body}`), privateKey).toString('base64');
  const callback = called({ body, headers: { 'content-type': 'application/json', 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature }, now });

  it('is good for five minutes, for this body and key', () => {
    expect(isAuthentic('telnyx', callback, key)).toBe(true);
    expect(isAuthentic('telnyx', later(callback, 299), key)).toBe(true);
    expect(isAuthentic('telnyx', later(callback, 301), key)).toBe(false);
    expect(isAuthentic('telnyx', changed(callback, { body: Buffer.from(`${body} `) }), key)).toBe(false);
    expect(isAuthentic('telnyx', withHeader(callback, 'telnyx-timestamp', String(Number(timestamp) + 1)), key)).toBe(false);
    expect(isAuthentic('telnyx', callback, Buffer.alloc(32, 7).toString('base64'))).toBe(false);
  });
});

describe('sinch', () => {
  const now = new Date(1634579353 * 1000);
  const body = '{"app_id":"","accepted_time":"2021-10-18T17:49:13.813615Z","project_id":"e2df3a34-a71b-4448-9db5-a8d2baad28e4","contact_create_notification":{"contact":{"id":"01FJA8B466Y0R2GNXD78MD9SM1","channel_identities":[{"channel":"SMS","identity":"48123456789","app_id":""}],"display_name":"New Test Contact","email":"new.contact@email.com","external_id":"","metadata":"","language":"EN_US"}},"message_metadata":""}';
  const callback = called({
    body, now,
    headers: {
      'x-sinch-webhook-signature-nonce': '01FJA8B4A7BM43YGWSG9GBV067', 'x-sinch-webhook-signature-timestamp': '1634579353',
      'x-sinch-webhook-signature-algorithm': 'HmacSHA256', 'x-sinch-webhook-signature': '6bpJoRmFoXVjfJIVglMoJzYXxnoxRujzR4k2GOXewOE=',
    },
  });

  it("knows the vendor's own example, for five minutes", () => {
    expect(isAuthentic('sinch', callback, 'foo_secret1234')).toBe(true);
    expect(isAuthentic('sinch', callback, 'foo_secret1235')).toBe(false);
    expect(isAuthentic('sinch', later(callback, 301), 'foo_secret1234')).toBe(false);
    expect(isAuthentic('sinch', changed(callback, { body: Buffer.from(body.replace('48123', '48124')) }), 'foo_secret1234')).toBe(false);
    expect(isAuthentic('sinch', withHeader(callback, 'x-sinch-webhook-signature-algorithm', 'none'), 'foo_secret1234')).toBe(false);
  });
});

describe('seven', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const timestamp = String(now.getTime() / 1000);
  const url = 'https://otp.example/v1/receipts/main';
  const body = '{"data":{"msg_id":"77149843739","status":"DELIVERED"},"webhook_event":"dlr"}';
  const signature = createHmac('sha256', 'signing-key')
    .update([timestamp, 'fpPRhAd1s8GXacfR39mWqKPynmmXfJnc', 'POST', url, createHash('md5').update(body).digest('hex')].join('\n')).digest('hex');
  const callback = called({ body, headers: { 'x-signature': signature, 'x-timestamp': timestamp, 'x-nonce': 'fpPRhAd1s8GXacfR39mWqKPynmmXfJnc' }, now });

  it('covers time, nonce, method, address and body', () => {
    expect(isAuthentic('seven', callback, 'signing-key', url)).toBe(true);
    expect(isAuthentic('seven', callback, 'signing-kez', url)).toBe(false);
    expect(isAuthentic('seven', later(callback, 301), 'signing-key', url)).toBe(false);
    expect(isAuthentic('seven', callback, 'signing-key', `${url}/x`)).toBe(false);
    expect(isAuthentic('seven', changed(callback, { method: 'PUT' }), 'signing-key', url)).toBe(false);
    expect(isAuthentic('seven', changed(callback, { body: Buffer.from(body.replace('DELIVERED', 'FAILED')) }), 'signing-key', url)).toBe(false);
    expect(isAuthentic('seven', withHeader(callback, 'x-nonce', 'other'), 'signing-key', url)).toBe(false);
  });
});
