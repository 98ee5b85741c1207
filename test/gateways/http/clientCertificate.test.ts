import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SendOutcome } from '../../../src/gateways/gateway.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { startProxyServer } from '../../fixtures/proxyServer.js';
import { selfSigned } from '../../fixtures/selfSigned.js';
import { outcomeOfFailure } from '../../../src/gateways/http/failure.js';
import { faultsOf, message, native, openHttp } from './openHttp.js';

const folder = temporaryFolder();
const own = selfSigned();
const provider = selfSigned();
const written = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const locked = createPrivateKey(own.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' }) as string;
const files = {
  ca: written('ca.pem', provider.cert), certificate: written('own.crt', own.cert), key: written('own.key', own.key), locked: written('locked.key', locked),
  both: written('both.pem', `${own.key}\n${own.cert}`), other: written('other.key', selfSigned().key), text: written('text.txt', 'hello'),
};

describe('a provider that wants a client certificate', () => {
  let server: GatewayServer;
  beforeAll(async () => {
    server = await startGatewayServer({ tls: { ...provider, requestCert: true, ca: own.cert } });
  });
  afterAll(() => server.close());
  const send = async (tls: Record<string, unknown>, rest: Record<string, unknown> = {}): Promise<SendOutcome> => {
    const gateway = openHttp(native({ url: `${server.url}/`, form: { to: '{phone}', text: '{text}' }, tls: { ca: files.ca, ...tls }, ...rest }));
    try {
      return await gateway.send(message());
    } finally {
      await gateway.close();
    }
  };

  it.each([
    ['with its key in another file', { certificate: files.certificate, key: files.key }],
    ['with its key in the same file', { certificate: files.both }],
    ['with an encrypted key', { certificate: files.certificate, key: files.locked, passphrase: 'open sesame' }],
  ])('gets it, %s', async (_, tls) => {
    expect(await send(tls)).toEqual({ kind: 'sent' });
  });

  it('gets it through a proxy', async () => {
    const proxy = await startProxyServer();
    expect(await send({ certificate: files.both }, { proxy: proxy.url })).toEqual({ kind: 'sent' });
    expect(proxy.requests.map(({ method }) => method)).toEqual(['CONNECT']);
    await proxy.close();
  });

  it('takes nothing without one, or with one that it does not trust', async () => {
    const older = await startGatewayServer({ tls: { ...provider, requestCert: true, ca: own.cert, maxVersion: 'TLSv1.2' } });
    const stranger = selfSigned();
    const certificate = written('stranger.pem', stranger.cert + stranger.key);
    expect(await send({}, { url: older.url })).toEqual({ kind: 'unavailable', reason: `127.0.0.1:${older.port} was not reached: it does not take our certificate, or wants one` });
    expect(await send({ certificate }, { url: older.url })).toMatchObject({ kind: 'unavailable' });
    expect(older.requests).toHaveLength(0);
    await older.close();
    // where TLS 1.3 ends without a word, the request was written, and nobody knows that it was not read
    const before = server.requests.length;
    expect(await send({ certificate })).toMatchObject({ kind: 'unknown' });
    expect(server.requests).toHaveLength(before);
  });

  it('has taken nothing when it turns a certificate down after the request was written', () => {
    const cause = Object.assign(new Error('alert'), { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' });
    expect(outcomeOfFailure({ kind: 'failed', written: true, cause }, 'sms.example')).toEqual({ kind: 'unavailable', reason: 'sms.example was not reached: it does not take our certificate, or wants one' });
  });
});

it.each([
  [{ certificate: '/nowhere/own.crt', key: files.key }, { 'tls.certificate': 'cannot be read' }],
  [{ certificate: files.text, key: files.key }, { 'tls.certificate': 'holds no certificate in PEM form' }],
  [{ certificate: files.certificate, key: '/nowhere/own.key' }, { 'tls.key': 'cannot be read' }],
  [{ certificate: files.certificate, key: files.certificate }, { 'tls.key': 'holds no private key in PEM form' }],
  [{ certificate: files.certificate }, { 'tls.certificate': 'holds no private key beside the certificate, and no key is given' }],
  [{ certificate: files.certificate, key: files.other }, { 'tls.key': 'does not belong to the certificate' }],
  [{ certificate: files.certificate, key: files.locked }, { 'tls.key': 'holds an encrypted key, and there is no passphrase for it' }],
  [{ certificate: files.certificate, key: files.locked, passphrase: 'wrong' }, { 'tls.passphrase': 'does not open the key' }],
  [{ certificate: files.certificate, key: written('broken.key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n') }, { 'tls.key': 'holds no private key that can be read' }],
  [{ key: files.key }, { 'tls.certificate': 'is missing, while there is a key' }],
  [{ passphrase: 'x' }, { 'tls.certificate': 'is missing, while there is a passphrase' }],
])('names what is wrong with %j', (tls, faults) => {
  expect(faultsOf(native({ url: 'https://sms.example/', tls }))).toEqual(faults);
});
