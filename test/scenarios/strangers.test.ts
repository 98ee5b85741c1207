import Database from 'better-sqlite3';
import { join } from 'node:path';
import { startApi, type Api } from '../fixtures/api.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { asAdmin, hotp, rfcKey, secret } from '../fixtures/service.js';

/** What requests of people whom nobody knows leave behind, and what they cost. */
describe('strangers', () => {
  const folder = temporaryFolder();
  let service: Api;
  beforeAll(async () => { service = await startApi({ TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: folder }); });
  afterAll(() => service.stop());

  const keys = (): string[] => {
    const db = new Database(join(folder, 'keys.db'), { readonly: true });
    try {
      return db.prepare<[], string>('SELECT DISTINCT stream FROM keys ORDER BY stream').pluck().all();
    } finally {
      db.close();
    }
  };
  const accounts = (): number => {
    const db = new Database(join(folder, 'events.db'), { readonly: true });
    try {
      return db.prepare<[], number>("SELECT count(DISTINCT stream) FROM events WHERE stream LIKE 'account-%'").pluck().get()!;
    } finally {
      db.close();
    }
  };
  const form = (fields: Record<string, string>): URLSearchParams => new URLSearchParams(fields);

  it('make no key but that of the day, and no stream of their own', async () => {
    const before = { keys: keys(), accounts: accounts() };
    for (let n = 0; n < 3; n++) {
      const invented = `x${n}`;
      const requests: [string, URLSearchParams | object][] = [
        ['/privacyidea/auth', form({ username: invented, password: 'guess' })],
        ['/privacyidea/auth', form({ username: `${invented}@realm1`, password: 'guess' })],
        ['/privacyidea/auth', form({ username: invented, realm: 'realm1', password: 'guess' })],
        ['/linotp/admin/login', form({ username: invented, password: 'guess' })],
        ['/v1/sessions', { account: invented, password: 'guess' }],
        ['/privacyidea/validate/check', form({ user: invented, pass: 'guess' })],
        ['/privacyidea/validate/check', form({ serial: invented, pass: 'guess', transaction_id: invented })],
        ['/privacyidea/validate/check', form({ serial: invented, pass: 'guess', otponly: '1' })],
        ['/linotp/validate/check_s', form({ serial: invented, pass: 'guess' })],
        ['/linotp/validate/check_t', form({ transactionid: invented, pass: 'guess' })],
        ['/linotp/validate/check_status', form({ transactionid: invented, pass: 'guess' })],
        ['/v1/challenges', { user: invented, pin: 'guess' }],
        ['/v1/answers', { transactionId: invented, code: '123456' }],
      ];
      for (const [path, body] of requests) expect((await service.call('POST', path, body)).status).toBeLessThan(500);
    }
    const made = keys().filter((stream) => !before.keys.includes(stream));
    expect(made).toEqual([expect.stringMatching(/^refusals-\d{4}-\d\d-\d\d$/)]);
    expect(accounts()).toBe(before.accounts);
  });

  it('leave little in the trail of a token, however much they send', async () => {
    const { tokens, trail } = service.tanager.application;
    await tokens.enrol({ serial: 'LONG', login: 'long', phone: '+491701234567', pin: secret('pin') }, asAdmin());
    await service.call('POST', '/linotp/validate/check', form({ user: 'long', pass: '123456', transactionid: '9'.repeat(100_000) }));
    const { events } = await trail.page({ stream: 'token-LONG', types: ['AttemptRejected'] }, { limit: 10, order: 'asc' });
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events).length).toBeLessThan(2000);
  });

  it('and users make no key for a transaction over several tokens', async () => {
    const { tokens } = service.tanager.application;
    const other = '71727374757677787970717273747576777879ff';
    await tokens.enrol({ serial: 'TWO1', login: 'two', phone: '+491701234567', pin: secret('pin'), seed: secret(rfcKey) }, asAdmin());
    await tokens.enrol({ serial: 'TWO2', login: 'two', phone: '+491701234568', pin: secret('pin'), seed: secret(other) }, asAdmin());
    const before = keys();
    const outcome = await service.call('POST', '/privacyidea/validate/check', form({ user: 'two', pass: 'pin' }));
    const answered = await service.call('POST', '/privacyidea/validate/check', form({ user: 'two', pass: hotp(1), transaction_id: outcome.body.detail.transaction_id }));
    expect(answered.body.result.value).toBe(true);
    expect(keys()).toEqual(before);
  });
});
