import { openDirectly } from '../../src/store/eventstoredb/directStore.js';
import type { RememberedChallenge } from '../../src/projections/queries.js';
import type { NewRecord } from '../../src/store/port.js';
import type { Api } from '../fixtures/api.js';
import { eventStoreDbForTests } from '../fixtures/eventstoredb/forTests.js';
import { record } from '../fixtures/record.js';
import { hotp } from '../fixtures/service.js';
import { accepted, answer, challenge, enrol, openStage, type Stage } from './stage.js';

jest.setTimeout(240_000);
/** Not the one of the run, which others share: so many events hold up whoever starts meanwhile. */
const server = eventStoreDbForTests();

describe('a token with 100,000 events', () => {
  let stage: Stage;
  let here: Api;
  let old: string;
  beforeAll(async () => {
    stage = await openStage(1, {}, server.connectionString);
    const before = stage.instances[0]!;
    old = await enrol(before);
    await stage.stop(before);
    await writeLogins(`token-K-${old}`, 33_333);
    // with an empty folder: it reads everything
    here = await stage.start();
    expect((await here.tanager.application.queries.token(`K-${old}`))?.token.counter).toBe(33_334);
  });
  afterAll(() => stage.close());

  /** As the service writes them, each over before the next begins; several in one append. */
  const writeLogins = async (stream: string, count: number): Promise<void> => {
    const { store } = openDirectly({ connectionString: stage.env['TANAGER_STORE']!, prefix: stage.prefix });
    let { revision } = (await store.readStream(stream, 0, 100)).at(-1)!;
    for (let done = 0; done < count; ) {
      const logins = Array.from({ length: Math.min(300, count - done) }, (_, n) => loginWith(done + n + 1)).flat();
      const result = await store.append(stream, revision, logins);
      if (result.kind !== 'appended') throw new Error(JSON.stringify(result));
      ({ revision } = result);
      done += logins.length / 3;
    }
    await store.close();
  };
  const over = new Date(Date.now() - 60_000).toISOString();
  const loginWith = (counter: number): NewRecord[] => {
    const transactionId = String(counter).padStart(20, '9');
    const event = (type: string, data: object): NewRecord => record({
      type, data: JSON.stringify({ transactionId, ...data }), meta: JSON.stringify({ actor: { kind: 'user' }, correlationId: transactionId, causationId: transactionId, origin: 'an instance' }),
    });
    return [
      event('ChallengeIssued', { counter, expiresAt: over, trigger: 'pin', gateways: ['g'], supersedes: [], siblings: [`K-${old}`], leaseUntil: over }),
      event('SmsDispatched', { gateway: 'g', messageId: transactionId }),
      event('ChallengeAnswered', { counter, via: 'transaction' }),
    ];
  };

  /** Milliseconds that the answers to challenges of two tokens take as a rule, in turn, so that both meet the same machine. */
  const medians = async (instance: Api, first: string, second: string): Promise<[number, number]> => {
    const times: [number[], number[]] = [[], []];
    for (let n = 0; n < 15; n++) {
      for (const [index, login] of [[0, first], [1, second]] as const) {
        const id = await challenge(instance, login);
        const [{ challenge: { counter } }] = await instance.tanager.application.queries.transaction(id) as [RememberedChallenge];
        const start = performance.now();
        const reply = await answer(instance, login, hotp(counter), id);
        times[index].push(performance.now() - start);
        expect(accepted([reply])).toBe(1);
      }
    }
    return times.map((each) => each.toSorted((a, b) => a - b)[each.length >> 1]!) as [number, number];
  };

  it('takes an answer as fast as a new one, on an instance that has just caught up', async () => {
    const [long, short] = await medians(here, old, await enrol(here));
    expect(long / short).toBeLessThan(3);
  });
});
