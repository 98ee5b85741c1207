import { startMailServer, type MailServer } from '../../fixtures/mailServer.js';
import { openStage, type OpenStage } from '../../fixtures/conformance/stage.js';
import { LinotpClient } from '../../fixtures/linotpClient.js';
import { hotp, rfcKey } from '../../fixtures/service.js';

describe('an SMTP provider by the LinOTP dialect', () => {
  let stage: OpenStage;
  let server: MailServer;
  let client: LinotpClient;
  beforeAll(async () => {
    stage = await openStage('linotp');
    server = await startMailServer({ user: { name: 'useraccount', password: 'somesecret' }, allowInsecureAuth: true });
    client = await LinotpClient.signIn(stage);
  });
  afterAll(async () => {
    await stage.close();
    await server.close();
  });
  /** The example of the manual, its host aside. */
  const manual = (quote: (text: string) => string): string => `{
    ${quote('mailserver')} : ${quote(`127.0.0.1:${server.port}`)},
    ${quote('mailsender')} : ${quote('linotp@example.com')},
    ${quote('mailuser')} : ${quote('useraccount')},
    ${quote('mailpassword')} : ${quote('somesecret')},
    ${quote('mailto')} : ${quote('<phone>@sms.example.com')},
    ${quote('subject')} : ${quote('<phone>')},
    ${quote('body')} : ${quote('This is the OTP value: <otp>')}
  }`;
  const SMSProvider = 'smsprovider.SmtpSMSProvider.SmtpSMSProvider';

  it('with plain quotes is taken as it is, and sends the code', async () => {
    const { json } = await client.administer('/system/setConfig', { SMSProvider, SMSProviderConfig: manual((text) => `"${text}"`) });
    expect(json.result).toMatchObject({ status: true });
    expect(json.detail).toBeUndefined();
    await client.administer('/admin/init', { type: 'sms', serial: 'MAIL1', user: 'u01', pin: 'pin', phone: '+491701234567', otpkey: rfcKey });
    expect((await client.ask('/validate/check', { user: 'u01', pass: 'pin' })).json.detail.transactionid).toBeDefined();
    const mail = await server.next();
    expect(mail).toMatchObject({ from: 'linotp@example.com', to: ['+491701234567@sms.example.com'], user: 'useraccount' });
    expect(mail.body).toContain(`This is the OTP value: ${hotp(1)}`);
    expect((await client.ask('/validate/check', { user: 'u01', pass: `pin${hotp(1)}` })).json.result.value).toBe(true);
  });

  it('with typographic quotes is refused, and says which character it is and where', async () => {
    const { json } = await client.administer('/system/setConfig', { SMSProvider, SMSProviderConfig: manual((text) => `“${text}”`) });
    expect(json.result).toMatchObject({ status: false, error: { message: expect.stringMatching(/SMSProviderConfig is not JSON: .*line 2, column 5.* is “ \(U\+201C\), a typographic quote; JSON wants the plain " \(U\+0022\)/) as string } });
    expect(JSON.stringify(json)).not.toContain('somesecret');
  });

  it('shows no password, and says what is missing', async () => {
    const shown = (await client.look('/system/getProvider', { type: 'sms' })).text;
    expect(shown).toContain('mailpassword');
    expect(shown).not.toContain('somesecret');
    const { json } = await client.administer('/system/setConfig', { SMSProviderConfig: '{"mailserver": "mail.example", "mailsender": "a@b.example"}' });
    expect(json.detail.message).toContain('mailto is missing');
  });
});
