import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../fixtures/folder.js';
import { startMailServer, type MailServer } from '../../fixtures/mailServer.js';
import { selfSigned, type SelfSigned } from '../../fixtures/selfSigned.js';
import type { Gateway } from '../../../src/gateways/gateway.js';
import { message, native, openSmtp } from './openSmtp.js';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  closing.push(thing);
  return thing;
};
const mailServer = async (options: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> => kept(await startMailServer(options));
const open = (options: Record<string, unknown>): Gateway => kept(openSmtp(native(options)));

const certificate: SelfSigned = selfSigned();
const files = { ca: '', key: '' };
beforeAll(() => {
  const folder = temporaryFolder();
  files.ca = join(folder, 'ca.pem');
  files.key = join(folder, 'key.pem');
  writeFileSync(files.ca, certificate.cert);
  writeFileSync(files.key, certificate.key);
});
const user = { name: 'operator', password: 'c4n4ry pässword' };
const login = { username: user.name, password: user.password };

describe('a message', () => {
  it('becomes a proper e-mail', async () => {
    const server = await mailServer();
    const gateway = open({ port: server.port, from: 'Tanager Codes <codes@mail.example>', subject: 'SMS for {phone}', text: '{text}', number: { digitsOnly: true } });
    const before = Date.now();
    expect(await gateway.send(message({ to: '+49 (170) 100-0701', text: 'Ihr Code für 5 € Gebühr: 287082' }))).toEqual({ kind: 'sent', messageId: 'ref-1@mail.example' });
    const mail = await server.next();
    expect(mail).toMatchObject({ from: 'codes@mail.example', to: ['+491701000701@sms.example'], secure: false, body: 'Ihr Code für 5 € Gebühr: 287082\n' });
    expect(mail.header('from')).toBe('Tanager Codes <codes@mail.example>');
    expect(mail.header('to')).toBe('+491701000701@sms.example');
    expect(mail.header('subject')).toBe('SMS for +491701000701');
    expect(mail.header('message-id')).toBe('<ref-1@mail.example>');
    expect(mail.header('auto-submitted')).toBe('auto-generated');
    expect(mail.header('mime-version')).toBe('1.0');
    expect(mail.header('content-type')).toBe('text/plain; charset=utf-8');
    expect(Math.abs(Date.parse(mail.header('date')!) - before)).toBeLessThan(10_000);
  });

  it('can have the text in the subject, the number in the text, and an empty text', async () => {
    const server = await mailServer();
    expect(await open({ port: server.port, to: 'sms@gateway.example', subject: '{phone};{validity};{reference};{text}', text: '' }).send(message())).toMatchObject({ kind: 'sent' });
    const mail = await server.next();
    expect([mail.header('subject'), mail.body.trim()]).toEqual(['+491701000701;120;ref-1;287082', '']);
  });

  it('keeps its id when it is sent again, whatever the reference is', async () => {
    const server = await mailServer();
    const gateway = open({ port: server.port });
    const reference = 'r <x@y>\r\nBcc: all@example.org';
    await gateway.send(message({ reference }));
    await gateway.send(message({ reference }));
    const ids = [(await server.next()).header('message-id'), (await server.next()).header('message-id')];
    expect(ids[0]).toMatch(/^<[0-9a-f]{40}@mail\.example>$/);
    expect(ids[1]).toBe(ids[0]);
  });

  it('is not sent to a number that cannot stand in an address, and is told what to do', async () => {
    const server = await mailServer();
    const gateway = open({ port: server.port });
    for (const to of ['+49 170 1000701', '1,2@x', 'a@b>', '1\r\nRCPT TO:<x@y>', '"1"', 'ü1', '.1', '1..2', 'x'.repeat(65), ' ']) {
      expect(await gateway.send(message({ to }))).toMatchObject({ kind: 'rejected', reason: expect.stringMatching(/number/) });
    }
    expect(server.connections).toBe(0);
  });

  it('is not sent where nothing would carry its text', async () => {
    expect(await open({ port: 1, text: 'no code' }).send(message())).toEqual({ kind: 'rejected', reason: 'neither to, subject nor text carries the text of the message' });
  });
});

describe('TLS and logins', () => {
  it.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('STARTTLS with an own authority, then AUTH %s', async (method) => {
    const server = await mailServer({
      tls: certificate, user, authMethods: [method],
      ...(method === 'CRAM-MD5' ? { onAuth: ({ username, validatePassword }, _, done) => (validatePassword?.(user.password) ? done(null, { user: username }) : done(new Error('no'))) } : {}),
    });
    expect(await open({ port: server.port, security: 'starttls', tls: { ca: files.ca }, ...login }).send(message())).toMatchObject({ kind: 'sent' });
    expect(await server.next()).toMatchObject({ secure: true, user: 'operator' });
  });

  it('TLS from the first byte', async () => {
    const server = await mailServer({ tls: certificate, user, secure: true });
    expect(await open({ port: server.port, security: 'tls', tls: { ca: files.ca }, ...login }).send(message())).toMatchObject({ kind: 'sent' });
    expect(await server.next()).toMatchObject({ secure: true, user: 'operator' });
  });

  it('a certificate of our own', async () => {
    const server = await mailServer({ tls: certificate, secure: true, requestCert: true, rejectUnauthorized: true, ca: [certificate.cert] });
    const options = { port: server.port, security: 'tls' };
    expect(await open({ ...options, tls: { ca: files.ca, certificate: files.ca, key: files.key } }).send(message())).toMatchObject({ kind: 'sent' });
    expect(await open({ ...options, tls: { ca: files.ca } }).send(message())).toMatchObject({ kind: 'unavailable' });
    expect(server.mails).toHaveLength(1);
  });

  it.each(['starttls', 'tls'] as const)('a certificate that is not trusted is refused and says what to do (%s)', async (security) => {
    const server = await mailServer({ tls: certificate, user, secure: security === 'tls' });
    expect(await open({ port: server.port, security, ...login }).send(message()))
      .toEqual({ kind: 'unavailable', reason: `127.0.0.1:${server.port} was not reached: the certificate is self-signed; name it as an authority to trust it` });
    expect(await open({ port: server.port, security, tls: { verify: false }, ...login }).send(message())).toMatchObject({ kind: 'sent' });
  });

  it.each(['starttls', 'tls'] as const)('a certificate for another host is refused (%s)', async (security) => {
    const other = selfSigned(['other.example']);
    const ca = join(temporaryFolder(), 'ca.pem');
    writeFileSync(ca, other.cert);
    const server = await mailServer({ tls: other, secure: security === 'tls' });
    expect(await open({ host: 'localhost', port: server.port, security, tls: { ca } }).send(message()))
      .toEqual({ kind: 'unavailable', reason: `localhost:${server.port} was not reached: the certificate is for another host` });
    expect(server.mails).toHaveLength(0);
  });

  it('STARTTLS that is demanded and not offered sends nothing, no password either', async () => {
    const server = await mailServer({ user, allowInsecureAuth: true });
    expect(await open({ port: server.port, security: 'starttls', ...login }).send(message()))
      .toEqual({ kind: 'unavailable', reason: expect.stringMatching(/^127\.0\.0\.1:\d+ does not take STARTTLS \(5\d\d/) });
    expect(server.mails).toHaveLength(0);
  });

  it('a login that is refused', async () => {
    const server = await mailServer({ tls: certificate, user });
    const outcome = await open({ port: server.port, security: 'starttls', tls: { ca: files.ca }, username: 'operator', password: 'wr0ng-p4ss' }).send(message());
    expect(outcome).toEqual({ kind: 'unavailable', reason: expect.stringMatching(/did not take the login \(535.*\): no such user … with …$/) });
  });

  it('a server that offers no login', async () => {
    const server = await mailServer();
    expect(await open({ port: server.port, ...login }).send(message())).toEqual({ kind: 'unavailable', reason: `127.0.0.1:${server.port} offers no login` });
    expect(await open({ port: server.port, loginOptional: true, ...login }).send(message())).toMatchObject({ kind: 'sent' });
  });
});

describe('connections', () => {
  it('are used again, and several at a time', async () => {
    const server = await mailServer();
    const gateway = open({ port: server.port, connections: 2 });
    server.hold();
    const sends = Array.from({ length: 4 }, (_, index) => gateway.send(message({ reference: `ref-${index}` })));
    await server.holds(2);
    expect(server.connections).toBe(2);
    server.release();
    expect((await Promise.all(sends)).map(({ kind }) => kind)).toEqual(['sent', 'sent', 'sent', 'sent']);
    expect(await gateway.send(message())).toMatchObject({ kind: 'sent' });
    expect(server.connections).toBe(2);
    expect(new Set(server.mails.map(({ session }) => session)).size).toBe(2);
  });

  it('that the server has left are replaced without a word', async () => {
    const server = await mailServer();
    const gateway = open({ port: server.port });
    await gateway.send(message());
    server.dropAll();
    expect(await gateway.send(message())).toMatchObject({ kind: 'sent' });
    expect(server.connections).toBe(2);
  });

  it('are closed when the gateway is, after what is on its way', async () => {
    const server = await mailServer();
    const gateway = open({ port: server.port });
    server.hold();
    const sent = gateway.send(message());
    await server.holds(1);
    const closed = gateway.close();
    expect(await gateway.send(message())).toMatchObject({ kind: 'unavailable' });
    server.release();
    expect(await sent).toMatchObject({ kind: 'sent' });
    await closed;
  });
});
