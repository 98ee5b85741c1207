import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import { overhear } from '../../fixtures/surroundings.js';
import type { Callback, Gateway } from '../../../src/gateways/gateway.js';
import { presetKind } from '../../../src/gateways/presets/presetKind.js';
import { presets } from '../../../src/gateways/presets/presets.js';
import type { SchemeName } from '../../../src/gateways/receipts/schemes.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { called } from '../receipts/called.js';

const telnyx = generateKeyPairSync('ed25519');
const publicKey = Buffer.from(telnyx.publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('base64');
const key = 'the-key-of-the-account';
const now = new Date();
const seconds = String(Math.floor(now.getTime() / 1000));
const hmac = (algorithm: string, text: string) => createHmac(algorithm, key).update(text);

type Call = Parameters<typeof called>[0];
/** Signs a call as the vendor does; `url` is what it calls. */
const signers: Readonly<Record<SchemeName, (call: Call, body: string, url: string) => Call | Promise<Call>>> = {
  twilio: (call, body, url) => {
    const fields = [...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : 1)).flat().join('');
    return { ...call, headers: { 'x-twilio-signature': hmac('sha1', url + fields).digest('base64') } };
  },
  vonage: (call) => {
    const query = new URLSearchParams(`${call.target!.split('?')[1]}&timestamp=${seconds}`);
    const text = [...query].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `&${name}=${value.replace(/[&=]/g, '_')}`).join('');
    return { ...call, target: `${call.target!.split('?')[0]}?${query.toString()}&sig=${hmac('sha256', text).digest('hex')}` };
  },
  messagebird: async (call, _, url) => {
    const token = await new SignJWT({ url_hash: createHash('sha256').update(url).digest('hex'), jti: '1' })
      .setProtectedHeader({ alg: 'HS256' }).setIssuer('MessageBird').setNotBefore(now).setExpirationTime(new Date(now.getTime() + 60_000)).sign(Buffer.from(key));
    return { ...call, headers: { 'messagebird-signature-jwt': token } };
  },
  plivo: (call, body, url) => {
    const fields = [...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : 1)).flat().join('');
    return { ...call, headers: { 'x-plivo-signature-v3-nonce': '17', 'x-plivo-signature-v3': hmac('sha256', `${url}?${fields}.17`).digest('base64') } };
  },
  telnyx: (call, body) => ({ ...call, headers: { 'telnyx-timestamp': seconds, 'telnyx-signature-ed25519': sign(null, Buffer.from(`${seconds}|${body}`), telnyx.privateKey).toString('base64') } }),
  sinch: (call, body) => ({
    ...call,
    headers: {
      'x-sinch-webhook-signature-algorithm': 'HmacSHA256', 'x-sinch-webhook-signature-nonce': 'n', 'x-sinch-webhook-signature-timestamp': seconds,
      'x-sinch-webhook-signature': hmac('sha256', `${body}.n.${seconds}`).digest('base64'),
    },
  }),
  seven: (call, body, url) => ({
    ...call,
    headers: { 'x-timestamp': seconds, 'x-nonce': 'n', 'x-signature': hmac('sha256', [seconds, 'n', 'POST', url, createHash('md5').update(body).digest('hex')].join('\n')).digest('hex') },
  }),
};

const registry = gatewayRegistry(presets.map(presetKind));
const open = (kind: string, options: object, receipts: object): Gateway => {
  const read = registry.parseDefinition({ kind, options: { ...options, receipts } });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.open('main', overhear());
};

it('every way of signing is a vendor\'s', () => {
  expect(presets.flatMap(({ receipts }) => receipts?.signature ?? []).sort()).toEqual(Object.keys(signers).sort());
});

it.each(presets.flatMap(({ kind, receipts }) => (receipts?.signature ? [[kind, receipts.signature] as const] : [])))('%s is believed by its signature, with and without a secret beside it', async (kind, scheme) => {
  const { options, receipts } = JSON.parse(readFileSync(`test/fixtures/presets/${kind}.json`, 'utf8')) as { options: object; receipts: (Call & { gives: unknown })[] };
  const { gives, target = '', ...content } = receipts[0]!;
  const signature = { key: scheme === 'telnyx' ? publicKey : key, ...(scheme === 'vonage' ? { method: 'sha256' } : {}) };
  const secret = 'a-secret-of-the-gateway';
  const signedFor = async (path: string): Promise<Callback> => {
    const call = { ...content, target: `/v1/receipts/main${target}`, now };
    return called(await signers[scheme](call, called(call).body.toString(), `https://otp.example${path}${target}`));
  };

  const alone = open(kind, options, { url: 'https://otp.example', signature });
  const signed = await signedFor('/v1/receipts/main');
  expect(alone.receive!(signed)).toEqual({ kind: 'receipts', receipts: [gives] });
  expect(alone.receive!({ ...signed, headers: { 'content-type': signed.headers['content-type'] }, query: signed.query.filter(([name]) => name !== 'sig') })).toEqual({ kind: 'unauthentic' });
  if (signed.body.length > 0) expect(alone.receive!({ ...signed, body: Buffer.from(signed.body.toString().replace(/deliver/i, 'Deliver ')) })).toEqual({ kind: 'unauthentic' });
  await alone.close();

  const both = open(kind, options, { url: 'https://otp.example', signature, secret });
  const withSecret = called({ secret, now });
  expect(both.receive!({ ...(await signedFor(`/v1/receipts/main/${secret}`)), secret: withSecret.secret! })).toEqual({ kind: 'receipts', receipts: [gives] });
  expect(both.receive!(await signedFor(`/v1/receipts/main/${secret}`))).toEqual({ kind: 'unauthentic' });
  expect(both.receive!({ ...called({ ...content, target: `/v1/receipts/main${target}`, now }), secret: withSecret.secret! })).toEqual({ kind: 'unauthentic' });
  await both.close();
});
