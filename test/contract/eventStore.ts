import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { concatMap, firstValueFrom, from, lastValueFrom, pairwise, take, toArray } from 'rxjs';
import { maxAppendBytes } from '../../src/store/appendable.js';
import type { AppendResult, EventStore, Filter, NewRecord, StoredRecord } from '../../src/store/port.js';
import { subscribe } from '../../src/store/subscription.js';
import { record, records } from '../fixtures/record.js';

/** A store to be tested, and how it can be tested. */
export interface StoreUnderTest {
  readonly store: EventStore;
  /** Closes it and opens it again over the same log; left out where nothing outlives the closing. */
  readonly reopen?: () => Promise<EventStore>;
}

export interface Capabilities {
  /** Positions are 1, 2, 3, … */
  readonly gapless: boolean;
}

const appended = (result: AppendResult): Extract<AppendResult, { kind: 'appended' }> => {
  if (result.kind !== 'appended') throw new Error(`not appended: ${JSON.stringify(result)}`);
  return result;
};

const everything = async (store: EventStore, wanted?: Filter, pageSize = 100): Promise<StoredRecord[]> => {
  const found: StoredRecord[] = [];
  for (let after = 0; ; ) {
    const page = await store.readAll(after, pageSize, wanted);
    found.push(...page.records);
    if (page.next === after) return found;
    after = page.next;
  }
};

const everythingBackwards = async (store: EventStore, wanted?: Filter, pageSize = 100): Promise<StoredRecord[]> => {
  const found: StoredRecord[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; before > 0; ) {
    const page = await store.readAllBackwards(before, pageSize, wanted);
    found.push(...page.records);
    before = page.next;
  }
  return found;
};

const ids = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);

/** What every adapter of the event store port does. Call it inside a test file of the adapter. */
export const eventStoreContract = (name: string, open: () => Promise<StoreUnderTest>, { gapless }: Capabilities = { gapless: true }): void => {
  describe(`${name} keeps the contract of an event store`, () => {
    let store: EventStore;
    let reopen: StoreUnderTest['reopen'];
    /** Closed after each test. */
    let current: EventStore;

    beforeEach(async () => {
      ({ store, reopen } = await open());
      current = store;
    });
    afterEach(() => current.close());

    describe('appending', () => {
      test('the first event of a stream has revision 0', async () => {
        expect(appended(await store.append('s', 'none', [record()])).revision).toBe(0);
      });

      test('answers with the place of the last event', async () => {
        const first = appended(await store.append('s', 'none', records(3)));
        const second = appended(await store.append('s', 2, records(2)));
        expect([first.revision, second.revision]).toEqual([2, 4]);
        const read = await store.readStream('s', 0, 10);
        expect([read[2]!.position, read[4]!.position]).toEqual([first.position, second.position]);
      });

      test('a stream is created once', async () => {
        await store.append('s', 'none', [record()]);
        expect(await store.append('s', 'none', [record()])).toEqual({ kind: 'conflict', actual: 0 });
        expect(await store.readStream('s', 0, 10)).toHaveLength(1);
      });

      test('a wrong revision hears the right one', async () => {
        await store.append('s', 'none', records(3));
        for (const wrong of [0, 1, 3, 99]) expect(await store.append('s', wrong, [record()])).toEqual({ kind: 'conflict', actual: 2 });
        expect(await store.append('absent', 0, [record()])).toEqual({ kind: 'conflict', actual: -1 });
        expect(await everything(store)).toHaveLength(3);
      });

      test('any revision is taken where none is expected', async () => {
        expect(appended(await store.append('s', 'any', [record()])).revision).toBe(0);
        expect(appended(await store.append('s', 'any', [record()])).revision).toBe(1);
      });

      test('of many who expect the same revision, one wins', async () => {
        const results = await Promise.all(Array.from({ length: 50 }, () => store.append('s', 'none', [record()])));
        expect(results.filter(({ kind }) => kind === 'appended')).toHaveLength(1);
        expect(results.filter(({ kind }) => kind === 'conflict')).toHaveLength(49);
      });

      test('all events of an append are written, or none', async () => {
        await store.append('other', 'none', [record({ id: '00000000-0000-4000-8000-000000000001' })]);
        const batch = [record(), record({ id: '00000000-0000-4000-8000-000000000001' }), record()];
        await expect(store.append('s', 'none', batch)).rejects.toThrow(/00000000-0000-4000-8000-000000000001/);
        expect(await store.readStream('s', 0, 10)).toEqual([]);
        expect(appended(await store.append('s', 'none', [batch[0]!])).revision).toBe(0);
      });

      test('keeps what it was given, to the letter', async () => {
        const odd = JSON.stringify({ text: 'Ärger mit 😀 „Anführung“ \u0000 \u2028 ‮ \ud800 \n', empty: '', long: 'x'.repeat(100_000) });
        const given = record({ data: odd, meta: '{"actor":{"kind":"user"},"weird":"\u00e9\u0301"}', type: 'Ereignis-ß', version: 7 });
        await store.append('token-ÄÖÜ 😀', 'none', [given]);
        const [stored] = await store.readStream('token-ÄÖÜ 😀', 0, 1);
        expect(stored).toMatchObject({ ...given, stream: 'token-ÄÖÜ 😀', revision: 0 });
        expect(new Date(stored!.recordedAt).toISOString()).toBe(stored!.recordedAt);
      });

      test('keeps when it was recorded elsewhere before', async () => {
        const batch = [record({ recordedAt: '2020-01-02T03:04:05.678Z' }), record({ recordedAt: '2021-01-02T03:04:05.678Z' })];
        const answer = appended(await store.append('s', 'none', batch));
        expect((await store.readStream('s', 0, 2)).map(({ recordedAt }) => recordedAt)).toEqual(batch.map(({ recordedAt }) => recordedAt));
        expect(answer.recordedAt).toBe('2021-01-02T03:04:05.678Z');
        expect(await store.append('s', 'none', batch)).toEqual(answer);
      });

      test('does not keep the digests for look-ups', async () => {
        await store.append('s', 'none', [record({ index: { owner: 'digest' } })]);
        const [stored] = await store.readStream('s', 0, 1);
        expect(JSON.stringify(stored)).not.toContain('digest');
      });

      test('takes an append of the greatest size, and refuses a greater one as a bug', async () => {
        const sized = (bytes: number): NewRecord => record({ data: JSON.stringify('x'.repeat(bytes - 4)), meta: '{}' });
        await expect(store.append('s', 'none', [sized(maxAppendBytes + 1)])).rejects.toThrow(/bytes/);
        expect((await store.append('s', 'none', [sized(maxAppendBytes)])).kind).toBe('appended');
        expect((await store.readStream('s', 0, 1))[0]!.data).toHaveLength(maxAppendBytes - 2);
      });

      test.each<[string, string, Parameters<EventStore['append']>[1], NewRecord[]]>([
        ['no events', 's', 'none', []],
        ['no stream', '', 'none', [record()]],
        ['a stream with a control character', 'a\nb', 'none', [record()]],
        ['a stream with half a character', 'a\ud800', 'none', [record()]],
        ['an endless stream name', 's'.repeat(501), 'none', [record()]],
        ['an id that is no UUID', 's', 'none', [record({ id: 'one' })]],
        ['the same id twice', 's', 'none', [record({ id: '00000000-0000-4000-8000-000000000002' }), record({ id: '00000000-0000-4000-8000-000000000002' })]],
        ['a negative revision', 's', -1, [record()]],
        ['half a revision', 's', 0.5, [record()]],
        ['no type', 's', 'none', [record({ type: '' })]],
        ['no version', 's', 'none', [record({ version: 0 })]],
      ])('%s is a bug', async (_, stream, expected, bad) => {
        await expect(store.append(stream, expected, bad)).rejects.toThrow();
        expect(await firstValueFrom(store.head)).toBe(0);
      });
    });

    describe('repeating an append', () => {
      test('with the same ids answers as the first did and writes nothing', async () => {
        const batch = records(2);
        const first = await store.append('s', 'none', batch);
        expect(await store.append('s', 'none', batch)).toEqual(first);
        expect(await everything(store)).toHaveLength(2);
      });

      test('answers as the first did when the stream has moved on', async () => {
        await store.append('s', 'none', [record()]);
        const batch = records(2);
        const first = await store.append('s', 0, batch);
        await store.append('s', 2, records(4));
        expect(await store.append('s', 0, batch)).toEqual(first);
        expect(await store.append('s', 'any', batch)).toEqual(first);
        expect(await store.append('s', 6, batch)).toEqual(first);
        expect(await everything(store)).toHaveLength(7);
      });

      test('at the same time as the first, both hear the same', async () => {
        const batch = records(2);
        const results = await Promise.all(Array.from({ length: 10 }, () => store.append('s', 'none', batch)));
        for (const result of results) expect(result).toEqual(results[0]);
        expect(await everything(store)).toHaveLength(2);
      });

      test('with other ids is a conflict', async () => {
        await store.append('s', 'none', records(2));
        expect(await store.append('s', 'none', records(2))).toEqual({ kind: 'conflict', actual: 1 });
      });

      test('with ids that are known from elsewhere, or only in part, is a bug', async () => {
        const [one, two, three] = records(3) as [NewRecord, NewRecord, NewRecord];
        await store.append('s', 'none', [one, two]);
        await expect(store.append('other', 'none', [one])).rejects.toThrow(one.id);
        await expect(store.append('s', 1, [two, three])).rejects.toThrow(three.id);
        await expect(store.append('s', 1, [three, two])).rejects.toThrow();
        await expect(store.append('s', 'any', [two, one])).rejects.toThrow();
        expect(ids(await everything(store))).toEqual([one.id, two.id]);
        expect((await store.append('s', 1, [three])).kind).toBe('appended');
      });
    });

    describe('the order of all events', () => {
      test('an answer says where and when, and so does its repeat', async () => {
        const batch = records(2);
        const answer = appended(await store.append('s', 'none', batch));
        const stored = await everything(store);
        expect(stored.map(({ recordedAt }) => recordedAt)).toEqual([answer.recordedAt, answer.recordedAt]);
        expect(stored.at(-1)).toMatchObject({ revision: answer.revision, position: answer.position });
        expect(await store.append('s', 'none', batch)).toEqual(answer);
      });

      test('is that of the answers, stream by stream, without gaps', async () => {
        const streams = Array.from({ length: 10 }, (_, number) => `s${number}`);
        await Promise.all(streams.map(async (stream) => {
          for (let revision = -1; revision < 9; revision++) {
            appended(await store.append(stream, revision < 0 ? 'none' : revision, [record()]));
            // somebody who is too late burns no position
            expect((await store.append(stream, 'none', records(2))).kind).toBe('conflict');
          }
        }));
        const all = await everything(store);
        expect(all).toHaveLength(100);
        for (const stream of streams) expect(all.filter((one) => one.stream === stream).map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        const positions = all.map(({ position }) => position);
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
        if (gapless) expect(positions).toEqual(Array.from({ length: 100 }, (_, place) => place + 1));
      });

      test('an append that fails in the middle of others leaves no gap', async () => {
        const taken = record();
        await store.append('s', 'none', [taken]);
        const results = await Promise.allSettled([
          store.append('a', 'none', records(2)),
          store.append('b', 'none', [record(), taken]),
          store.append('c', 'none', records(2)),
          store.append('s', 'none', [taken]),
          store.append('d', 'none', records(1)),
        ]);
        expect(results.map((result) => (result.status === 'fulfilled' ? result.value.kind : 'bug'))).toEqual(['appended', 'bug', 'appended', 'appended', 'appended']);
        const all = await everything(store);
        // appends that are under way together are committed in any order where a network lies between
        expect(gapless ? all.map(({ stream }) => stream) : all.map(({ stream }) => stream).sort()).toEqual(gapless ? ['s', 'a', 'a', 'c', 'c', 'd'] : ['a', 'a', 'c', 'c', 'd', 's']);
        if (gapless) expect(all.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
      });
    });

    describe('reading', () => {
      test('a stream that does not exist is empty', async () => {
        expect(await store.readStream('absent', 0, 10)).toEqual([]);
        expect(await store.readStreamBackwards('absent', 10)).toEqual([]);
      });

      test('an empty store is empty', async () => {
        expect(await store.readAll(0, 10)).toEqual({ records: [], next: 0 });
        expect(await store.readAllBackwards(Number.MAX_SAFE_INTEGER, 10)).toEqual({ records: [], next: 0 });
      });

      test('a stream from a revision, and from its end', async () => {
        const batch = records(5);
        await store.append('s', 'none', batch);
        await store.append('s2', 'none', records(2));
        expect(ids(await store.readStream('s', 0, 10))).toEqual(ids(batch));
        expect(ids(await store.readStream('s', 2, 2))).toEqual(ids(batch.slice(2, 4)));
        expect(await store.readStream('s', 5, 10)).toEqual([]);
        expect(ids(await store.readStreamBackwards('s', 2))).toEqual([batch[4]!.id, batch[3]!.id]);
        expect(await store.readStreamBackwards('s', 10)).toHaveLength(5);
      });

      test('all events, page by page, both ways', async () => {
        for (let number = 0; number < 10; number++) await store.append(`s${number}`, 'none', records(3));
        for (const pageSize of [1, 7, 30, 100]) {
          const all = await everything(store, undefined, pageSize);
          expect(all).toHaveLength(30);
          expect(await everythingBackwards(store, undefined, pageSize)).toEqual(all.reverse());
        }
      });

      test('what is filtered by type, by the beginning of the stream, and by both, both ways', async () => {
        const batch = ['token-1', 'token-2', 'tokenless', 'Token-1', 'gateway-a', 'settings', 'token-', 'tokén-1', 'z😀-1', 'z\ue000'];
        for (const stream of batch) await store.append(stream, 'none', [record({ type: 'A' }), record({ type: 'B' }), record({ type: 'a' })]);
        const filters: Filter[] = [
          {}, { types: ['A'] }, { types: ['A', 'B', 'absent'] }, { types: [] }, { streamPrefixes: ['token-'] }, { streamPrefixes: ['token-', 'gateway-', 'token-1'] },
          { streamPrefixes: [''] }, { streamPrefixes: ['absent'] }, { streamPrefixes: [] }, { streamPrefixes: ['z😀'] }, { types: ['B'], streamPrefixes: ['token', 'settings'] },
        ];
        const all = await everything(store);
        for (const wanted of filters) {
          const expected = all.filter(({ type, stream }) =>
            (!wanted.types || wanted.types.includes(type)) && (!wanted.streamPrefixes || wanted.streamPrefixes.some((prefix) => stream.startsWith(prefix))));
          for (const pageSize of [1, 4, 100]) {
            expect(await everything(store, wanted, pageSize)).toEqual(expected);
            expect(await everythingBackwards(store, wanted, pageSize)).toEqual([...expected].reverse());
          }
        }
      });

      test('a page says how far it looked', async () => {
        await store.append('s', 'none', records(5));
        const { next } = await store.readAll(0, 100, { types: ['absent'] });
        expect(next).toBe(await firstValueFrom(store.head));
        expect(await store.readAll(next, 100)).toEqual({ records: [], next });
        expect((await store.readAllBackwards(next + 1, 100, { types: ['absent'] })).next).toBe(0);
      });
    });

    describe('the head', () => {
      test('is told at once, and after every append, before its caller hears of it', async () => {
        const seen: number[] = [];
        const listening = store.head.subscribe((head) => seen.push(head));
        expect(seen).toEqual([0]);
        for (let number = 0; number < 5; number++) {
          const { position } = appended(await store.append('s', 'any', [record()]));
          expect(seen.at(-1)).toBe(position);
        }
        expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
        listening.unsubscribe();
      });

      test('does not move when nothing was written', async () => {
        await store.append('s', 'none', [record()]);
        const before = await firstValueFrom(store.head);
        await store.append('s', 'none', [record()]);
        expect(await firstValueFrom(store.head)).toBe(before);
      });
    });

    describe('a subscription', () => {
      /** Writers that go on while the test listens. */
      const writeOn = (writers: number, each: number): Promise<unknown> =>
        Promise.all(Array.from({ length: writers }, async (_, writer) => {
          for (let number = 0; number < each; number++) {
            appended(await store.append(`w${writer}`, 'any', records(1 + (number % 3))));
            if (number % 5 === writer % 5) await turn();
          }
        }));

      test('gives every event once and in order while others write', async () => {
        await store.append('before', 'none', records(10));
        const total = 10 + 10 * 60;
        const listening = lastValueFrom(subscribe(store, { after: 0, pageSize: 16 }, (event) => [event]).pipe(take(total), toArray()));
        await writeOn(10, 30);
        const heard = await listening;
        expect(heard).toEqual(await everything(store));
        expect(heard).toHaveLength(total);
      });

      test('begins after a position', async () => {
        const { position } = appended(await store.append('s', 'none', records(3)));
        const next = firstValueFrom(subscribe(store, { after: position }, (event) => [event]));
        const { position: wanted } = appended(await store.append('s', 2, [record()]));
        expect((await next).position).toBe(wanted);
      });

      test('filters', async () => {
        const listening = lastValueFrom(subscribe(store, { after: 0, filter: { types: ['B'], streamPrefixes: ['token-'] } }, ({ stream, revision }) => [[stream, revision]]).pipe(take(2), toArray()));
        await store.append('token-1', 'none', [record({ type: 'A' }), record({ type: 'B' })]);
        await store.append('gateway-1', 'none', [record({ type: 'B' })]);
        await store.append('token-2', 'none', [record({ type: 'B' })]);
        expect(await listening).toEqual([['token-1', 1], ['token-2', 0]]);
      });

      test('reads no further than its handler has come', async () => {
        await store.append('s', 'none', records(100));
        let handled = 0;
        let read = 0;
        const readAhead: number[] = [];
        const watched: Pick<EventStore, 'head' | 'readAll'> = {
          head: store.head,
          readAll: async (after, limit, wanted) => {
            const page = await store.readAll(after, limit, wanted);
            read += page.records.length;
            readAhead.push(read - handled);
            return page;
          },
        };
        let running = 0;
        await lastValueFrom(subscribe(watched, { after: 0, pageSize: 10 }, async (event) => {
          expect(++running).toBe(1);
          await turn();
          running--;
          handled++;
          return event;
        }).pipe(take(100)));
        expect(handled).toBe(100);
        expect(Math.max(...readAhead)).toBe(10);
      });

      test('a slow handler misses nothing that is written meanwhile', async () => {
        const listening = lastValueFrom(subscribe(store, { after: 0, pageSize: 8 }, async (event) => {
          if (event.position % 7 === 0) await turn();
          return event.id;
        }).pipe(take(5 * 42), toArray()));
        await writeOn(5, 21);
        expect(await listening).toEqual(ids(await everything(store)));
      });

      test('ends with the error of its handler, and can be taken up where it was left', async () => {
        await store.append('s', 'none', records(6));
        const heard: number[] = [];
        let failures = 1;
        const handle = (event: StoredRecord): number[] => {
          if (event.revision === 3 && failures-- > 0) throw new Error('handler');
          heard.push(event.revision);
          return [event.position];
        };
        let position = 0;
        const following = (): ReturnType<typeof subscribe<number>> => subscribe(store, { after: position }, handle);
        await new Promise<void>((resolve) => following().subscribe({ next: (done) => (position = done), error: () => resolve() }));
        await lastValueFrom(following().pipe(take(3)));
        expect(heard).toEqual([0, 1, 2, 3, 4, 5]);
      });

      test('completes when the store is closed', async () => {
        await store.append('s', 'none', records(2));
        let heardBoth = (): void => undefined;
        const both = new Promise<void>((resolve) => (heardBoth = resolve));
        const listening = lastValueFrom(subscribe(store, { after: 0 }, ({ revision }) => {
          if (revision === 1) heardBoth();
          return [revision];
        }).pipe(toArray()));
        await both;
        await turn();
        await store.close();
        expect(await listening).toEqual([0, 1]);
      });

      test('stops reading when nobody listens any more', async () => {
        let reads = 0;
        const watched: Pick<EventStore, 'head' | 'readAll'> = { head: store.head, readAll: (...wanted) => (reads++, store.readAll(...wanted)) };
        await store.append('s', 'none', records(3));
        await lastValueFrom(subscribe(watched, { after: 0 }, (event) => [event]).pipe(take(3)));
        const { position } = appended(await store.append('s', 2, records(2)));
        await store.append('s', 4, [record()]);
        await firstValueFrom(subscribe(store, { after: position }, (event) => [event]));
        expect(reads).toBe(1);
      });
    });

    describe('closing', () => {
      test('waits for what was accepted', async () => {
        const pending = Array.from({ length: 40 }, (_, number) => store.append(`s${number}`, 'none', [record()]));
        const closing = store.close();
        await expect(Promise.all(pending)).resolves.toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'appended' })]));
        expect((await Promise.all(pending)).every(({ kind }) => kind === 'appended')).toBe(true);
        await closing;
        if (reopen) {
          current = await reopen();
          expect(await everything(current)).toHaveLength(40);
        }
      });

      test('takes nothing more afterwards, can be done twice, and ends the head', async () => {
        const ended = lastValueFrom(store.head);
        await Promise.all([store.close(), store.close()]);
        await store.close();
        expect(await store.append('s', 'none', [record()])).toMatchObject({ kind: 'unavailable' });
        await expect(store.readAll(0, 1)).rejects.toThrow();
        expect(await ended).toBe(0);
      });

      test('nothing is forgotten, and the log is still the same log', async () => {
        if (!reopen) return expect(await store.identity()).toBe(await store.identity());
        const identity = await store.identity();
        const batch = records(3);
        const first = await store.append('s', 'none', batch);
        const before = await everything(store);
        current = await reopen();
        expect(await everything(current)).toEqual(before);
        expect(await firstValueFrom(current.head)).toBe(before.at(-1)!.position);
        expect(await current.identity()).toBe(identity);
        expect(await current.append('s', 'none', batch)).toEqual(first);
        expect(appended(await current.append('s', 2, [record()])).revision).toBe(3);
      });

      test('another log has another identity', async () => {
        const other = await open();
        expect(await other.store.identity()).not.toBe(await store.identity());
        await other.store.close();
      });
    });

    test('any history of appends reads as a simple model says', async () => {
      const stream = fc.constantFrom('a', 'b', 'c');
      const step = fc.record({
        stream,
        expected: fc.oneof(fc.constant('none' as const), fc.constant('any' as const), fc.constant('right' as const), fc.nat(6)),
        count: fc.integer({ min: 1, max: 3 }),
        repeat: fc.option(fc.nat(5), { nil: undefined }),
      });
      let run = 0;
      await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const prefix = `run${++run}-`;
        const start = await firstValueFrom(store.head);
        const model: { stream: string; revision: number; id: string }[] = [];
        const done: { stream: string; batch: NewRecord[]; result: AppendResult }[] = [];
        for (const { stream: name, expected, count, repeat } of steps) {
          const earlier = repeat === undefined ? undefined : done[repeat];
          if (earlier) {
            expect(await store.append(earlier.stream, 'none', earlier.batch)).toEqual(earlier.result);
            continue;
          }
          const target = prefix + name;
          const last = model.filter((one) => one.stream === target).length - 1;
          const batch = records(count);
          const asked = expected === 'right' ? (last < 0 ? 'none' : last) : expected;
          const result = await store.append(target, asked, batch);
          if (asked !== 'any' && (asked === 'none' ? -1 : asked) !== last) {
            expect(result).toEqual({ kind: 'conflict', actual: last });
            continue;
          }
          batch.forEach(({ id }, place) => model.push({ stream: target, revision: last + 1 + place, id }));
          expect(result).toMatchObject({ kind: 'appended', revision: last + count });
          if (gapless) expect(appended(result).position).toBe(start + model.length);
          done.push({ stream: target, batch, result });
        }
        const read = (await everything(store, { streamPrefixes: [prefix] }, 7)).map(({ stream: where, revision, id }) => ({ stream: where, revision, id }));
        expect(read).toEqual(model);
      }), { numRuns: 30 });
    });

    test('events go on being in order for whoever reads while others write', async () => {
      let writing = true;
      const writers = Promise.all(Array.from({ length: 8 }, async (_, writer) => {
        for (let number = 0; number < 25; number++) await store.append(`w${writer}`, 'any', [record()]);
      })).then(() => (writing = false));
      const seen: StoredRecord[] = [];
      for (let after = 0; writing || after < (await firstValueFrom(store.head)); await turn()) {
        const page = await store.readAll(after, 10);
        seen.push(...page.records);
        after = page.next;
      }
      await writers;
      expect(seen).toEqual(await everything(store));
      expect(seen).toHaveLength(200);
    });

    test('a reader who is told of a head can read that far', async () => {
      const checked = lastValueFrom(store.head.pipe(
        take(21),
        pairwise(),
        concatMap(([before, head]) => from(store.readAll(before, 100)).pipe(concatMap(({ records: found }) => [found.some(({ position }) => position === head)]))),
        toArray(),
      ));
      for (let number = 0; number < 20; number++) await store.append('s', 'any', [record({ id: randomUUID() })]);
      expect(await checked).toEqual(Array(20).fill(true));
    });
  });
};
