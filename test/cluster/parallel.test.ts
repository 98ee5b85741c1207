import type { Api, Reply } from '../fixtures/api.js';
import { asAdmin, hotp, rfcKey, secret } from '../fixtures/service.js';
import { accepted, answer, challenge, check, enrol, happened, openStage, phoneOf, wrongCode, type Stage } from './stage.js';

/** Two instances, and fifty requests that go to both of them at the same moment. */
describe('fifty at once, spread over two instances', () => {
  let stage: Stage;
  let here: Api;
  let there: Api;
  beforeAll(async () => {
    stage = await openStage(2);
    [here, there] = stage.instances as [Api, Api];
  });
  afterAll(() => stage.close());

  const atOnce = (form: (n: number) => Record<string, string>): Promise<Reply[]> =>
    Promise.all(Array.from({ length: 50 }, (_, n) => check(n % 2 ? there : here, form(n))));
  const failCounts = async (login: string): Promise<(number | undefined)[]> =>
    Promise.all([here, there].map(async ({ tanager: { application } }) => {
      await application.caughtUp();
      return (await application.queries.token(`K-${login}`))?.token.failCount;
    }));
  /** Ten wrong ones counted, the token locked once, and everybody after that turned away; the same on both. */
  const isLocked = async (login: string, wrong: string): Promise<void> => {
    for (const instance of [here, there]) {
      const seen = await happened(instance, login);
      expect([wrong, 'TokenLocked', 'locked'].map((what) => seen.filter((one) => one === what).length)).toEqual([10, 1, 40]);
      expect(seen).toHaveLength(51);
    }
    expect(await failCounts(login)).toEqual([10, 10]);
  };

  it.each([
    ['by transaction', (login: string, id: string) => ({ user: login, pass: hotp(1), transaction_id: id })],
    ['as PIN and code in one', (login: string) => ({ user: login, pass: `pin${hotp(1)}` })],
    ['in both ways', (login: string, id: string, n: number) => (n % 4 < 2 ? { user: login, pass: hotp(1), transaction_id: id } : { user: login, pass: `pin${hotp(1)}` })],
  ])('take one right answer %s', async (_, form) => {
    const login = await enrol(here, { maxFail: 1000 });
    const id = await challenge(here, login);
    const replies = await atOnce((n) => form(login, id, n));
    expect(accepted(replies)).toBe(1);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    for (const instance of [here, there]) expect((await happened(instance, login)).filter((what) => what === 'ChallengeAnswered')).toHaveLength(1);
  });

  it('take each code once where several challenges live side by side', async () => {
    await here.tanager.application.settings.change([{ key: 'sms.concurrent_challenges', value: 'true' }], asAdmin());
    const login = await enrol(here, { maxFail: 1000 });
    const ids: string[] = [];
    for (const instance of [here, there, here, there]) ids.push(await challenge(instance, login));
    const replies = await atOnce((n) => ({ user: login, pass: hotp(1 + (n % 4)), transaction_id: ids[n % 4]! }));
    expect(accepted(replies)).toBe(4);
    expect((await happened(there, login)).filter((what) => what === 'ChallengeAnswered')).toHaveLength(4);
    await here.tanager.application.settings.change([{ key: 'sms.concurrent_challenges', value: 'false' }], asAdmin());
  });

  it.each([
    ['by transaction', (login: string, id: string, code: string) => ({ user: login, pass: code, transaction_id: id }), 'wrong-code'],
    ['with the PIN', (login: string, _: string, code: string) => ({ user: login, pass: `pin${code}` }), 'wrong-code'],
    ['with a wrong PIN', (login: string) => ({ user: login, pass: 'wrong' }), 'wrong-pin'],
  ])('compare ten wrong guesses %s, and lock on both', async (_, form, reason) => {
    const login = await enrol(here);
    const id = await challenge(here, login);
    expect(accepted(await atOnce((n) => form(login, id, wrongCode(hotp(1), n))))).toBe(0);
    await isLocked(login, reason);
    // the right code comes too late, wherever it comes to
    expect(accepted([await answer(here, login, hotp(1), id), await answer(there, login, hotp(1), id), await check(here, { user: login, pass: 'pin' }), await check(there, { user: login, pass: 'pin' })])).toBe(0);
  });

  it('let two tokens of one transaction win together at most once', async () => {
    const other = '71727374757677787970717273747576777879ff';
    const login = await enrol(here, { maxFail: 1000 });
    await there.tanager.application.tokens.enrol({ serial: `K-${login}-2`, login, phone: phoneOf(login), pin: secret('pin'), seed: secret(other), maxFail: 1000 }, asAdmin());
    // who has one token already is not asked after for another: it takes part as soon as it was heard of
    await here.tanager.application.caughtUp();
    const codes = async (id: string): Promise<string[]> => {
      const found = await here.tanager.application.queries.transaction(id);
      return [[`K-${login}`, rfcKey], [`K-${login}-2`, other]].map(([serial, key]) => hotp(found.find((one) => one.serial === serial)!.challenge.counter, key));
    };
    for (let round = 0; round < 5; round++) {
      const id = await challenge(here, login);
      const [first, second] = await codes(id) as [string, string];
      expect(accepted(await Promise.all([answer(here, login, first, id), answer(there, login, second, id)]))).toBe(1);
    }
  });

  it('send one SMS for each of two hundred logins', async () => {
    const before = stage.gateway.requests.length;
    const users = await Promise.all(Array.from({ length: 200 }, (_, n) => enrol(n % 2 ? here : there)));
    const logins = await Promise.all(users.map(async (login, n) => {
      const [asked, answered] = n % 4 < 2 ? [here, there] : [there, here];
      const id = await challenge(asked, login);
      return answer(answered, login, hotp(1), id);
    }));
    expect(accepted(logins)).toBe(users.length);
    const sent = stage.gateway.requests.slice(before).map(({ fields }) => `${String(fields['to'])} ${String(fields['text'])}`);
    expect(sent.sort()).toEqual(users.map((login) => `${phoneOf(login)} ${hotp(1)}`).sort());
  }, 120_000);
});
