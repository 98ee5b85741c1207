import { startApi, type Api } from '../../fixtures/api.js';
import { startMailServer, type MailServer } from '../../fixtures/mailServer.js';

describe('mail servers by the native API', () => {
  let api: Api;
  let server: MailServer;
  beforeAll(async () => {
    api = await startApi();
    server = await startMailServer({ user: { name: 'operator', password: 'hunter2' }, allowInsecureAuth: true });
  });
  afterAll(async () => {
    await api.stop();
    await server.close();
  });
  const options = (more: object = {}) => ({ host: '127.0.0.1', port: server.port, security: 'none', username: 'operator', password: 'hunter2', from: 'Tanager <tanager@mail.example>', ...more });
  const put = (name: string, body: unknown) => api.admin('PUT', `/v1/mail-servers/${name}`, body);

  it('are defined, listed, read, changed and removed', async () => {
    expect((await put('main', { description: 'the first', options: options() })).body).toMatchObject({ name: 'main', description: 'the first', options: { host: '127.0.0.1' } });
    expect((await api.admin('GET', '/v1/mail-servers')).body.mailServers.map(({ name }: { name: string }) => name)).toEqual(['main']);
    expect((await put('main', { options: options({ timeout: 3 }) })).body.options.timeout).toBe(3);
    expect((await api.admin('GET', '/v1/mail-servers/main')).body).not.toHaveProperty('description');
    expect((await api.admin('DELETE', '/v1/mail-servers/main')).status).toBe(204);
    expect((await api.admin('DELETE', '/v1/mail-servers/main')).body).toMatchObject({ status: 404, code: 'unknown-mail-server' });
    expect((await api.admin('GET', '/v1/mail-servers/main')).status).toBe(404);
    expect((await api.call('GET', '/v1/mail-servers')).status).toBe(401);
  });

  it('never show a password, keep it when the covered form comes back, and give it to no other host', async () => {
    await put('quiet', { options: options() });
    const shown = (await api.admin('GET', '/v1/mail-servers/quiet')).body;
    expect(shown.options.password).toBe('__CENSORED__');
    expect((await put('quiet', { description: 'edited', options: shown.options })).status).toBe(200);
    expect((await api.tanager.application.queries.mailServer('quiet'))?.options).toEqual(options());
    expect((await put('quiet', { options: { ...shown.options, host: 'localhost' } })).body).toMatchObject({ status: 400, field: 'password' });
    const trail = (await api.admin('GET', '/v1/events?type=MailServerDefined')).body;
    expect(trail.events.length).toBeGreaterThan(0);
    expect(JSON.stringify(trail)).not.toContain('hunter2');
  });

  it.each([
    [{ options: {} }, 'host'], [{ options: { host: 'mail.example' } }, 'from'], [{ options: { host: 'mail.example', from: 'a@b.example', to: 'x' } }, 'to'],
    [{ options: { host: 'mail.example', from: 'a@b.example', security: 'none', username: 'u', password: 'hunter2' } }, 'security'], [{}, 'options'],
  ])('refuse %j and name the key', async (body, field) => {
    const refused = await put('bad', body);
    expect(refused.body).toMatchObject({ status: 400, code: 'invalid', field });
    expect(JSON.stringify(refused.body)).not.toContain('hunter2');
  });

  it('send a test, and say honestly what became of it', async () => {
    await put('tried', { options: options() });
    const test = (to = 'alice@mail.example') => api.admin('POST', '/v1/mail-servers/tried/test', { to });
    expect((await test()).body).toEqual({ outcome: 'sent', messageId: expect.stringMatching(/@mail\.example$/) });
    expect(await server.next()).toMatchObject({ from: 'tanager@mail.example', to: ['alice@mail.example'], user: 'operator' });
    expect((await test('alice')).body).toEqual({ outcome: 'rejected', reason: 'the recipient is no e-mail address' });
    server.refuse('rcpt', { code: 550, text: 'no such user alice@mail.example' });
    const refused = (await test()).body;
    expect(refused).toEqual({ outcome: 'rejected', reason: expect.stringMatching(/did not take the recipient \(550/) });
    expect(refused.reason).not.toContain('alice');
    server.refuse('rcpt', undefined);
    expect((await api.admin('POST', '/v1/mail-servers/none/test', { to: 'alice@mail.example' })).status).toBe(404);
  });

  it('serve a gateway that names them, which says so when they are gone', async () => {
    await put('shared', { options: options() });
    await api.admin('PUT', '/v1/gateways/by-mail', { kind: 'smtp', options: { server: 'shared', to: '{phone}@sms.example' } });
    await api.admin('POST', '/v1/tokens', { serial: 'MAIL', phone: '+491701234567', pin: '1', gateway: 'by-mail' });
    const ask = async () => (await api.call('POST', '/v1/challenges', { serial: 'MAIL', pin: '1' })).body;
    expect(await ask()).toMatchObject({ outcome: 'challenged' });
    expect(await server.next()).toMatchObject({ to: ['+491701234567@sms.example'] });
    await api.admin('DELETE', '/v1/mail-servers/shared');
    expect(await ask()).toMatchObject({ outcome: 'refused' });
    const { events } = (await api.admin('GET', '/v1/events?serial=MAIL&type=SmsDispatchFailed')).body;
    expect(events[0].data).toMatchObject({ outcome: 'unavailable', reason: 'there is no mail server shared' });
  });
});
