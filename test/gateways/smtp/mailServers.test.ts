import { Secret } from '../../../src/security/secret.js';
import type { Mail } from '../../../src/gateways/mail.js';
import { openMailServers, readMailServer, type MailServers, type StoredMailServer } from '../../../src/gateways/smtp/mailServers.js';
import { startMailServer, type MailServer } from '../../fixtures/mailServer.js';
import { message, openSmtp } from './openSmtp.js';

const mail = (given: Partial<Mail> = {}): Mail =>
  ({ to: 'alice@mail.example', subject: 'Your number was changed', body: new Secret('It is now another one.'), reference: 'notice-1', ...given });

describe('mail servers that are defined by name', () => {
  const defined = new Map<string, StoredMailServer>();
  let servers: MailServers;
  let first: MailServer;
  let second: MailServer;
  beforeEach(async () => {
    [first, second] = await Promise.all([startMailServer(), startMailServer()]);
    define(0, first);
    servers = openMailServers(async (name) => defined.get(name), { mostWaiting: 1 });
  });
  afterEach(async () => {
    await servers.close();
    await Promise.all([first.close(), second.close()]);
    defined.clear();
  });
  const define = (revision: number, { port }: MailServer, more: object = {}): void =>
    void defined.set('main', { revision, options: { host: '127.0.0.1', port, security: 'none', from: 'Tanager <tanager@mail.example>', ...more } });

  it('send e-mails', async () => {
    expect(await servers.send('main', mail({ replyTo: 'help@mail.example' }))).toEqual({ kind: 'sent', messageId: 'notice-1@mail.example' });
    const received = await first.next();
    expect(received).toMatchObject({ from: 'tanager@mail.example', to: ['alice@mail.example'], body: 'It is now another one.\n' });
    expect(['from', 'subject', 'reply-to', 'content-type'].map((name) => received.header(name)))
      .toEqual(['Tanager <tanager@mail.example>', 'Your number was changed', 'help@mail.example', 'text/plain; charset=utf-8']);
  });

  it('send HTML where it is said to be', async () => {
    await servers.send('main', mail({ body: new Secret('<p>Grüße</p>'), html: true }));
    const received = await first.next();
    expect([received.header('content-type'), received.body.trim()]).toEqual(['text/html; charset=utf-8', '<p>Grüße</p>']);
  });

  it('refuse what has no address, and names that nobody defined', async () => {
    expect(await servers.send('main', mail({ to: 'alice' }))).toEqual({ kind: 'rejected', reason: 'the recipient is no e-mail address' });
    expect(await servers.send('main', mail({ to: 'a@b.example, c@d.example' }))).toMatchObject({ kind: 'rejected' });
    expect(await servers.send('main', mail({ replyTo: 'x y' }))).toEqual({ kind: 'rejected', reason: 'the address for replies is no e-mail address' });
    expect(await servers.send('other', mail())).toEqual({ kind: 'rejected', reason: 'there is no mail server other' });
    expect(first.connections).toBe(0);
  });

  it('take a changed definition up with the next message, and a removed one is gone', async () => {
    await servers.send('main', mail());
    define(1, second);
    await servers.send('main', mail({ reference: 'notice-2' }));
    expect([first.mails, second.mails].map(({ length }) => length)).toEqual([1, 1]);
    defined.delete('main');
    await servers.forget('main');
    expect(await servers.send('main', mail())).toMatchObject({ kind: 'rejected' });
    define(3, first);
    expect(await servers.send('main', mail())).toMatchObject({ kind: 'sent' });
  });

  it('a reader that lags behind does not bring an old definition back', async () => {
    define(2, second);
    await servers.send('main', mail());
    define(1, first);
    await servers.send('main', mail());
    expect([first.mails, second.mails].map(({ length }) => length)).toEqual([0, 2]);
  });

  it('let a bounded number wait, for a bounded time', async () => {
    define(1, first, { connections: 1 });
    first.hold();
    const sending = servers.send('main', mail());
    await first.holds(1);
    const waiting = servers.sendThrough('main', { to: 'bob@mail.example', subject: 's', body: 'b', reference: 'r' }, [], 100);
    // it is looked up first, and waits then
    await new Promise((resolve) => setImmediate(resolve));
    expect(await servers.send('main', mail())).toEqual({ kind: 'unavailable', reason: `too many messages wait for 127.0.0.1:${first.port}` });
    expect(await waiting).toEqual({ kind: 'unavailable', reason: `127.0.0.1:${first.port} was busy for too long` });
    first.release();
    expect(await sending).toMatchObject({ kind: 'sent' });
    expect(first.mails).toHaveLength(1);
  });

  it('that are badly defined, or cannot be read, are unavailable', async () => {
    defined.set('bad', { revision: 0, options: { host: 'mail.example', from: 'nobody', colour: 'red' } });
    expect(await servers.send('bad', mail())).toEqual({
      kind: 'unavailable',
      reason: 'the definition of the mail server bad is not usable: from must be an e-mail address, or a name and an address such as Codes <codes@mail.example>; colour is no option of a mail server',
    });
    const broken = openMailServers(async () => { throw new Error('disk with secret'); });
    expect(await broken.send('main', mail())).toEqual({ kind: 'unavailable', reason: 'the definition of the mail server main cannot be read' });
  });

  it('are tried out without being defined', async () => {
    const options = { host: '127.0.0.1', port: second.port, security: 'none', from: 'me@mail.example' };
    expect(await servers.tryOut(options, 'alice@mail.example')).toMatchObject({ kind: 'sent' });
    expect(await second.next()).toMatchObject({ from: 'me@mail.example', to: ['alice@mail.example'] });
    expect(await servers.tryOut(options, 'alice')).toMatchObject({ kind: 'rejected' });
    expect(await servers.tryOut({ ...options, port: 'x' }, 'alice@mail.example')).toEqual({ kind: 'unavailable', reason: 'port must be of type number' });
  });

  it('send nothing any more once they are closed', async () => {
    await servers.send('main', mail());
    await servers.close();
    expect(await servers.send('main', mail())).toEqual({ kind: 'unavailable', reason: 'the service is being stopped' });
  });

  it('serve the gateways that name them', async () => {
    const gateway = openSmtp({ kind: 'smtp', options: { server: 'main', to: '{phone}@sms.example', subject: 'S' } }, servers);
    expect(await gateway.send(message())).toEqual({ kind: 'sent', messageId: 'ref-1@mail.example' });
    expect(await first.next()).toMatchObject({ from: 'tanager@mail.example', to: ['+491701000701@sms.example'] });
    const own = openSmtp({ kind: 'smtp', options: { server: 'main', from: 'own@mail.example', to: '{phone}@sms.example' } }, servers);
    await own.send(message());
    expect(await first.next()).toMatchObject({ from: 'own@mail.example' });
    const lost = openSmtp({ kind: 'smtp', options: { server: 'nowhere', to: '{phone}@sms.example' } }, servers);
    expect(await lost.send(message())).toEqual({ kind: 'unavailable', reason: 'there is no mail server nowhere' });
  });
});

describe('the options of a mail server', () => {
  const faults = (options: Record<string, unknown>): Record<string, string> => {
    const read = readMailServer({ host: 'mail.example', from: 'me@mail.example', ...options });
    return 'faults' in read ? Object.fromEntries(read.faults.map(({ key, problem }) => [key, problem])) : {};
  };

  it('need a host and a sender, and know nothing else', () => {
    expect(faults({})).toEqual({});
    expect(Object.keys(faults({ host: undefined, from: undefined, to: 'x' })).sort()).toEqual(['from', 'host', 'to']);
    for (const host of ['https://mail.example', 'mail.example:25', 'user@mail.example', 'a b', '', 'x\r\ny']) expect(faults({ host })).toHaveProperty('host');
    for (const host of ['mail.example', 'localhost', '192.0.2.1', '2001:db8::1', 'mail.example.']) expect(faults({ host })).toEqual({});
  });

  it.each([
    [{ username: 'u' }, 'password'], [{ password: 'p' }, 'username'], [{ username: 'u', password: 'p', security: 'none' }, 'security'],
    [{ security: 'ssl' }, 'security'], [{ port: 0 }, 'port'], [{ timeout: 0 }, 'timeout'], [{ connections: 0 }, 'connections'],
    [{ tls: { ca: '/no/such/file' } }, 'tls.ca'], [{ tls: { key: '/no/such/file' } }, 'tls.certificate'], [{ tls: { certificate: __filename } }, 'tls.certificate'],
  ])('%j is refused and names the key', (options, key) => {
    expect(Object.keys(faults(options))).toEqual([key]);
  });

  it('let a password into the clear only where they say so, or on this machine', () => {
    const login = { username: 'u', password: 'p', security: 'none' };
    expect(faults({ ...login, plainLogin: true })).toEqual({});
    for (const host of ['localhost', '127.0.0.1', '::1']) expect(faults({ ...login, host })).toEqual({});
    for (const host of ['127.0.0.1.example', 'localhost.example', '1270.0.0.1']) expect(faults({ ...login, host })).toHaveProperty('security');
  });
});
