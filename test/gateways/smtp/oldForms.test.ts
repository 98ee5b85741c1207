import { parseConfigJson } from '../../../src/gateways/configJson.js';
import type { Definition } from '../../../src/gateways/definition.js';
import { smtpGateway } from '../../../src/gateways/smtp/smtpGateway.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { startMailServer, type MailServer } from '../../fixtures/mailServer.js';
import { faultsOf, mailServers, message, noServers, openSmtp } from './openSmtp.js';

const registry = gatewayRegistry([smtpGateway(noServers)]);
const linotp = (options: Record<string, unknown>): Definition => ({ module: 'smsprovider.SmtpSMSProvider.SmtpSMSProvider', options });
const privacyidea = (options: Record<string, unknown>): Definition => ({ module: 'privacyidea.lib.smsprovider.SmtpSMSProvider.SmtpSMSProvider', options });
const options = (definition: Definition): Record<string, unknown> => {
  const read = registry.parseDefinition(definition);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.options as Record<string, unknown>;
};

/** As manuals show it, but for the address of the server. */
const manual = `{
  "mailserver" : "mail.example.com",
  "mailsender" : "linotp@example.com",
  "mailuser" : "useraccount",
  "mailpassword" : "somesecret",
  "mailto" : "<phone>@sms.example.com",
  "subject" : "<phone>",
  "body" : "This is the OTP value: <otp>"
}`;

let server: MailServer;
beforeAll(async () => { server = await startMailServer({ user: { name: 'useraccount', password: 'somesecret' }, allowInsecureAuth: true }); });
afterAll(() => server.close());
const sent = async (definition: Definition, servers = noServers) => {
  const gateway = openSmtp(definition, servers);
  expect(await gateway.send(message({ text: 'Your code is 287082' }))).toMatchObject({ kind: 'sent' });
  await gateway.close();
  return server.next();
};

describe("LinOTP's form", () => {
  const base = { mailserver: 'mail.example', mailsender: 'linotp@example.com', mailto: '<phone>@sms.example.com' };

  it('the example of the manual', async () => {
    const config = parseConfigJson(manual.replace('mail.example.com', `127.0.0.1:${server.port}`));
    const mail = await sent(linotp(config.kind === 'read' ? config.value : {}));
    expect(mail).toMatchObject({ from: 'linotp@example.com', to: ['+491701000701@sms.example.com'], user: 'useraccount', body: 'This is the OTP value: Your code is 287082\n' });
    expect(mail.header('subject')).toBe('+491701000701');
  });

  it.each(['SmtpSMSProvider', 'smsprovider.SmtpSMSProvider', 'smsprovider.SmtpSMSProvider.SmtpSMSProvider', 'linotp.provider.smsprovider.SmtpSMSProvider'])('is known as %s', (module) => {
    expect(registry.parseDefinition({ module, options: base })).toMatchObject({ kind: 'smtp', ignored: [] });
  });

  it('has the usual subject, text and time-out', () => {
    expect(options(linotp(base))).toMatchObject({ host: 'mail.example', subject: '[LinOTP]', text: '{text}', timeout: 5, security: 'none', plainLogin: true, loginOptional: true });
  });

  it.each([
    [{}, { security: 'none' }], [{ start_tls: true }, { security: 'starttls' }], [{ start_tls: 'True' }, { security: 'starttls' }], [{ use_ssl: 'true' }, { security: 'tls' }],
    [{ mailserver: 'mail.example:2525' }, { host: 'mail.example', port: 2525 }], [{ mailserver: 'mail.example:2525', mailserver_port: 26 }, { host: 'mail.example', port: 26 }],
    [{ mailserver_port: '26' }, { port: 26 }], [{ mailserver: '[2001:db8::1]:26' }, { host: '2001:db8::1', port: 26 }], [{ mailserver: '2001:db8::1' }, { host: '2001:db8::1' }],
    [{ TIMEOUT: '7.5' }, { timeout: 7.5 }], [{ body: '{<otp>} <message>' }, { text: '{{{text}}} <message>' }], [{ mailto: '<otp>.<phone>@x.example' }, { to: '{text}.{phone}@x.example' }],
    [{ MSISDN: true, SUPPRESS_PREFIX: '+' }, { number: { digitsOnly: true, removePrefix: '+' } }], [{ SERVER_CERTIFICATE: 'false' }, { tls: { verify: false } }],
  ])('%j', (more, expected) => expect(options(linotp({ ...base, ...more }))).toMatchObject(expected));

  it.each([
    [{ mailserver: '' }, ['mailserver']], [{ mailsender: undefined }, ['mailsender']], [{ mailto: undefined }, ['mailto']], [{ mailuser: 'u' }, ['mailpassword']],
    [{ mailsender: 'nobody' }, ['mailsender']], [{ start_tls: 'maybe' }, ['start_tls']], [{ start_tls: true, use_ssl: true }, ['start_tls']], [{ TIMEOUT: 'soon' }, ['TIMEOUT']],
    [{ certfile: '/no/such/file' }, ['certfile']], [{ keyfile: '/no/such/file' }, ['certfile']], [{ SERVER_CERTIFICATE: '/no/such/file' }, ['SERVER_CERTIFICATE']],
    [{ mailserver: 'https://mail.example' }, ['mailserver']], [{ subject: [] }, ['subject']],
  ])('%j is refused by the key that its writer knows', (more, keys) => expect(Object.keys(faultsOf(linotp({ ...base, ...more })))).toEqual(keys));

  it('passes over what means nothing here', () => {
    expect(registry.parseDefinition(linotp({ ...base, raise_exception: true, colour: 'red' }))).toMatchObject({ ignored: ['colour'] });
  });
});

describe("privacyIDEA's form", () => {
  it('sends through the mail server that it names', async () => {
    const servers = mailServers({ post: { revision: 0, options: { host: '127.0.0.1', port: server.port, security: 'none', username: 'useraccount', password: 'somesecret', from: 'pi@example.com' } } });
    const mail = await sent(privacyidea({ SMTPIDENTIFIER: 'post', MAILTO: '{phone}@sms.example.com' }), servers);
    expect(mail).toMatchObject({ from: 'pi@example.com', to: ['+491701000701@sms.example.com'], user: 'useraccount', body: 'Your code is 287082\n' });
    expect(mail.header('subject')).toBe('+491701000701');
    await servers.close();
  });

  it('puts number and text where the templates say, and leaves other braces alone', async () => {
    const servers = mailServers({ post: { revision: 0, options: { host: '127.0.0.1', port: server.port, security: 'none', username: 'useraccount', password: 'somesecret', from: 'pi@example.com' } } });
    const mail = await sent(privacyidea({ SMTPIDENTIFIER: 'post', MAILTO: '{phone}@sms.example.com', SUBJECT: '{x} {otp', BODY: '{phone}: {otp} <otp>', REGEXP: '/^\\+49/0/' }), servers);
    expect(mail).toMatchObject({ to: ['01701000701@sms.example.com'], body: '01701000701: Your code is 287082 <otp>\n' });
    expect(mail.header('subject')).toBe('{x} {otp');
    await servers.close();
  });

  it('describes a server itself in its older words', async () => {
    const mail = await sent(privacyidea({
      MAILSERVER: `127.0.0.1:${server.port}`, MAILSENDER: 'pi@example.com', MAILUSER: 'useraccount', MAILPASSWORD: 'somesecret', MAILTO: 'sms@example.com', SUBJECT: '<phone>', BODY: 'it is <otp>',
    }));
    expect(mail).toMatchObject({ from: 'pi@example.com', to: ['sms@example.com'], user: 'useraccount', body: 'it is Your code is 287082\n' });
    expect(mail.header('subject')).toBe('+491701000701');
    expect(options(privacyidea({ IDENTIFIER: 'post', MAILTO: '<phone>@x.example' }))).toMatchObject({ server: 'post', to: '{phone}@x.example' });
  });

  it.each([
    [{ SMTPIDENTIFIER: 'post' }, ['MAILTO']], [{ MAILTO: '{phone}@x.example' }, ['SMTPIDENTIFIER']], [{ SMTPIDENTIFIER: 'post', MAILTO: 'x@y.example', REGEXP: 'x' }, ['REGEXP']],
    [{ MAILSERVER: 'mail.example', MAILTO: 'x@y.example' }, ['MAILSENDER']], [{ MAILSERVER: 'mail.example', MAILSENDER: 'x@y.example', MAILUSER: 'u', MAILTO: 'x@y.example' }, ['MAILPASSWORD']],
  ])('%j is refused by the key that its writer knows', (given, keys) => expect(Object.keys(faultsOf(privacyidea(given)))).toEqual(keys));
});

describe('the native form', () => {
  const native = (given: Record<string, unknown>) => Object.keys(faultsOf({ kind: 'smtp', options: { to: '{phone}@x.example', ...given } })).sort();
  it.each([
    [{}, ['host']], [{ host: 'mail.example' }, ['from']], [{ server: 'post' }, []], [{ server: 'post', host: 'mail.example' }, ['host']], [{ server: 'post', security: 'none' }, ['security']],
    [{ server: 'post', username: 'u', port: 25 }, ['port', 'username']], [{ server: 'post', to: '{number}@x.example' }, ['to']], [{ server: 'post', text: '{receiptUrl}' }, ['text']],
    [{ host: 'mail.example', from: 'a@b.example', security: 'none', username: 'u', password: 'p' }, ['security']], [{ server: 'post', colour: 'red' }, ['colour']],
  ])('%j', (given, keys) => expect(native(given)).toEqual(keys));
});
