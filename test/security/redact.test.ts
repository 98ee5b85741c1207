import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Logger } from 'pino';
import { answered, makeLog, pathOf, scrub, withoutUrlSecrets } from '../../src/security/redact.js';
import { Secret } from '../../src/security/secret.js';

const canary = 'c4n4ry';
const logger = (): { log: Logger; lines: () => string } => {
  const written: string[] = [];
  return { log: makeLog('trace', { write: (line: string) => void written.push(line) }), lines: () => written.join('') };
};
const request = (): IncomingMessage =>
  Object.assign(new IncomingMessage(new Socket()), {
    method: 'POST', url: `/validate/check?user=alice&pass=${canary}`, headers: { authorization: canary, cookie: canary }, body: { pass: canary },
  });

it.each([
  'pass', 'password', 'PASSWORD', 'pin', 'otppin', 'otp_pin', 'new-pin', 'otp', 'otpkey', 'genkey_seed', 'authorization', 'Proxy-Authorization', 'PI-Authorization', 'cookie', 'set-cookie', 'X-CSRF-TOKEN',
  'phone', 'mobile', 'phoneNumber', 'body', 'query', 'headers', 'jwt', 'apiKey', 'masterKey', 'keyHash', 'pinHash', 'login', 'user', 'email', 'SMSProviderConfig', 'text',
])('hides what stands under %s, however deep', (name) => {
  const { log, lines } = logger();
  log.info({ [name]: canary, list: [{ inner: { [name]: { value: canary } } }] }, 'something');
  log.child({}).child({ [name]: canary, part: { [name]: canary } }, { level: 'warn' }).warn('something else');
  expect(lines()).toContain('something else');
  expect(lines()).toContain('***');
  expect(lines()).not.toContain(canary);
});

it('leaves alone what is needed to find a fault', () => {
  const { log, lines } = logger();
  log.info({ transactionId: '0123', serial: 'SMS1', gateway: 'main', position: 7, at: new Date(0), reason: 'wrong-pin', nothing: null }, 'challenge issued');
  expect(JSON.parse(lines())).toMatchObject({
    level: 'info', transactionId: '0123', serial: 'SMS1', gateway: 'main', position: 7, at: '1970-01-01T00:00:00.000Z', reason: 'wrong-pin', nothing: null, msg: 'challenge issued',
  });
});

it('says of a request its method and path, of an answer its status', () => {
  const { log, lines } = logger();
  const req = request();
  log.info({ req, res: Object.assign(new ServerResponse(req), { statusCode: 401 }) });
  expect(JSON.parse(lines())).toMatchObject({ req: { method: 'POST', path: '/validate/check' }, res: { status: 401 } });
  expect(lines()).not.toContain(canary);
  expect(answered('r1', req, 200, 12.3456)).toEqual({ requestId: 'r1', method: 'POST', path: '/validate/check', status: 200, ms: 12.3 });
  expect([pathOf('/a?b#c'), pathOf('/a#b'), pathOf('')]).toEqual(['/a', '/a', '']);
  // the secret of a provider that brings receipts, however the path was mistyped
  for (const path of ['/v1/receipts/main/geheim?x=1', '/V1/Receipts/main/geheim', '/v1/receipts/main//geheim/', '/v1/receipts//main/geheim', '//proxy/v1/receipts/main/ge\nheim']) {
    expect(pathOf(path)).toMatch(/\/receipts\/(main)?\/\*\*\*$/i);
  }
  expect(pathOf('/v1/receipts/main')).toBe('/v1/receipts/main');
});

it('says of an error what happened, and nothing that hangs on it', () => {
  const { log, lines } = logger();
  const cause = new Error(`connect to https://gw:${canary}@sms.example/send?pass=${canary}&to=1 failed`);
  const error = Object.assign(new Error('not sent', { cause }), { code: 'ECONNREFUSED', request: { body: canary }, response: canary });
  log.error(error);
  log.error({ err: error }, 'again');
  log.error({ failure: error }, 'and again');
  expect(lines()).not.toContain(canary);
  for (const line of lines().trim().split('\n').map((text) => JSON.parse(text) as Record<string, Record<string, unknown>>)) {
    expect(line['err'] ?? line['failure']).toMatchObject({ type: 'Error', message: 'not sent', code: 'ECONNREFUSED', cause: { message: 'connect to https://***@sms.example/send?*** failed' } });
  }
});

it('takes secrets out of URLs in texts', () => {
  const { log, lines } = logger();
  log.info({}, `proxy http://me:${canary}@proxy:3128 for %s`, `http://gw/?code=${canary}`);
  expect(lines()).not.toContain(canary);
  expect(withoutUrlSecrets('see http://a.example/b and ftp://x@y/z.')).toBe('see http://a.example/b and ftp://***@y/z.');
  expect(scrub(new URL(`https://u:${canary}@h/p?${canary}#${canary}`))).toBe('https://***@h/p?***');
});

it('shows bytes by their number, secrets by stars, and ends where things go in circles', () => {
  const circle: Record<string, unknown> = { bytes: Buffer.from(canary), value: new Secret(canary) };
  circle['again'] = circle;
  const text = JSON.stringify(scrub(circle));
  expect(text).toContain('[6 bytes]');
  expect(text).toContain('"value":"***"');
  expect(text).not.toContain(canary);
});
