import { openStage, type OpenStage } from '../../fixtures/conformance/stage.js';
import { startMailServer, type MailServer } from '../../fixtures/mailServer.js';

describe('mail servers by the privacyIDEA dialect', () => {
  let stage: OpenStage;
  let server: MailServer;
  let jwt = '';
  beforeAll(async () => {
    stage = await openStage('privacyidea');
    server = await startMailServer({ user: { name: 'operator', password: 'hunter2' }, allowInsecureAuth: true });
    jwt = (await ask('POST', '/auth', { username: 'admin', password: stage.admin.password })).result.value.token;
  });
  afterAll(async () => {
    await stage.close();
    await server.close();
  });

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape of answers is what is tested here
  const ask = async (method: string, path: string, form?: Record<string, string>): Promise<any> => {
    const response = await fetch(`${stage.base}${path}`, { method, headers: jwt ? { authorization: jwt } : {}, ...(form ? { body: new URLSearchParams(form) } : {}) });
    return response.json();
  };
  const form = (more: Record<string, string> = {}) => ({ server: '127.0.0.1', port: String(server.port), username: 'operator', password: 'hunter2', sender: 'pi@mail.example', timeout: '5', description: 'the relay', ...more });

  it('are defined, listed and removed', async () => {
    expect((await ask('POST', '/smtpserver/relay', form())).result).toEqual({ status: true, value: true });
    expect((await ask('POST', '/smtpserver/outside', { server: 'mail.example', port: '587', sender: 'pi@mail.example', tls: '1' })).result.value).toBe(true);
    expect((await ask('POST', '/smtpserver/first-tls', { server: 'smtps://mail.example', sender: 'pi@mail.example' })).result.value).toBe(true);
    expect((await ask('GET', '/smtpserver/')).result.value).toEqual({
      relay: { server: '127.0.0.1', port: server.port, tls: false, username: 'operator', password: '__CENSORED__', sender: 'pi@mail.example', timeout: 5, description: 'the relay', enqueue_job: false },
      outside: { server: 'mail.example', port: 587, tls: true, username: '', password: '', sender: 'pi@mail.example', timeout: 10, description: '', enqueue_job: false },
      'first-tls': { server: 'smtps://mail.example', port: 465, tls: false, username: '', password: '', sender: 'pi@mail.example', timeout: 10, description: '', enqueue_job: false },
    });
    expect((await stage.http.application.queries.mailServer('outside'))?.options).toMatchObject({ security: 'starttls' });
    expect((await ask('DELETE', '/smtpserver/outside')).result.value).toBe(true);
    expect((await ask('DELETE', '/smtpserver/outside')).result).toMatchObject({ status: false, error: { code: 601 } });
  });

  it('keep their password when it comes back covered', async () => {
    await ask('POST', '/smtpserver/kept', form());
    await ask('POST', '/smtpserver/kept', form({ password: '__CENSORED__', timeout: '7' }));
    expect((await stage.http.application.queries.mailServer('kept'))?.options).toMatchObject({ password: 'hunter2', timeout: 7 });
    expect((await ask('POST', '/smtpserver/kept', form({ password: '__CENSORED__', server: 'mail.example' }))).result.error.message).toContain('password is missing');
  });

  it.each([
    [{ server: '' }, 'ERR905: Missing parameter: server'], [{ sender: 'nobody' }, 'sender must be'], [{ port: 'x' }, 'port must be'], [{ server: 'https://mail.example' }, 'server must be'],
  ])('%j is refused by the key that its writer knows', async (more, message) => {
    const { result } = await ask('POST', '/smtpserver/bad', form(more as unknown as Record<string, string>));
    expect(result).toMatchObject({ status: false, error: { message: expect.stringContaining(message) } });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('send a test e-mail', async () => {
    const test = (more: Record<string, string>) => ask('POST', '/smtpserver/send_test_email', { identifier: 'tried', recipient: 'alice@mail.example', ...form(), ...more });
    expect((await test({})).result.value).toBe(true);
    expect(await server.next()).toMatchObject({ from: 'pi@mail.example', to: ['alice@mail.example'] });
    expect((await test({ password: 'wrong' })).result.error.message).toMatch(/The test e-mail was not sent: .* did not take the login/);
    expect((await test({ recipient: '' })).result.error.message).toBe('ERR905: Missing parameter: recipient');
  });

  it('serve gateways that name them', async () => {
    await ask('POST', '/smtpserver/relay', form());
    await ask('POST', '/smsgateway', {
      name: 'by-mail', module: 'privacyidea.lib.smsprovider.SmtpSMSProvider.SmtpSMSProvider', 'option.SMTPIDENTIFIER': 'relay', 'option.MAILTO': '{phone}@sms.example', 'option.BODY': 'it is {otp}',
    });
    await ask('POST', '/system/setConfig', { 'sms.identifier': 'by-mail' });
    await ask('POST', '/token/init', { type: 'sms', serial: 'MAIL1', user: 'u01', pin: 'pin', phone: '+491701234567' });
    expect((await ask('POST', '/validate/check', { user: 'u01', pass: 'pin' })).detail.transaction_id).toBeDefined();
    expect((await server.next()).body).toMatch(/^it is .*\d{6}/);
  });
});
