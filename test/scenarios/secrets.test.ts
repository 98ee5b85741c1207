import { PassThrough } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import { makeLog } from '../../src/security/redact.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { startGatewayServer } from '../fixtures/gatewayServer.js';
import { asAdmin, contextOf, hotp, newTransactionId, secret, startService } from '../fixtures/service.js';
import { findCanaries } from '../security/canary.js';

const seed = 'a3f1c2d4e5b697887766554433221100ffeeddcc';
const pin = 'Pinguin-17-Kanarie';
const adminPassword = 'admin-Kanarie-Passwort';
const gatewayPassword = 'gateway-Kanarie-Passwort';
const settingPassword = 'setting-Kanarie-Passwort';
const phone = '+4917055566677';
const login = 'kanarienvogel';
const client = '198.51.100.123';

const capturedLog = () => {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { log: makeLog('trace', stream), text: () => Buffer.concat(chunks).toString() };
};

describe('what a run leaves behind', () => {
  it('holds no secret, in no disguise; and no person after an erasure', async () => {
    const folder = temporaryFolder();
    const { log, text } = capturedLog();
    const gateway = await startGatewayServer();
    const service = await startService({ TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: folder, TANAGER_ADMIN_PASSWORD: adminPassword }, { log });
    const { tokens, authenticate, gateways, settings, accounts, trail, queries } = service.application;
    const answers: unknown[] = [];
    try {
      await accounts.signIn('admin', secret(adminPassword), asAdmin());
      await accounts.signIn('admin', secret(`${adminPassword}x`), asAdmin());
      await gateways.define({
        name: 'g', kind: 'http', module: 'smsprovider.HttpSMSProvider.HttpSMSProvider',
        written: { options: { URL: `${gateway.url}/send?key=${gatewayPassword}`, USERNAME: 'u', PASSWORD: gatewayPassword, PARAMETER: { password: gatewayPassword }, RETURN_SUCCESS: 'ID' } },
      }, asAdmin());
      await settings.change([{ key: 'sms.identifier', value: 'g' }, { key: 'SMSProviderConfig', value: `{"PASSWORD": "${settingPassword}"}`, secret: true }], asAdmin());
      await tokens.enrol({ serial: 'C1', login, phone, pin: secret(pin), seed: secret(seed), digits: 10, description: `Telefon von ${login}` }, asAdmin());
      const asUser = () => ({ ...contextOf(), client });
      const check = async (pass: string, transactionId?: string) => {
        const answer = await authenticate.check({ login, pass: secret(pass), newTransactionId, ...(transactionId === undefined ? {} : { transactionId }) }, asUser());
        answers.push(answer);
        return answer;
      };
      // every way that a secret can go: sent, refused by the gateway, echoed by it, guessed, answered, replayed
      const challenged = await check(pin);
      await check('0000000000', (challenged as { transactionId: string }).transactionId);
      await check(hotp(1, seed, 10), (challenged as { transactionId: string }).transactionId);
      await check(`${pin}${hotp(1, seed, 10)}`);
      gateway.answerOnce({ status: 500, body: `cannot send ${hotp(3, seed, 10)} to ${phone}` });
      await check(pin);
      gateway.answerOnce({ reset: 'request' });
      await check(pin);
      await check(`${pin}wrong`);
      answers.push(await trail.page({}, { limit: 1000, order: 'asc' }));
      const opened = await queries.token('C1');
      expect(opened).toMatchObject({ phone, owner: { login } });

      const erased = await tokens.erase('C1', asAdmin());
      expect(erased).toMatchObject({ kind: 'done', changed: true });
      const after = await trail.page({ stream: 'token-C1' }, { limit: 1000, order: 'asc' });
      expect(after.events.length).toBeGreaterThan(12);
      expect(after.events[0]).toMatchObject({ type: 'TokenEnrolled', data: { phone: '(erased)', seed: '***' } });
      expect(after.events.at(-1)).toMatchObject({ type: 'PersonErased' });
      expect(await check(pin)).toMatchObject({ kind: 'refused' });
    } finally {
      await service.close();
      await gateway.close();
    }

    const codes = Object.fromEntries([1, 3, 4].map((counter) => [`code ${counter}`, hotp(counter, seed, 10)]));
    const secrets = { seed, pin, adminPassword, gatewayPassword, settingPassword, ...codes };
    expect(findCanaries(secrets, { folders: [folder], texts: { log: text(), answers: JSON.stringify(answers) }, except: ['master.key'] })).toEqual([]);
    // the trail before the erasure named the person to the auditor; the folder and the log never do
    expect(findCanaries({ phone, login, client }, { folders: [folder], texts: { log: text() }, except: ['master.key'] })).toEqual([]);
  });

  it('can still be replayed and gives the same read models after a restart', async () => {
    const folder = temporaryFolder();
    const env = { TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: folder };
    const first = await startService(env);
    await first.application.tokens.enrol({ serial: 'R1', login, phone, pin: secret(pin), seed: secret(seed) }, asAdmin());
    const arrival = firstValueFrom(first.development!.arrivals);
    await first.application.authenticate.check({ login, pass: secret(pin), newTransactionId }, contextOf());
    await arrival;
    const before = await first.application.queries.token('R1');
    await first.close();

    const second = await startService(env);
    let sent = 0;
    second.development!.arrivals.subscribe(() => sent++);
    expect(await second.application.queries.token('R1')).toEqual(before);
    expect(await second.application.authenticate.check({ login, pass: secret(`${pin}${hotp(1, seed)}`), newTransactionId }, contextOf())).toMatchObject({ kind: 'accepted' });
    expect(sent).toBe(0);
    await second.close();
  });
});
