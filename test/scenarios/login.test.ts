import { filter, firstValueFrom, from, mergeMap } from 'rxjs';
import type { Tanager } from '../../src/app.js';
import type { Outcome } from '../../src/commands/outcome.js';
import { asAdmin, contextOf, hotp, newTransactionId, rfcKey, secret, startService, TestClock } from '../fixtures/service.js';

describe('a login', () => {
  let service: Tanager;
  let tokens = 0;
  const clock = new TestClock();
  beforeAll(async () => { service = await startService({}, { clock }); });
  afterAll(() => service.close());

  /** A fresh token with the RFC's key; gives its owner's login. */
  const enrol = async (): Promise<string> => {
    const login = `user${++tokens}`;
    await service.application.tokens.enrol({ serial: `T-${login}`, login, phone: '+491701234567', pin: secret('1234'), seed: secret(rfcKey) }, asAdmin());
    return login;
  };
  const check = (login: string, pass: string, transactionId?: string): Promise<Outcome> =>
    service.application.authenticate.check({ login, pass: secret(pass), newTransactionId, ...(transactionId === undefined ? {} : { transactionId }) }, contextOf());
  const challenge = async (login: string): Promise<{ transactionId: string; sms: string }> => {
    const arrival = firstValueFrom(service.development!.arrivals);
    const outcome = await check(login, '1234');
    if (outcome.kind !== 'challenged') throw new Error(`no challenge: ${JSON.stringify(outcome)}`);
    return { transactionId: outcome.transactionId, sms: (await arrival).text.reveal() };
  };
  const eventsOf = async (login: string, ...types: string[]) =>
    (await service.application.trail.page({ stream: `token-T-${login}`, types }, { limit: 100, order: 'asc' })).events;
  const reasons = async (login: string) => (await eventsOf(login, 'AttemptRejected')).map(({ data }) => data['reason']);

  it('takes PIN, SMS and code', async () => {
    const login = await enrol();
    const { transactionId, sms } = await challenge(login);
    expect(await check(login, sms, transactionId)).toMatchObject({ kind: 'accepted', serial: `T-${login}`, transactionId });
    expect((await eventsOf(login)).map(({ type }) => type)).toEqual(['TokenEnrolled', 'TokenAssigned', 'PinSet', 'ChallengeIssued', 'SmsDispatched', 'ChallengeAnswered']);
  });

  it('sends the values of RFC 4226, beginning with HOTP(1)', async () => {
    const login = await enrol();
    const first = await challenge(login);
    expect(first.sms).toBe('287082');
    await check(login, first.sms, first.transactionId);
    const second = await challenge(login);
    expect(second.sms).toBe('969429');
    await check(login, `1234${second.sms}`);
    expect((await challenge(login)).sms).toBe('254676');
  });

  it('refuses an expired, a superseded, an answered and an invented transaction, each with its own event', async () => {
    const login = await enrol();
    const expired = await challenge(login);
    clock.advance(300);
    expect(await check(login, expired.sms, expired.transactionId)).toMatchObject({ kind: 'refused', reason: 'expired' });
    const superseded = await challenge(login);
    const answered = await challenge(login);
    expect(await check(login, superseded.sms, superseded.transactionId)).toMatchObject({ kind: 'refused', reason: 'superseded' });
    expect(await check(login, answered.sms, answered.transactionId)).toMatchObject({ kind: 'accepted' });
    expect(await check(login, answered.sms, answered.transactionId)).toMatchObject({ kind: 'refused', reason: 'answered' });
    expect(await check(login, answered.sms, '99999999999999999999')).toMatchObject({ kind: 'refused', reason: 'unknown-transaction' });
    expect(await reasons(login)).toEqual(['expired', 'superseded', 'answered', 'unknown-transaction']);
  });

  it('never takes a code that was not sent, however near its counter', async () => {
    const login = await enrol();
    await challenge(login);
    for (const counter of [0, 2, 3, 9]) expect(await check(login, `1234${hotp(counter)}`)).toMatchObject({ kind: 'refused', reason: 'wrong-code' });
    expect(await check(login, `1234${hotp(1)}`)).toMatchObject({ kind: 'accepted' });
  });

  it('does not take the code of one challenge for another that lives beside it', async () => {
    const login = await enrol();
    await service.application.settings.change([{ key: 'sms.concurrent_challenges', value: 'true' }], asAdmin());
    const [first, second] = [await challenge(login), await challenge(login)];
    expect(await check(login, second.sms, first.transactionId)).toMatchObject({ kind: 'refused', reason: 'wrong-code' });
    expect(await check(login, second.sms, second.transactionId)).toMatchObject({ kind: 'accepted' });
    expect(await check(login, first.sms, first.transactionId)).toMatchObject({ kind: 'accepted' });
    await service.application.settings.remove('sms.concurrent_challenges', asAdmin());
  });

  it('is refused after an administrator cancelled the challenge', async () => {
    const login = await enrol();
    const { transactionId, sms } = await challenge(login);
    await service.application.tokens.cancelChallenge(`T-${login}`, transactionId, asAdmin());
    expect(await check(login, sms, transactionId)).toMatchObject({ kind: 'refused', reason: 'cancelled' });
  });

  it('is asked for by an administrator without a PIN', async () => {
    const login = await enrol();
    const arrival = firstValueFrom(service.development!.arrivals);
    const outcome = await service.application.authenticate.trigger({ login, newTransactionId }, asAdmin());
    expect(outcome).toMatchObject({ kind: 'challenged', challenges: [{ serial: `T-${login}` }] });
    expect(await check(login, (await arrival).text.reveal(), (outcome as { transactionId: string }).transactionId)).toMatchObject({ kind: 'accepted' });
    expect((await eventsOf(login, 'ChallengeIssued'))[0]).toMatchObject({ actor: { kind: 'administrator', name: 'admin' }, data: { trigger: 'administrator' } });
  });

  it('finds a locked token unlocked when its time is over, and no sooner', async () => {
    const login = await enrol();
    await service.application.settings.change([{ key: 'failcounter_clear_timeout', value: '5' }], asAdmin());
    for (let guess = 0; guess < 10; guess++) await check(login, 'wrong');
    clock.advance(299);
    expect(await check(login, '1234')).toMatchObject({ kind: 'refused', reason: 'locked' });
    clock.advance(1);
    expect(await check(login, 'wrong')).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
    expect((await service.application.queries.token(`T-${login}`))?.token.failCount).toBe(1);
    expect((await challenge(login)).sms).toBe(hotp(1));
    await service.application.settings.remove('failcounter_clear_timeout', asAdmin());
  });

  it('is turned down when the PIN was changed while it was verified', async () => {
    const login = await enrol();
    const attempt = check(login, '1234');
    const change = service.application.tokens.setPin(`T-${login}`, secret('5678'), asAdmin());
    const [outcome] = await Promise.all([attempt, change]);
    // whichever came first, no SMS goes out for a PIN that is not the PIN any more
    const issuedBefore = (await eventsOf(login, 'ChallengeIssued', 'PinSet')).map(({ type }) => type);
    if (outcome.kind === 'challenged') expect(issuedBefore).toEqual(['PinSet', 'ChallengeIssued', 'PinSet']);
    else expect(await reasons(login)).toEqual(['wrong-pin']);
    expect(await check(login, '1234')).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
  });

  it('leaves a word in the trail when nobody answered in time', async () => {
    const login = await enrol();
    const { transactionId } = await challenge(login);
    clock.advance(301);
    const expired = await firstValueFrom(service.application.head.pipe(mergeMap(() => from(eventsOf(login, 'ChallengeExpired'))), filter((found) => found.length > 0)));
    expect(expired).toMatchObject([{ actor: { kind: 'system', name: 'expireChallenges' }, data: { transactionId } }]);
  });

  it('of a user who does not exist, or has no token, is written down under the day', async () => {
    const since = (await service.application.trail.page({}, { limit: 1, order: 'desc' })).events[0]!.position;
    expect(await check('nobody-has-this', '1234')).toMatchObject({ kind: 'refused', reason: 'no-token' });
    const { events } = await service.application.trail.page({ types: ['AuthenticationRefused'] }, { limit: 1, order: 'desc' });
    expect(events[0]!.position).toBeGreaterThan(since);
    expect(events[0]).toMatchObject({ stream: 'refusals-2026-11-22', data: { reason: 'no-token', login: 'nobody-has-this' } });
  });
});
