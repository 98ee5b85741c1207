import { inspect } from 'node:util';
import fc from 'fast-check';
import { startMailServer, type MailServer } from '../../fixtures/mailServer.js';
import { startScriptedMailServer, type Step } from '../../fixtures/scriptedMailServer.js';
import { smtpOptions } from '../../../src/gateways/smtp/smtpOptions.js';
import { message, native, openSmtp } from './openSmtp.js';

const wellFormed = (text: string): string => Buffer.from(text).toString();
/** As an e-mail brings a text: its line breaks are the e-mail's. */
const asBody = (text: string): string => wellFormed(text).replace(/\r\n|\r/g, '\n');
const asSubject = (text: string): string => wellFormed(text).replace(/\p{Cc}+/gu, ' ').trim();

/** What breaks out of its place, if anything can. */
const nasty = fc.constantFrom('\r\n', '\n', '\r', '\r\n.\r\n', '\n.\n', '.', '\r\n\r\n', 'Bcc: all@example.org', '=?utf-8?Q?x?=', '>', '<', ',', '"', '(', ')', ';', ':', '\\', '\0', ' ', '\t', 'é', '😀', '\ud800', '\u2028', '=', '\r\nMAIL FROM:<x@y>', '@', '\u0085');
const texts = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ maxLength: 100 })), { maxLength: 8 }).map((parts) => parts.join(''));
const numbers = fc.oneof(fc.stringMatching(/^\+?[0-9]{3,15}$/), fc.array(fc.oneof(nasty, fc.stringMatching(/^[0-9]{1,6}$/)), { maxLength: 5 }).map((parts) => parts.join('')));

describe('whatever number and text hold', () => {
  let server: MailServer;
  beforeAll(async () => { server = await startMailServer(); });
  afterAll(() => server.close());

  it('they stay where they belong, or nothing is sent', async () => {
    const gateway = openSmtp(native({ port: server.port, subject: 'A {phone} {text}', text: '{text}\n{phone}', connections: 1 }));
    await fc.assert(fc.asyncProperty(numbers, texts, async (to, text) => {
      const before = server.mails.length;
      const outcome = await gateway.send(message({ to, text }));
      const mails = server.mails.slice(before);
      if (outcome.kind !== 'sent') {
        expect([outcome.kind, mails]).toEqual(['rejected', []]);
        // a plain number always gets through
        expect(to).not.toMatch(/^\+?[0-9]{3,15}$/);
        return;
      }
      expect(mails).toHaveLength(1);
      const [mail] = mails;
      expect(mail!.from).toBe('codes@mail.example');
      expect(mail!.to).toEqual([`${to}@sms.example`]);
      expect(mail!.headers.map(([name]) => name).sort()).toEqual([
        'auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to', 'x-auto-response-suppress',
      ]);
      expect(mail!.header('to')).toBe(`${to}@sms.example`);
      expect(mail!.header('subject')).toBe(asSubject(`A ${to} ${text}`));
      expect(mail!.body.replace(/\n$/, '')).toBe(asBody(`${text}\n${to}`).replace(/\n$/, ''));
    }), { numRuns: 200 });
    await gateway.close();
  }, 30_000);
});

describe('what a server repeats', () => {
  const secrets = { number: '+491705550123', code: '739164', word: 'Zugangscode', password: 'c4n4ry-p4ss', user: 'c4n4ry-user' };
  const text = `${secrets.word}: ${secrets.code}`;
  const echo = [
    `<${secrets.number}@sms.example>: ${text}`, `${secrets.password} of ${secrets.user}`, Buffer.from(`\0${secrets.user}\0${secrets.password}`).toString('base64'),
    [...secrets.code].join(' '), [...secrets.number].join('-'), Buffer.from(text).toString('base64'),
  ];

  it('shows in no reason, at whatever step', async () => {
    const outcomes: string[] = [];
    for (const step of ['connect', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'message'] as const satisfies readonly Step[]) {
      for (const said of echo) {
        const server = await startScriptedMailServer({ [step]: `550-${said}\r\n550 5.1.1 ${said}`, ...(step === 'EHLO' ? { MAIL: `550 ${said}` } : {}) }, { extensions: ['AUTH PLAIN'] });
        const gateway = openSmtp(native({ port: server.port, username: secrets.user, password: secrets.password, loginOptional: true }));
        outcomes.push(inspect(await gateway.send(message({ to: secrets.number, text }))));
        await gateway.close();
        await server.close();
      }
    }
    expect(outcomes).toHaveLength(42);
    for (const outcome of outcomes) {
      expect(outcome).toMatch(/rejected|unavailable/);
      for (const secret of Object.values(secrets)) expect(outcome.toLowerCase()).not.toContain(secret.toLowerCase());
      expect(outcome.replace(/127\.0\.0\.1:\d+/, '').replace(/\D/g, '')).not.toMatch(/739164|491705550123/);
      for (const encoded of outcome.match(/[A-Za-z0-9+/=]{12,}/g) ?? []) expect(Buffer.from(encoded, 'base64').toString()).not.toMatch(/739164|c4n4ry/);
    }
  }, 30_000);

  it('nor do the options print a password', () => {
    const options = smtpOptions.parse({ host: 'mail.example', from: 'a@b.example', to: '{phone}@b.example', username: 'u', password: secrets.password });
    expect(inspect(options) + JSON.stringify(options) + String(options.password)).not.toContain(secrets.password);
    expect(options.password?.reveal()).toBe(secrets.password);
  });
});
