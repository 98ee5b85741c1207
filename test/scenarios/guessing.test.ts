import type { Tanager } from '../../src/app.js';
import { asAdmin, contextOf, newTransactionId, secret, startService } from '../fixtures/service.js';

/** What a flood of guesses gets: no more than one after another would. */
describe('a flood of guesses', () => {
  let service: Tanager;
  let tokens = 0;
  beforeAll(async () => { service = await startService(); });
  afterAll(() => service.close());

  const enrol = async (pin: string): Promise<string> => {
    const serial = `G${++tokens}`;
    await service.application.tokens.enrol({ serial, login: serial, phone: '+491701234567', pin: secret(pin) }, asAdmin());
    return serial;
  };
  const check = (serial: string, pass: string) => service.application.authenticate.check({ login: serial, pass: secret(pass), newTransactionId }, contextOf());
  const flood = (guess: (text: string) => Promise<{ readonly kind: string; readonly reason?: string }>, wrong: (n: number) => string, right: string, count = 60) =>
    Promise.all([...Array.from({ length: count }, (_, n) => guess(wrong(n))), guess(right)]);

  it.each([
    ['short', '4711', (n: number) => `w${String(n).padStart(3, '0')}`],
    ['as long as a code, and so read in two ways', 'letmein4711', (n: number) => `letmein${5000 + n}`],
  ])('gets no PIN compared after the last attempt that the token has, %s', async (_, pin, wrong) => {
    const serial = await enrol(pin);
    const answers = await flood((text) => check(serial, text), wrong, pin);
    expect(answers.filter(({ kind }) => kind === 'challenged')).toEqual([]);
    expect(answers.at(-1)).toMatchObject({ kind: 'refused', reason: 'locked' });
  });

  it('gets no PIN compared with what is remembered, either', async () => {
    const serial = await enrol('letmein4711');
    expect(await check(serial, 'letmein4711')).toMatchObject({ kind: 'challenged' });
    const answers = await flood((text) => check(serial, text), (n) => `letmein${5000 + n}`, 'letmein4711');
    expect(answers.filter(({ kind }) => kind === 'challenged')).toEqual([]);
  });

  it('hears nothing of a remembered PIN when there is no room to check a wrong one', async () => {
    const serial = await enrol('letmein4711');
    expect(await check(serial, 'letmein4711')).toMatchObject({ kind: 'challenged' });
    // strangers take every place where a PIN could be checked
    const strangers = Array.from({ length: 300 }, (_, n) => check(`nobody${n}`, 'guess'));
    await Promise.resolve();
    const answers = await flood((text) => check(serial, text), (n) => `letmein${5000 + n}`, 'letmein4711');
    await Promise.all(strangers);
    expect(answers.filter(({ kind }) => kind === 'challenged')).toEqual([]);
  });

  it('gets no password of an administrator compared after the tenth', async () => {
    const { accounts } = service.application;
    await accounts.create('operator', secret('correct horse'), asAdmin());
    const signIn = (password: string) => accounts.signIn('operator', secret(password), contextOf());
    expect(await signIn('correct horse')).toMatchObject({ kind: 'accepted' });
    const answers = await flood(signIn, (n) => `battery staple ${n}`, 'correct horse');
    expect(answers.filter(({ kind }) => kind === 'accepted')).toEqual([]);
    expect(answers.at(-1)).toMatchObject({ reason: 'paused' });
  });

  it('gets no PIN by looking at how a transaction stands, which an administrator triggered', async () => {
    const serial = await enrol('4711');
    const { authenticate, trail } = service.application;
    const transactionId = newTransactionId();
    expect(await authenticate.trigger({ serial, newTransactionId: () => transactionId }, asAdmin())).toMatchObject({ kind: 'challenged' });
    const look = (pin: string) => authenticate.watch({ transactionId, pin: secret(pin) }, contextOf());
    expect(await look('4711')).toHaveLength(1);
    for (let n = 0; n < 10; n++) expect(await look(`w${n}`)).toEqual([]);
    expect(await look('4711')).toEqual([]);
    const { events } = await trail.page({ stream: `token-${serial}`, types: ['AttemptRejected', 'TokenLocked'] }, { limit: 100, order: 'asc' });
    expect(events.filter(({ data }) => data['counted'])).toHaveLength(10);
    expect(events.some(({ type }) => type === 'TokenLocked')).toBe(true);
  });

  it('lets somebody else in meanwhile', async () => {
    const [victim, other] = [await enrol('letmein4711'), await enrol('4711')];
    const flooding = flood((text) => check(victim, text), (n) => `letmein${5000 + n}`, 'letmein4711');
    expect(await check(other, '4711')).toMatchObject({ kind: 'challenged' });
    await flooding;
  });
});
