import { inspect } from 'node:util';
import { settingsOf } from '../../src/commands/settingsInForce.js';
import { initialToken, type Challenge, type Token } from '../../src/commands/token.js';
import { smsText, type SmsTextDependencies, type ToWrite } from '../../src/reactors/smsText.js';
import { Secret } from '../../src/security/secret.js';

const owned: Token = { ...initialToken, owner: { login: 'ada', realm: 'sales' } as never };
const challenge = { transactionId: '42', expiresAt: '2026-01-31T12:05:00.000Z' } as Challenge;

describe('the text of an SMS', () => {
  /** Sealed fields are plain here; the directory answers with a name, or not at all. */
  const write = async (settings: Readonly<Record<string, string>>, more: Partial<ToWrite> = {}, directoryFails = false) => {
    const [asked, warnings]: [string[], object[]] = [[], []];
    const with_ = {
      journal: { unseal: async (_: string, sealed: string | undefined) => sealed },
      settings: { current: async (realm?: string) => settingsOf((name) => settings[name], realm) },
      users: {
        find: async (login: string, realm: string) => {
          asked.push(`${login}@${realm}`);
          if (directoryFails) throw new Error('the directory is down');
          return { givenName: 'Ada', surname: 'Lovelace' };
        },
      },
      warn: (problem: string, detail: object) => warnings.push({ problem, ...detail }),
    } as unknown as SmsTextDependencies;
    const text = await smsText(with_, { serial: 'T1', token: owned, challenge, code: new Secret('123456'), to: '+491701234567', now: new Date('2026-01-31T12:00:00.001Z'), ...more });
    return { text, asked, warnings };
  };

  it('asks the directory for names only when it wants them', async () => {
    expect(await write({ 'sms.text': '{otp} {username}' })).toMatchObject({ asked: [] });
    const { text, asked } = await write({ 'sms.text': '{otp} {user} {surname}' });
    expect([text.reveal(), asked]).toEqual(['123456 Ada Lovelace', ['ada@sales']]);
    expect(await write({ 'sms.text': '{otp} {user}' }, { token: initialToken })).toMatchObject({ asked: [] });
  });

  it('is sent without the name when the directory cannot be asked, and an operator is told', async () => {
    const { text, warnings } = await write({ 'sms.text': '{otp} for {user}' }, {}, true);
    expect(text.reveal()).toBe('123456 for');
    expect(warnings).toMatchObject([{ problem: expect.stringContaining('user directory'), serial: 'T1' }]);
    expect(inspect(warnings)).not.toMatch(/123456|1701234567/);
  });

  it('rounds up what is left of the life of the code', async () => {
    expect((await write({ 'sms.text': '{otp} {validity}' })).text.reveal()).toBe('123456 5');
    expect((await write({ 'sms.text': '{otp} {validity}' }, { now: new Date('2026-01-31T12:04:59.900Z') })).text.reveal()).toBe('123456 1');
  });

  it('shows itself to nobody by mistake', async () => {
    const { text } = await write({ 'sms.text': '{otp} for {username}' });
    for (const shown of [String(text), JSON.stringify(text), inspect(text)]) expect(shown).not.toMatch(/123456|ada/);
  });
});
