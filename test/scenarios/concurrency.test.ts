import { firstValueFrom } from 'rxjs';
import { startApi, type Api, type Reply } from '../fixtures/api.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { asAdmin, hotp, rfcKey, secret } from '../fixtures/service.js';

describe.each([
  ['usual', {}],
  ['sqlite', { TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: temporaryFolder() }],
])('fifty at once over HTTP, on the %s store', (_store, env: Record<string, string>) => {
  let service: Api;
  let tokens = 0;
  beforeAll(async () => { service = await startApi(env); });
  afterAll(() => service.stop());

  const post = (form: Record<string, string>, path = '/privacyidea/validate/check'): Promise<Reply> => service.call('POST', path, new URLSearchParams(form));
  const enrol = async (login = `user${++tokens}`): Promise<string> => {
    await service.tanager.application.tokens.enrol({ serial: `K-${login}`, login, phone: '+491701234567', pin: secret('pin'), seed: secret(rfcKey) }, asAdmin());
    return login;
  };
  const challenge = async (login: string): Promise<string> => {
    const arrival = firstValueFrom(service.tanager.development!.arrivals);
    const { body } = await post({ user: login, pass: 'pin' });
    await arrival;
    return body.detail.transaction_id;
  };
  const atOnce = (form: (n: number) => Record<string, string>, path?: string) =>
    Promise.all(Array.from({ length: 50 }, (_, n) => post(form(n), path)));
  const accepted = (answers: readonly Reply[]): number => answers.filter(({ body }) => body.result.value === true).length;
  const attempts = async (login: string) => {
    const { events } = await service.tanager.application.trail.page({ stream: `token-K-${login}`, types: ['AttemptRejected', 'ChallengeAnswered', 'TokenLocked'] }, { limit: 100, order: 'asc' });
    return events.map(({ type, data }) => (type === 'AttemptRejected' ? String(data['reason']) : type));
  };

  it('takes one of fifty right answers', async () => {
    const login = await enrol();
    const transactionId = await challenge(login);
    const answers = await atOnce(() => ({ user: login, pass: hotp(1), transaction_id: transactionId }));
    expect(accepted(answers)).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    const happened = await attempts(login);
    expect(happened.filter((what) => what === 'ChallengeAnswered')).toHaveLength(1);
  });

  it('takes one of fifty right answers that come as PIN and code in one string', async () => {
    const login = await enrol();
    await challenge(login);
    expect(accepted(await atOnce(() => ({ user: login, pass: `pin${hotp(1)}` })))).toBe(1);
  });

  it('takes one of fifty right answers through LinOTP', async () => {
    const login = await enrol();
    const transactionId = await challenge(login);
    expect(accepted(await atOnce(() => ({ user: login, pass: hotp(1), transactionid: transactionId }), '/linotp/validate/check'))).toBe(1);
  });

  it.each([
    ['by transaction', (transactionId: string, code: string) => ({ pass: code, transaction_id: transactionId })],
    ['with the PIN', (_: string, code: string) => ({ pass: `pin${code}` })],
    ['with a wrong PIN', (_: string, code: string) => ({ pass: `wrong${code}` })],
  ])('compares ten of fifty wrong guesses %s, locks, and counts ten', async (_how, form) => {
    const login = await enrol();
    const transactionId = await challenge(login);
    const wrong = (n: number) => String((Number(hotp(1)) + 1 + n) % 1_000_000).padStart(6, '0');
    expect(accepted(await atOnce((n) => ({ user: login, ...form(transactionId, wrong(n)) })))).toBe(0);
    const happened = await attempts(login);
    expect(happened.filter((reason) => ['wrong-code', 'wrong-pin'].includes(reason))).toHaveLength(10);
    expect(happened.filter((reason) => reason === 'TokenLocked')).toHaveLength(1);
    expect(happened.filter((reason) => reason === 'locked')).toHaveLength(40);
    expect((await service.tanager.application.queries.token(`K-${login}`))?.token.failCount).toBe(10);
    // the right code comes too late
    expect(accepted([await post({ user: login, pass: hotp(1), transaction_id: transactionId })])).toBe(0);
  });

  it('compares ten of fifty guesses without a PIN, although the counter that clients see does not show them', async () => {
    const login = await enrol();
    await challenge(login);
    await atOnce((n) => ({ serial: `K-${login}`, otponly: '1', pass: String((Number(hotp(1)) + 1 + n) % 1_000_000).padStart(6, '0') }));
    expect((await attempts(login)).filter((reason) => reason === 'wrong-code')).toHaveLength(10);
    expect((await service.tanager.application.queries.token(`K-${login}`))?.token.failCount).toBe(0);
    expect(accepted([await post({ serial: `K-${login}`, otponly: '1', pass: hotp(1) })])).toBe(0);
  });

  it('lets two tokens of one transaction win together at most once', async () => {
    const login = await enrol();
    const other = '71727374757677787970717273747576777879ff';
    await service.tanager.application.tokens.enrol({ serial: `K-${login}-2`, login, phone: '+491701234568', pin: secret('pin'), seed: secret(other) }, asAdmin());
    const { body } = await post({ user: login, pass: 'pin' });
    const transactionId = body.detail.transaction_id;
    const answers = await atOnce((n) => ({ user: login, pass: n % 2 ? hotp(1) : hotp(1, other), transaction_id: transactionId }));
    expect(accepted(answers)).toBe(1);
  });

  it('answers two challenges in reverse order when they may live side by side, and refuses the older one when not', async () => {
    const login = await enrol();
    const [older, newer] = [await challenge(login), await challenge(login)];
    const answer = async (transaction_id: string, code: string) => accepted([await post({ user: login, pass: code, transaction_id })]);
    expect(await answer(older, hotp(1))).toBe(0);
    expect(await answer(newer, hotp(2))).toBe(1);
    await service.tanager.application.settings.change([{ key: 'sms.concurrent_challenges', value: 'true' }], asAdmin());
    const [first, second] = [await challenge(login), await challenge(login)];
    expect(await answer(second, hotp(5))).toBe(1);
    expect(await answer(first, hotp(4))).toBe(1);
    await service.tanager.application.settings.change([{ key: 'sms.concurrent_challenges', value: 'false' }], asAdmin());
  });
});
