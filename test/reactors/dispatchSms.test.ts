import { Subject, type Subscription } from 'rxjs';
import { DeliveryReports } from '../../src/reactors/deliveries.js';
import { dispatchSms, type DispatchSmsDependencies } from '../../src/reactors/dispatchSms.js';
import type { Unsent } from '../../src/reactors/sendChallenge.js';
import type { WrittenEvent } from '../../src/store/journal.js';

const subscriptions: Subscription[] = [];
afterEach(() => subscriptions.splice(0).forEach((subscription) => subscription.unsubscribe()));

/** The reactor with challenges whose claims are answered when the test wants it. */
const stage = (...left: readonly string[]) => {
  const written = new Subject<WrittenEvent>();
  const waiting = new Map(left.map((serial): [string, Unsent] => [serial, { serial, transactionId: 't', issuedBy: 'id' }]));
  const claims: { readonly serial: string; readonly answer: (answer: unknown) => void; readonly fail: (error: Error) => void }[] = [];
  const said: string[] = [];
  let looks = 0;
  let broken = false;
  const deliveries = new DeliveryReports();
  const sending = dispatchSms({
    journal: { written }, deliveries, clock: { now: () => new Date() }, warn: (problem: string) => said.push(problem),
    handler: { handle: (serial: string) => new Promise<unknown>((answer, fail) => claims.push({ serial, answer, fail })) },
    unsent: async (_: Date, limit: number) => {
      looks += 1;
      if (broken) throw new Error('cannot be read');
      return [...waiting.values()].slice(0, limit);
    },
  } as unknown as DispatchSmsDependencies).subscribe();
  subscriptions.push(sending);
  return {
    claims, said, deliveries, sending,
    get looks() { return looks; },
    break: () => void (broken = true),
    issue(serial: string) {
      waiting.set(serial, { serial, transactionId: 't', issuedBy: 'id' });
      written.next({ type: 'ChallengeIssued', id: 'id', stream: `token-${serial}`, data: { transactionId: 't' } } as unknown as WrittenEvent);
      written.next({ type: 'SmsDispatched', id: 'id', stream: `token-${serial}`, data: { transactionId: 't' } } as unknown as WrittenEvent);
    },
    settle(from = 0, to = claims.length) {
      for (const { serial, answer } of claims.slice(from, to)) {
        waiting.delete(serial);
        answer({ kind: 'no' });
      }
    },
  };
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('takes up what it issues at once and once, and what waits at the start', async () => {
  const test = stage('LEFT');
  await turn();
  test.issue('NEW');
  test.issue('NEW');
  expect(test.claims.map(({ serial }) => serial)).toEqual(['LEFT', 'NEW']);
  test.sending.unsubscribe();
  test.issue('LATE');
  expect(test.claims).toHaveLength(2);
});

it('has a thousand under way and no more; the others are taken up when half of them are through, and none twice', async () => {
  const test = stage();
  await turn();
  for (let n = 0; n < 1300; n++) test.issue(`S${n}`);
  expect(test.claims).toHaveLength(1000);
  test.settle(0, 499);
  await turn();
  expect(test.claims).toHaveLength(1000);
  test.settle(499, 500);
  await turn();
  await turn();
  expect(test.claims).toHaveLength(1300);
  expect(new Set(test.claims.map(({ serial }) => serial)).size).toBe(1300);
  test.settle(500);
  await test.deliveries.idle();
});

it('says what fails, and looks again', async () => {
  const test = stage();
  test.issue('A');
  test.claims[0]!.fail(new Error('lost'));
  await turn();
  expect(test.said).toEqual(['an SMS could not be dispatched']);
  test.break();
  const before = test.looks;
  while (test.looks === before) await new Promise((resolve) => setTimeout(resolve, 50));
  await turn();
  expect(test.said.at(-1)).toBe('SMS that are still to be sent cannot be found');
});
