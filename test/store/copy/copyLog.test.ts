import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { memoryKeys } from '../../../src/security/memoryKeys.js';
import type { KeyStore } from '../../../src/security/keyStore.js';
import { copyLog, verifyLog, type Watching } from '../../../src/store/copy/copyLog.js';
import { CopyStopped, type Progress, type Target } from '../../../src/store/copy/ends.js';
import { openMemoryStore } from '../../../src/store/memory/memoryStore.js';
import type { AppendResult, EventStore, StoredRecord } from '../../../src/store/port.js';
import { record } from '../../fixtures/record.js';

interface End extends Target {
  readonly store: EventStore;
  readonly keys: KeyStore;
}

const end = (atOnce = { appends: 50, bytes: 100_000 }): End => ({ store: openMemoryStore().store, keys: memoryKeys(), atOnce, indexOf: async () => ({}) });
const watching = (signal = new AbortController().signal, progress: (progress: Progress) => void = () => undefined): Watching => ({ signal, progress });

/** Appends events to streams as they are named, in an order of their own. */
const fill = async ({ store, keys }: End, streams: readonly string[]): Promise<void> => {
  for (const stream of streams) {
    await keys.put(stream, 1, Buffer.from(`key of ${stream}`));
    const recordedAt = new Date(Date.UTC(2026, 0, 1) + Math.floor(Math.random() * 1e9)).toISOString();
    const answer = await store.append(stream, 'any', [record({ recordedAt, data: JSON.stringify({ number: Math.random() }) })]);
    if (answer.kind !== 'appended') throw new Error(answer.kind);
  }
};

const everything = async ({ store }: End): Promise<readonly StoredRecord[]> => (await store.readAll(0, 100_000)).records;
const withoutPositions = (records: readonly StoredRecord[]): unknown[] => records.map((one) => ({ ...one, position: 0 }));

/** A target that stops taking anything after so many appends, as if its process were gone. */
const breakingAfter = (target: End, appends: number): End => {
  let left = appends;
  const append = async (...given: Parameters<EventStore['append']>): Promise<AppendResult> => {
    if (left-- > 0) return target.store.append(...given);
    throw new CopyStopped('gone');
  };
  return { ...target, store: { ...target.store, append }, atOnce: { appends: 1, bytes: 1 } };
};

const names = fc.array(fc.constantFrom('token-a', 'token-b', 'token-c', 'settings', 'transaction-1'), { maxLength: 60 });

test('a copy is the same in everything but positions, however often it is interrupted', async () => {
  await fc.assert(fc.asyncProperty(names, fc.array(fc.nat(12), { maxLength: 6 }), fc.integer({ min: 1, max: 8 }), async (streams, interruptions, appends) => {
    const source = end();
    await fill(source, streams);
    const target = end({ appends, bytes: 1000 });
    for (const after of interruptions) await copyLog(source, breakingAfter(target, after), watching()).catch((error) => expect(error).toBeInstanceOf(CopyStopped));
    const before = (await everything(target)).length;
    const copied = await copyLog(source, target, watching());
    expect(withoutPositions(await everything(target))).toEqual(withoutPositions(await everything(source)));
    expect(copied).toMatchObject({ before, copied: streams.length - before, later: 0, tally: { events: streams.length, expired: 0, keys: new Set(streams).size } });
    const { source: ours, target: theirs } = copied.tally.digests();
    expect(ours).toBe(theirs);
    // and a copy of a copy is nothing
    expect(await copyLog(source, target, watching())).toMatchObject({ before: streams.length, copied: 0 });
    expect((await verifyLog(source, target, watching())).digests()).toEqual({ source: ours, target: theirs });
  }), { numRuns: 60 });
});

test('what comes to the source meanwhile is left for the next time, and counted', async () => {
  const [source, target] = [end(), end()];
  await fill(source, ['token-a', 'token-b']);
  let more = true;
  const copied = await copyLog(source, { ...target, indexOf: async () => {
    const first = more;
    more = false;
    if (first) await fill(source, ['token-a', 'token-c']);
    return {};
  } }, watching());
  expect(copied).toMatchObject({ copied: 2, later: 2 });
  await expect(verifyLog(source, target, watching())).rejects.toThrow('the target ends after 2 events');
  expect(await copyLog(source, target, watching())).toMatchObject({ before: 2, copied: 2, later: 0 });
});

test('appends carry the events of one stream that follow one another, at their own revisions', async () => {
  const [source, target] = [end(), end({ appends: 1, bytes: 1 })];
  await fill(source, ['token-a', 'token-a', 'token-b', 'token-a', 'token-a', 'token-a']);
  const seen: unknown[] = [];
  await copyLog(source, { ...target, store: { ...target.store, append: async (stream, expected, records) => {
    seen.push([stream, expected, records.length]);
    return target.store.append(stream, expected, records);
  } } }, watching());
  expect(seen).toEqual([['token-a', 'none', 2], ['token-b', 'none', 1], ['token-a', 1, 3]]);
});

test('an append that may have been made, and one that could not be made for the moment, are made again as they were', async () => {
  const [source, target] = [end(), end({ appends: 3, bytes: 1000 })];
  await fill(source, ['token-a', 'token-b', 'token-c', 'token-a']);
  const answers: AppendResult[] = [{ kind: 'unknown', reason: 'the line broke' }, { kind: 'overloaded' }];
  await copyLog(source, { ...target, store: { ...target.store, append: async (...given) => {
    const answer = await target.store.append(...given);
    return answers.shift() ?? answer;
  } } }, watching());
  expect(withoutPositions(await everything(target))).toEqual(withoutPositions(await everything(source)));
});

describe('a target that is not the beginning of the source is refused, and stays as it is', () => {
  const refused = async (source: End, target: End, message: RegExp): Promise<void> => {
    const before = await everything(target);
    await expect(copyLog(source, target, watching())).rejects.toThrow(message);
    await expect(verifyLog(source, target, watching())).rejects.toThrow(message);
    expect(await everything(target)).toEqual(before);
  };

  it('when it has events of its own', async () => {
    const [source, target] = [end(), end()];
    await fill(source, ['token-a']);
    await fill(target, ['token-a']);
    await refused(source, target, /not the beginning of the source: where the source has SomethingHappened \(token-a, revision 0\)/);
  });

  it('when it goes on after the source', async () => {
    const [source, target] = [end(), end()];
    await fill(source, ['token-a']);
    await copyLog(source, target, watching());
    await fill(target, ['token-b']);
    await refused(source, target, /has events that the source does not have, the first of them SomethingHappened \(token-b, revision 0\)/);
  });

  it.each(['data', 'meta', 'type', 'recordedAt'] as const)('when the %s of one event is another', async (field) => {
    const [source, target] = [end(), end()];
    const changed = { data: '{"what":"that"}', meta: '{}', type: 'SomethingElse', recordedAt: '2026-01-01T00:00:00.000Z' }[field];
    const event = record({ id: randomUUID(), recordedAt: '2026-02-01T00:00:00.000Z' });
    await source.store.append('token-a', 'none', [event]);
    await target.store.append('token-a', 'none', [{ ...event, [field]: changed }]);
    await refused(source, target, /token-a, revision 0\) is not the same in both logs/);
  });
});

test('whoever writes to the target meanwhile stops the copy', async () => {
  const [source, target] = [end(), end()];
  await fill(source, ['token-a', 'token-b']);
  const meddled: Target = { ...target, indexOf: async ({ stream }) => {
    if (stream === 'token-b') await fill(target, ['token-b']);
    return {};
  } };
  await expect(copyLog(source, meddled, watching())).rejects.toThrow('does somebody else write to it?');
});

test('it stops when it is told to, and says how far it is', async () => {
  const [source, target] = [end(), end()];
  await fill(source, Array.from({ length: 1200 }, (_, index) => `token-${index % 7}`));
  const stop = new AbortController();
  const seen: Progress[] = [];
  await expect(copyLog(source, target, watching(stop.signal, (progress) => {
    seen.push(progress);
    if (progress.phase === 'copying') stop.abort();
  }))).rejects.toThrow('goes on from there');
  expect(seen.at(-1)).toMatchObject({ phase: 'copying' });
  const there = (await everything(target)).length;
  expect([there > 0, there < 1200]).toEqual([true, true]);
  expect(await copyLog(source, target, watching())).toMatchObject({ before: there, copied: 1200 - there });
});

test('streams that have expired in the source are no difference, on either side', async () => {
  const [source, target] = [end(), end()];
  await fill(source, ['token-a', 'refusals-2026-01-01', 'transaction-1', 'token-b', 'transaction-1']);
  await copyLog(source, target, watching());
  await fill(source, ['token-c']);
  // the store has deleted two streams, and has not yet cleaned up the second of them
  const gone = new Set(['refusals-2026-01-01', 'transaction-1']);
  const shortened: End = { ...source, store: { ...source.store,
    readStream: async (stream, ...rest) => (gone.has(stream) ? [] : source.store.readStream(stream, ...rest)),
    readAll: async (...given) => {
      const { records, next } = await source.store.readAll(...given);
      return { records: records.filter(({ stream, revision }) => stream !== 'refusals-2026-01-01' && !(stream === 'transaction-1' && revision === 0)), next };
    } } };
  const copied = await copyLog(shortened, target, watching());
  expect(copied).toMatchObject({ before: 3, copied: 1, tally: { expired: 2 } });
  expect(await everything(target)).toHaveLength(6);
  // into an empty store goes what there is: the rest of a stream without its beginning is left behind
  const fresh = end();
  expect(await copyLog(shortened, fresh, watching())).toMatchObject({ copied: 3, tally: { expired: 1 } });
  expect((await everything(fresh)).map(({ stream }) => stream)).toEqual(['token-a', 'token-b', 'token-c']);
  // what state hangs on does not expire
  gone.add('token-a');
  await expect(copyLog({ ...shortened, store: { ...shortened.store, readAll: async (after) => ({ records: [], next: after }) } }, target, watching())).rejects.toThrow('token-a');
});
