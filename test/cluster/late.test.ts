import type { Api } from '../fixtures/api.js';
import { startEventStoreDb, type EventStoreDbServer } from '../fixtures/eventstoredb/server.js';
import { asAdmin, hotp, secret } from '../fixtures/service.js';
import { accepted, answer, challenge, check, enrol, happened, openStage, type Stage } from './stage.js';

/**
 * The subscription of one instance stands still, on the server, until it is released: what the other writes meanwhile it cannot know. The other
 * soon has a new subscription, since it looks after it more often than once in an hour.
 */
describe('an instance that hears late of what the other wrote', () => {
  let server: EventStoreDbServer;
  let stage: Stage;
  let here: Api;
  let there: Api;
  beforeAll(async () => {
    server = await startEventStoreDb();
    stage = await openStage(1, { eventStoreDb: { watchEvery: 50, seenWithin: 200 } }, server.connectionString);
    here = stage.instances[0]!;
    there = await stage.start({ eventStoreDb: { watchEvery: 3_600_000 } });
  });
  afterAll(async () => {
    await stage.close();
    await server.stop();
  });

  const hold = async (): Promise<void> => {
    await there.tanager.application.caughtUp();
    expect(await server.control.strikeSubscriptions({ kind: 'stall' })).toBe(2);
    // written, and then heard of by the new subscription
    await here.tanager.application.settings.change([{ key: 'sms.wait', value: String(++waits % 10) }], asAdmin());
    await here.tanager.application.caughtUp();
  };
  let waits = 0;
  /** Goes on when the instance asks for what it has not heard of. */
  const releaseWhenAsked = (): void => {
    jest.spyOn(there.tanager.application.queries, 'caughtUp').mockImplementationOnce(async function caughtUp(this: typeof there.tanager.application.queries) {
      await server.control.release();
      return this.caughtUp();
    });
  };
  /** Has the instance work on the token, so that it remembers it as it was. */
  const known = async (login: string): Promise<string> => {
    await there.tanager.application.caughtUp();
    expect((await check(there, { user: login, pass: 'pin' })).body.detail.transaction_id).toBeDefined();
    return login;
  };
  afterEach(async () => {
    jest.restoreAllMocks();
    await server.control.release();
  });

  it('takes the answer to a challenge that it does not know', async () => {
    const login = await known(await enrol(here));
    await hold();
    const id = await challenge(here, login);
    expect(await there.tanager.application.queries.challenges(`K-${login}`)).not.toContainEqual(expect.objectContaining({ challenge: expect.objectContaining({ transactionId: id }) }));
    releaseWhenAsked();
    expect(accepted([await answer(there, login, hotp(2), id)])).toBe(1);
    expect(await happened(there, login)).toEqual(['ChallengeAnswered']);
  });

  it('takes a token that it does not know', async () => {
    await hold();
    const login = await enrol(here);
    releaseWhenAsked();
    const id = await challenge(there, login);
    expect(accepted([await answer(here, login, hotp(1), id)])).toBe(1);
  });

  it('takes a new PIN, and an enabled token', async () => {
    const login = await known(await enrol(here));
    await here.tanager.application.tokens.disable(`K-${login}`, asAdmin());
    expect(accepted([await check(there, { user: login, pass: 'pin' })])).toBe(0);
    await hold();
    await here.tanager.application.tokens.setPin(`K-${login}`, secret('new pin'), asAdmin());
    await here.tanager.application.tokens.enable(`K-${login}`, asAdmin());
    releaseWhenAsked();
    await challenge(there, login, 'new pin');
  });

  // what is accepted is decided at the revision of the token's stream: nothing needs to be heard for that
  it.each([
    ['disabled', ({ application }: Api['tanager'], serial: string) => application.tokens.disable(serial, asAdmin())],
    ['deleted', ({ application }: Api['tanager'], serial: string) => application.tokens.remove(serial, asAdmin())],
    ['given another PIN', ({ application }: Api['tanager'], serial: string) => application.tokens.setPin(serial, secret('another'), asAdmin())],
  ])('challenges no token that was %s, though it does not know', async (_, change) => {
    const login = await known(await enrol(here));
    await hold();
    await change(here.tanager, `K-${login}`);
    const asked = check(there, { user: login, pass: 'pin' });
    const issued = (await here.tanager.application.trail.page({ stream: `token-K-${login}`, types: ['ChallengeIssued'] }, { limit: 10, order: 'asc' })).events;
    await server.control.release();
    expect((await asked).body.detail?.transaction_id).toBeUndefined();
    expect(issued).toHaveLength(1);
    expect(await happened(here, login, ['ChallengeIssued'])).toHaveLength(1);
  });

  it('takes no code twice, though it has not heard of the first time', async () => {
    const login = await enrol(here);
    const id = await challenge(here, login);
    await there.tanager.application.caughtUp();
    expect(await there.tanager.application.queries.challenges(`K-${login}`)).toHaveLength(1);
    await hold();
    expect(accepted([await answer(here, login, hotp(1), id)])).toBe(1);
    const again = answer(there, login, hotp(1), id);
    await server.control.release();
    expect(accepted([await again])).toBe(0);
    expect((await happened(here, login)).filter((what) => what === 'ChallengeAnswered')).toHaveLength(1);
  });

  it('goes by the fail counter that the other has counted', async () => {
    const login = await known(await enrol(here));
    const id = await challenge(here, login);
    await hold();
    for (let n = 0; n < 10; n++) await answer(here, login, '000000', id);
    const tried = answer(there, login, hotp(2), id);
    await server.control.release();
    expect(accepted([await tried])).toBe(0);
    expect((await happened(here, login)).filter((what) => what === 'wrong-code')).toHaveLength(10);
  });
});
