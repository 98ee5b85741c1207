import { startEventStoreDb, type EventStoreDbServer, type Rule } from '../../fixtures/eventstoredb/server.js';
import type { Api, Reply } from '../../fixtures/api.js';
import { answer, check, enrol, happened, openStage, phoneOf, type Stage } from '../../cluster/stage.js';

jest.setTimeout(60_000);
/** A stand-in with three nodes, which can be told to fail, and two instances, the second of which reads from a follower. */
let server: EventStoreDbServer;
let stage: Stage;
let here: Api;
let there: Api;
const crashes: unknown[] = [];
const crashed = (error: unknown): void => void crashes.push(error);
const impatient = { patience: { oneTry: 700, allTries: 5_000 }, seenWithin: 500, watchEvery: 250 };

beforeAll(async () => {
  process.on('unhandledRejection', crashed).on('uncaughtException', crashed);
  server = await startEventStoreDb({ nodes: 3 });
  stage = await openStage(1, { eventStoreDb: impatient }, server.connectionString);
  here = stage.instances[0]!;
  there = await stage.start({ eventStoreDb: { ...impatient, connectionString: `${server.connectionString}&nodePreference=follower` } });
  for (const instance of [here, there, here]) await logIn(instance, instance);
});
afterEach(async () => {
  await heal();
});
afterAll(async () => {
  await stage.close();
  await server.stop();
  process.off('unhandledRejection', crashed).off('uncaughtException', crashed);
});

const heal = async (): Promise<void> => {
  await server.control.clearRules();
  await server.control.release();
  for (const node of [0, 1, 2]) await server.control.node(node, { up: true, lag: 0 });
};

/** Sends a request until it is not turned away for the moment. @returns the reply, and whether it was turned away before */
const insist = async (ask: () => Promise<Reply>): Promise<{ readonly reply: Reply; readonly doubt: boolean }> => {
  for (let tries = 1; ; tries++) {
    const reply = await ask();
    if (reply.status === 200) return { reply, doubt: tries > 1 };
    expect([reply.status, reply.body.result?.error?.code]).toEqual([503, -503]);
  }
};

interface Login {
  readonly login: string;
  readonly transactionId: string;
  readonly accepted: boolean;
}

/** PIN, SMS, answer, in which nothing is refused that is right. What came of a request that was turned away, nobody knows: the log says so afterwards. */
async function logIn(asked: Api, answered: Api, login?: string): Promise<Login> {
  const user = login ?? await enrol(here);
  const { reply } = await insist(() => check(asked, { user, pass: 'pin' }));
  const transactionId = reply.body.detail?.transaction_id as string | undefined;
  if (transactionId === undefined) throw new Error(`the right PIN was refused: ${JSON.stringify(reply.body)}`);
  const sms = stage.gateway.requests.find(({ fields }) => fields['ref'] === `${transactionId}-K-${user}`);
  if (!sms) throw new Error(`no SMS: ${JSON.stringify(reply.body)}`);
  const { reply: { body }, doubt } = await insist(() => answer(answered, user, String(sms.fields['text']), transactionId));
  if (!body.result.value && !doubt) throw new Error(`the right code was refused: ${JSON.stringify(body)}`);
  return { login: user, transactionId, accepted: body.result.value };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
/** Milliseconds that a login takes as a rule, one after another over both instances. */
const latency = async (): Promise<number> => {
  const users: string[] = [];
  for (let n = 0; n < 5; n++) users.push(await enrol(here));
  const times: number[] = [];
  for (const [n, user] of users.entries()) {
    const start = performance.now();
    await (n % 2 ? logIn(here, there, user) : logIn(there, here, user));
    times.push(performance.now() - start);
  }
  return median(times);
};

const codes = ['unavailable', 'cancelled', 'deadline-exceeded', 'aborted', 'unknown', 'internal', 'resource-exhausted'] as const;
const rules = (...these: Rule[]) => async (): Promise<void> => { for (const rule of these) await server.control.rule(rule); };
const faults: [string, () => Promise<unknown>][] = [
  ['appends break before and after the commit', rules({ on: 'append', every: 5, then: { kind: 'break', when: 'before' } }, { on: 'append', every: 7, then: { kind: 'break', when: 'after' } })],
  ['answers to appends come late, or never', rules({ on: 'append', every: 6, then: { kind: 'late', milliseconds: 900, when: 'after' } }, { on: 'append', every: 11, then: { kind: 'stall', when: 'after' } })],
  ['appends are done late, or never', rules({ on: 'append', every: 6, then: { kind: 'late', milliseconds: 900, when: 'before' } }, { on: 'append', every: 11, then: { kind: 'stall', when: 'before' } })],
  ['appends fail before the commit, with every status', rules(...codes.map((code, n): Rule => ({ on: 'append', every: 9 + n, then: { kind: 'status', code, when: 'before' } })))],
  ['appends fail after the commit, with every status', rules(...codes.map((code, n): Rule => ({ on: 'append', every: 9 + n, then: { kind: 'status', code, when: 'after' } })))],
  ['reads fail with every status', rules(...codes.map((code, n): Rule => ({ on: 'read', every: 9 + n, then: { kind: 'status', code } })))],
  ['clients are sent to the leader', rules({ on: 'append', every: 4, then: { kind: 'not-leader' } })],
  ['reads break, and never end', rules({ on: 'read', every: 6, then: { kind: 'break' } }, { on: 'read', every: 9, then: { kind: 'stall' } })],
  ['subscriptions break', () => server.control.strikeSubscriptions({ kind: 'break' })],
  ['subscriptions end', () => server.control.strikeSubscriptions({ kind: 'end' })],
  ['subscriptions end with every status', async () => {
    for (const code of codes) {
      await server.control.strikeSubscriptions({ kind: 'status', code });
      await logIn(here, there);
    }
  }],
  ['subscriptions fall silent', () => server.control.strikeSubscriptions({ kind: 'silent' })],
  ['subscriptions come late', () => server.control.strikeSubscriptions({ kind: 'late', milliseconds: 1_000 })],
  ['subscriptions bring events twice', () => server.control.strikeSubscriptions({ kind: 'duplicate', back: 20 })],
  ['subscriptions are refused at first', async () => {
    await server.control.rule({ on: 'subscribe', next: 4, then: { kind: 'status', code: 'unavailable' } });
    await server.control.strikeSubscriptions({ kind: 'break' });
  }],
  ['all connections are cut', () => server.control.cut()],
  ['the server restarts', () => server.control.restart({ downFor: 300 })],
  ['the server restarts and loses what it told nobody of', async () => {
    await server.control.rule({ on: 'append', next: 1, then: { kind: 'restart', when: 'after', downFor: 200, losing: 1 } });
  }],
  ['another node leads', () => server.control.lead(1, 200)],
  ['the first node leads again', () => server.control.lead(0, 200)],
  ['followers lag behind', async () => { for (const node of [1, 2]) await server.control.node(node, { lag: 300 }); }],
  ['a follower is gone', () => server.control.node(2, { up: false })],
];

test.each(faults)('%s: nothing is lost, nothing taken twice, and everything goes on', async (_, befall) => {
  const before = await latency();
  const users = await Promise.all(Array.from({ length: 8 }, () => enrol(here)));
  const acknowledged: Login[] = [];
  const logInTwice = async (user: string, n: number): Promise<void> => {
    for (let time = 0; time < 2; time++) acknowledged.push(await (n % 2 ? logIn(here, there, user) : logIn(there, here, user)));
  };
  // half of them are under way when it begins
  const underWay = Promise.all(users.slice(0, 4).map(logInTwice));
  await befall();
  await Promise.all([underWay, ...users.slice(4).map(logInTwice)]);
  await heal();

  for (const instance of [here, there]) {
    await instance.tanager.application.caughtUp();
    for (const user of users) {
      const { events } = await instance.tanager.application.trail.page({ stream: `token-K-${user}`, types: ['ChallengeIssued', 'ChallengeAnswered'] }, { limit: 1000, order: 'asc' });
      const of = (type: string) => events.filter((event) => event.type === type).map(({ data }) => String(data['transactionId']));
      const mine = acknowledged.filter(({ login }) => login === user).map(({ transactionId }) => transactionId);
      expect(mine).toHaveLength(2);
      expect(of('ChallengeIssued')).toEqual(expect.arrayContaining(mine));
      // whatever the client was told, each code was taken, and once
      expect(of('ChallengeAnswered').sort()).toEqual([...mine].sort());
      expect((await happened(instance, user)).filter((what) => what === 'wrong-code')).toEqual([]);
    }
  }
  for (const user of users) {
    const sent = stage.gateway.requests.filter(({ fields }) => fields['to'] === phoneOf(user)).map(({ fields }) => fields['ref']);
    expect(new Set(sent).size).toBe(sent.length);
  }
  expect(crashes).toEqual([]);
  expect(await latency()).toBeLessThan(3 * before + 250);
});

test('what was acknowledged is known, whatever node an instance reads from', async () => {
  for (const node of [1, 2]) await server.control.node(node, { lag: 500 });
  for (let n = 0; n < 3; n++) expect(await logIn(there, here, await enrol(here))).toMatchObject({ accepted: true });
});
