import { randomUUID } from 'node:crypto';
import {
  BACKWARDS, binaryEvent, END, EventStoreDBClient, FORWARDS, jsonEvent, START, streamNameFilter, eventTypeFilter,
  type AllStreamResolvedEvent, type AppendResult, type EventData, type ReadStreamOptions, type ResolvedEvent,
} from '@eventstore/db-client';
import { collected, follow, refusal } from '../fixtures/eventstoredb/client.js';

export interface ServerUnderTest {
  readonly connectionString: string;
}

/** Those of the connection string: calls that carry credentials of their own are unary, and an insecure server passes over them. */
const credentialsOf = (connectionString: string): { readonly username: string; readonly password: string } => {
  const [, username = 'admin', password = 'changeit'] = /\/\/([^:@/]+):([^@/]+)@/.exec(connectionString) ?? [];
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
};

/**
 * What the adapter of EventStoreDB relies on in a server, asked with the client that it uses. The stand-in of the tests and real servers pass
 * it alike; every name begins with something new, so that it may run on a server that others use.
 */
export const eventStoreDbServerContract = (name: string, open: () => Promise<ServerUnderTest>): void => {
  describe(`${name} does what a server of EventStoreDB does`, () => {
    const prefix = `contract-${randomUUID().slice(0, 8)}-`;
    let client: EventStoreDBClient;
    let login: ReturnType<typeof credentialsOf>;
    beforeAll(async () => {
      const { connectionString } = await open();
      login = credentialsOf(connectionString);
      client = EventStoreDBClient.connectionString(connectionString);
    });
    afterAll(() => client.dispose());

    let numbers = 0;
    let stream: string;
    beforeEach(() => { stream = `${prefix}${++numbers}`; });

    const event = (type = 'Happened', data: Record<string, unknown> = {}, id: string = randomUUID()): EventData => jsonEvent({ id, type, data, metadata: { by: 'contract' } });
    const events = (count: number): EventData[] => Array.from({ length: count }, (_, number) => event('Happened', { number }));
    const append = (to: string, what: EventData | EventData[], expectedRevision: 'any' | 'no_stream' | 'stream_exists' | bigint): Promise<AppendResult> =>
      client.appendToStream(to, what, { expectedRevision, credentials: login });
    const read = (from: string, options: ReadStreamOptions = {}): Promise<ResolvedEvent[]> => collected(client.readStream(from, { ...options, credentials: login }));
    const revisions = (found: readonly ResolvedEvent[]): number[] => found.map(({ event: one }) => Number(one?.revision));
    const ids = (found: readonly ResolvedEvent[]): (string | undefined)[] => found.map(({ event: one }) => one?.id);

    describe('appending', () => {
      it('gives revisions from 0 on, and the position of the last event', async () => {
        const first = await append(stream, events(2), 'no_stream');
        const second = await append(stream, events(3), 1n);
        expect([first.success, first.nextExpectedRevision, second.nextExpectedRevision]).toEqual([true, 1n, 4n]);
        expect(second.position!.commit).toBeGreaterThan(first.position!.commit);
        expect(revisions(await read(stream))).toEqual([0, 1, 2, 3, 4]);
      });

      it('refuses what does not fit the expected revision, says what there is, and writes nothing', async () => {
        await append(stream, events(2), 'no_stream');
        for (const expected of ['no_stream', 0n, 7n] as const) {
          expect(await refusal(append(stream, events(1), expected))).toMatchObject({ type: 'wrong-expected-version', streamName: stream, actualVersion: 1n });
        }
        expect(await refusal(append(`${stream}-other`, events(1), 0n))).toMatchObject({ type: 'wrong-expected-version', actualVersion: 'no_stream' });
        expect(await refusal(append(`${stream}-other`, events(1), 'stream_exists'))).toMatchObject({ type: 'wrong-expected-version', actualVersion: 'no_stream' });
        expect(await read(stream)).toHaveLength(2);
        expect(await append(stream, events(1), 'stream_exists')).toMatchObject({ nextExpectedRevision: 2n });
        expect(await append(stream, events(1), 'any')).toMatchObject({ nextExpectedRevision: 3n });
      });

      it('answers a repetition with what it answered first, and writes nothing', async () => {
        const batch = events(3);
        const first = await append(stream, batch, 'no_stream');
        await append(stream, events(2), 2n);
        expect(await append(stream, batch, 'no_stream')).toEqual(first);
        expect(await read(stream)).toHaveLength(5);
      });

      it('takes a repetition that differs for another one', async () => {
        const [one, two, three] = events(3) as [EventData, EventData, EventData];
        await append(stream, [one, two], 'no_stream');
        expect(await refusal(append(stream, [one, three], 'no_stream'))).toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
        expect(await refusal(append(stream, [one, two, three], 'no_stream'))).toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
        expect(await refusal(append(stream, [two], 'no_stream'))).toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
        expect(await append(stream, [one], 'no_stream')).toMatchObject({ nextExpectedRevision: 0n });
        expect(await append(stream, [two], 0n)).toMatchObject({ nextExpectedRevision: 1n });
      });

      it('knows ids that it has just written when no revision is expected', async () => {
        const batch = events(2);
        const first = await append(stream, batch, 'any');
        expect(await append(stream, batch, 'any')).toEqual(first);
        expect(await append(`${stream}-other`, batch, 'any')).toMatchObject({ nextExpectedRevision: 1n });
        expect(await refusal(append(stream, [batch[0]!, event()], 'any'))).toMatchObject({ type: 'wrong-expected-version' });
        expect(await read(stream)).toHaveLength(2);
      });

      it('writes known ids again at the end of the stream', async () => {
        const one = event();
        await append(stream, one, 'no_stream');
        expect(await append(stream, one, 0n)).toMatchObject({ nextExpectedRevision: 1n });
        const found = await read(stream);
        expect(ids(found)).toEqual([one.id, one.id]);
      });

      it('takes a repetition for done even if the stream was deleted since', async () => {
        const batch = events(2);
        await append(stream, batch, 'no_stream');
        await client.deleteStream(stream, { credentials: login });
        expect(await append(stream, batch, 'no_stream')).toMatchObject({ success: true, nextExpectedRevision: 1n });
        expect(await refusal(read(stream))).toMatchObject({ type: 'stream-not-found' });
      });

      it('lets one of many writers win', async () => {
        const results = await Promise.allSettled(Array.from({ length: 20 }, () => append(stream, event(), 'no_stream')));
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await read(stream)).toHaveLength(1);
      });

      it('refuses more than its limit in one append, and writes nothing of it', async () => {
        const large = event('Large', { text: 'x'.repeat(600_000) });
        expect(await append(stream, large, 'no_stream')).toMatchObject({ nextExpectedRevision: 0n });
        const error = await refusal(append(stream, [event('Large', { text: 'x'.repeat(600_000) }), event('Large', { text: 'x'.repeat(600_000) })], 0n));
        expect(error).toMatchObject({ type: 'maximum-append-size-exceeded' });
        expect(await read(stream)).toHaveLength(1);
      });

      it('does the same for appends of a batch', async () => {
        const batch = events(2);
        const unaided = (to: string, what: EventData[], expectedRevision: 'any' | 'no_stream' | bigint): Promise<AppendResult> => client.appendToStream(to, what, { expectedRevision });
        const first = await unaided(stream, batch, 'no_stream');
        expect(await unaided(stream, batch, 'no_stream')).toEqual(first);
        expect(await refusal(unaided(stream, events(1), 0n))).toMatchObject({ type: 'wrong-expected-version', streamName: stream, actualVersion: 1n, expectedVersion: 0n });
        await client.tombstoneStream(stream, { credentials: login });
        expect(await refusal(unaided(stream, events(1), 'any'))).toMatchObject({ type: 'stream-deleted', streamName: stream });
      });
    });

    describe('reading a stream', () => {
      it('gives what was written, as it was written', async () => {
        const before = Date.now();
        const one = jsonEvent({ id: randomUUID(), type: 'Ünicode', data: { text: 'ä €' }, metadata: { nested: { yes: true } } });
        await append(stream, one, 'no_stream');
        const [found] = await read(stream);
        expect(found?.event).toMatchObject({ id: one.id, type: 'Ünicode', streamId: stream, revision: 0n, data: { text: 'ä €' }, metadata: { nested: { yes: true } }, isJson: true });
        expect(Math.abs(found!.event!.created.getTime() - before)).toBeLessThan(60_000);
      });

      it('gives bytes as bytes', async () => {
        const one = binaryEvent({ id: randomUUID(), type: 'Bytes', data: Uint8Array.of(0, 255, 128, 10), metadata: Uint8Array.of(1, 254) });
        await client.appendToStream(stream, one, { credentials: login });
        const [found] = await read(stream);
        expect(found?.event).toMatchObject({ id: one.id, isJson: false });
        expect(Buffer.from(found!.event!.data as Uint8Array)).toEqual(Buffer.from([0, 255, 128, 10]));
        expect(Buffer.from(found!.event!.metadata as Uint8Array)).toEqual(Buffer.from([1, 254]));
      });

      it('goes both ways, from a revision, and as far as is asked', async () => {
        await append(stream, events(5), 'no_stream');
        expect(revisions(await read(stream, { fromRevision: 2n }))).toEqual([2, 3, 4]);
        expect(revisions(await read(stream, { maxCount: 2 }))).toEqual([0, 1]);
        expect(revisions(await read(stream, { direction: BACKWARDS, fromRevision: END }))).toEqual([4, 3, 2, 1, 0]);
        expect(revisions(await read(stream, { direction: BACKWARDS, fromRevision: 2n, maxCount: 2 }))).toEqual([2, 1]);
        expect(revisions(await read(stream, { direction: BACKWARDS, fromRevision: START }))).toEqual([0]);
        expect(await read(stream, { fromRevision: 5n })).toEqual([]);
        expect(revisions(await read(stream, { direction: BACKWARDS, fromRevision: 100n, maxCount: 1 }))).toEqual([4]);
      });

      it('follows links, if it is asked to', async () => {
        await append(stream, events(2), 'no_stream');
        const link = (to: string) => binaryEvent({ id: randomUUID(), type: '$>', data: Buffer.from(to) });
        await client.appendToStream(`${stream}-links`, [link(`1@${stream}`), link(`0@${stream}-never`)], { credentials: login });
        const found = await read(`${stream}-links`, { resolveLinkTos: true });
        expect(found.map(({ event: one, link: by }) => [one?.streamId, one?.revision, by?.streamId, by?.revision])).toEqual([
          [stream, 1n, `${stream}-links`, 0n], [undefined, undefined, `${stream}-links`, 1n],
        ]);
        expect((await read(`${stream}-links`)).map(({ event: one, link: by }) => [one?.type, by])).toEqual([['$>', undefined], ['$>', undefined]]);
      });

      it('says that a stream is not there', async () => {
        expect(await refusal(read(stream))).toMatchObject({ type: 'stream-not-found' });
        expect(await refusal(read(stream, { direction: BACKWARDS, fromRevision: END }))).toMatchObject({ type: 'stream-not-found' });
      });
    });

    describe('reading all streams', () => {
      const mine = (found: readonly AllStreamResolvedEvent[], name = stream): AllStreamResolvedEvent[] => found.filter(({ event: one }) => one?.streamId === name);
      const readAll = (options: Parameters<EventStoreDBClient['readAll']>[0]): Promise<AllStreamResolvedEvent[]> => collected(client.readAll({ ...options, credentials: login }));

      it('goes forwards from a position with its event, and backwards without', async () => {
        const { position: first } = await append(stream, events(1), 'no_stream');
        const { position: third } = await append(stream, events(2), 0n);
        expect(revisions(mine(await readAll({ direction: FORWARDS, fromPosition: first! })))).toEqual([0, 1, 2]);
        expect(revisions(mine(await readAll({ direction: FORWARDS, fromPosition: third! })))).toEqual([2]);
        expect(revisions(mine(await readAll({ direction: BACKWARDS, fromPosition: third!, maxCount: 2 })))).toEqual([1, 0]);
        const [latest] = await readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
        expect(latest!.event!.position!.commit).toBeGreaterThanOrEqual(third!.commit);
      });

      it('gives events in the order of their positions, which grow with gaps', async () => {
        await append(stream, events(3), 'no_stream');
        const found = mine(await readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 200 })).reverse();
        const positions = found.map(({ event: one }) => one!.position.commit);
        expect(positions).toHaveLength(3);
        expect(positions[1]! - positions[0]!).toBeGreaterThan(1n);
        expect([...positions].sort((a, b) => Number(a - b))).toEqual(positions);
        expect(found.every(({ event: one, commitPosition }) => one!.position.prepare === one!.position.commit && commitPosition === one!.position.commit)).toBe(true);
      });

      it('refuses a position that no event begins at, and has nothing after its end', async () => {
        const { position } = await append(stream, events(2), 'no_stream');
        await append(stream, events(1), 1n);
        const off = { commit: position!.commit + 1n, prepare: position!.prepare + 1n };
        expect((await refusal(readAll({ direction: FORWARDS, fromPosition: off })))['type']).toBe('unknown');
        const [latest] = await readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
        const ahead = latest!.event!.position.commit + 1_000_000n;
        expect(await readAll({ direction: FORWARDS, fromPosition: { commit: ahead, prepare: ahead } })).toEqual([]);
      });

      it('still has what was deleted, with what says so', async () => {
        const { position } = await append(stream, events(2), 'no_stream');
        await client.deleteStream(stream, { credentials: login });
        await client.tombstoneStream(stream, { credentials: login });
        const found = await readAll({ direction: FORWARDS, fromPosition: position! });
        expect(mine(found).map(({ event: one }) => one!.type)).toEqual(['Happened', '$streamDeleted']);
        expect(mine(found).at(-1)!.event!.revision).toBe(9223372036854775807n);
        expect(mine(found, `$$${stream}`).map(({ event: one }) => one!.type)).toEqual(['$metadata']);
      });
    });

    describe('deleting', () => {
      it('hides a stream, which can be written again and goes on with its revisions', async () => {
        await append(stream, events(3), 'no_stream');
        const { position } = await client.deleteStream(stream, { expectedRevision: 2n, credentials: login });
        expect(position!.commit).toBeGreaterThan(0n);
        expect(await refusal(read(stream))).toMatchObject({ type: 'stream-not-found' });
        expect(await append(stream, events(2), 'no_stream')).toMatchObject({ nextExpectedRevision: 4n });
        expect(revisions(await read(stream))).toEqual([3, 4]);
        expect((await client.getStreamMetadata(stream, { credentials: login })).metadata).toMatchObject({ truncateBefore: 3 });
      });

      it('lets a deleted stream be written with its revision or with any, but does not take it for existing', async () => {
        await append(stream, events(1), 'no_stream');
        await client.deleteStream(stream, { credentials: login });
        expect((await refusal(append(stream, events(1), 'stream_exists')))['type']).toBe('stream-deleted');
        expect(await append(stream, events(1), 0n)).toMatchObject({ nextExpectedRevision: 1n });
        await client.deleteStream(stream, { credentials: login });
        expect(await append(stream, events(1), 'any')).toMatchObject({ nextExpectedRevision: 2n });
        expect(revisions(await read(stream))).toEqual([2]);
      });

      it('refuses to delete at another revision, or what never was', async () => {
        await append(stream, events(2), 'no_stream');
        expect(await refusal(client.deleteStream(stream, { expectedRevision: 0n, credentials: login }))).toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n, expectedVersion: 0n });
        expect(await refusal(client.tombstoneStream(stream, { expectedRevision: 0n, credentials: login }))).toMatchObject({ type: 'wrong-expected-version' });
        expect(await refusal(client.deleteStream(`${stream}-never`, { credentials: login }))).toMatchObject({ type: 'wrong-expected-version' });
        expect(await read(stream)).toHaveLength(2);
      });

      it('buries a stream for good', async () => {
        await append(stream, events(2), 'no_stream');
        await client.tombstoneStream(stream, { expectedRevision: 1n, credentials: login });
        const gone = { type: 'stream-deleted', streamName: stream };
        expect(await refusal(read(stream))).toMatchObject(gone);
        for (const expected of ['any', 'no_stream', 'stream_exists', 1n] as const) expect(await refusal(append(stream, events(1), expected))).toMatchObject(gone);
        expect(await refusal(client.tombstoneStream(stream, { credentials: login }))).toMatchObject(gone);
        expect(await refusal(client.deleteStream(stream, { credentials: login }))).toMatchObject(gone);
        expect((await refusal(client.setStreamMetadata(stream, { maxCount: 1 }, { credentials: login })))['type']).toBe('stream-deleted');
      });

      it('buries a name before its first event', async () => {
        await client.tombstoneStream(stream, { expectedRevision: 'no_stream', credentials: login });
        expect((await refusal(append(stream, events(1), 'no_stream')))['type']).toBe('stream-deleted');
      });
    });

    describe('metadata of a stream', () => {
      const setMetadata = (metadata: Parameters<EventStoreDBClient['setStreamMetadata']>[1]) => client.setStreamMetadata(stream, metadata, { credentials: login });
      it('keeps the last so many events', async () => {
        await append(stream, events(5), 'no_stream');
        await setMetadata({ maxCount: 2 });
        expect(revisions(await read(stream))).toEqual([3, 4]);
        expect(revisions(await read(stream, { direction: BACKWARDS, fromRevision: END }))).toEqual([4, 3]);
        await append(stream, events(1), 4n);
        expect(revisions(await read(stream))).toEqual([4, 5]);
      });
      it('cuts off what is before a revision', async () => {
        await append(stream, events(5), 'no_stream');
        await setMetadata({ truncateBefore: 3 });
        expect(revisions(await read(stream, { fromRevision: 1n }))).toEqual([3, 4]);
        await setMetadata({ truncateBefore: 9 });
        expect(await read(stream)).toEqual([]);
        expect(await append(stream, events(1), 4n)).toMatchObject({ nextExpectedRevision: 5n });
      });
      it('lets events expire', async () => {
        await append(stream, events(2), 'no_stream');
        await setMetadata({ maxAge: 1 });
        await new Promise((resolve) => { setTimeout(resolve, 1_100); });
        expect(await read(stream)).toEqual([]);
        await append(stream, events(1), 1n);
        expect(revisions(await read(stream))).toEqual([2]);
      });
      it('is read back, the last of it', async () => {
        expect((await client.getStreamMetadata(stream, { credentials: login })).metadata).toBeUndefined();
        await setMetadata({ maxCount: 5 });
        await setMetadata({ maxAge: 60, own: 'word' });
        expect((await client.getStreamMetadata(stream, { credentials: login })).metadata).toEqual({ maxAge: 60, own: 'word' });
        expect(revisions(await read(`$$${stream}`))).toEqual([1]);
      });
    });

    describe('subscribing', () => {
      it('to a stream begins after a revision and goes on with what comes', async () => {
        await append(stream, events(3), 'no_stream');
        const subscription = follow(client.subscribeToStream(stream, { fromRevision: 0n, credentials: login }));
        await subscription.next(2);
        await append(stream, events(2), 2n);
        await subscription.next(4);
        expect(revisions(subscription.seen)).toEqual([1, 2, 3, 4]);
        await subscription.unsubscribe();
      });

      it('to a stream that is not there waits for it', async () => {
        const subscription = follow(client.subscribeToStream(stream, { credentials: login }));
        await subscription.confirmed;
        await append(stream, events(1), 'no_stream');
        await subscription.next(1);
        await subscription.unsubscribe();
      });

      it('to a stream fails when it is buried', async () => {
        await append(stream, events(1), 'no_stream');
        const subscription = follow(client.subscribeToStream(stream, { credentials: login }));
        await subscription.next(1);
        await client.tombstoneStream(stream, { credentials: login });
        expect(await subscription.failed()).toMatchObject({ type: 'stream-deleted', streamName: stream });
      });

      it('to all streams begins after a position and sees what its filter lets through, by prefix of the stream', async () => {
        const { position } = await append(stream, events(1), 'no_stream');
        const filter = streamNameFilter({ prefixes: [`${stream}-a`, `${stream}-b`] });
        const subscription = follow(client.subscribeToAll({ fromPosition: position!, filter, credentials: login }));
        for (const name of ['a', 'c', 'b', 'a']) await append(`${stream}-${name}`, events(1), 'any');
        await subscription.next(3);
        expect(subscription.seen.map(({ event: one }) => one!.streamId)).toEqual([`${stream}-a`, `${stream}-b`, `${stream}-a`]);
        await subscription.unsubscribe();
        const again = follow(client.subscribeToAll({ fromPosition: subscription.seen[1]!.event!.position!, filter, credentials: login }));
        await again.next(1);
        expect(ids(again.seen)).toEqual(ids(subscription.seen.slice(2)));
        await again.unsubscribe();
      });

      it('to all streams compares both parts of its position', async () => {
        const { position } = await append(stream, events(1), 'no_stream');
        await append(stream, events(1), 0n);
        const filter = streamNameFilter({ prefixes: [stream] });
        const [before, after] = [0n, position!.prepare].map((prepare) => follow(client.subscribeToAll({ fromPosition: { commit: position!.commit, prepare }, filter, credentials: login })));
        await Promise.all([before!.next(2), after!.next(1)]);
        expect([revisions(before!.seen), revisions(after!.seen)]).toEqual([[0, 1], [1]]);
        await Promise.all([before!.unsubscribe(), after!.unsubscribe()]);
      });

      it('filters by regular expression, and by the type of events', async () => {
        const { position: before } = await append(`${stream}-before`, events(1), 'no_stream');
        await append(stream, [event('Unwanted'), event('Wanted'), event('Also')], 'no_stream');
        const byType = follow(client.subscribeToAll({ fromPosition: before!, filter: eventTypeFilter({ prefixes: ['Wanted', 'Also'] }), credentials: login }));
        const byName = follow(client.subscribeToAll({ fromPosition: before!, filter: streamNameFilter({ regex: `^${stream}$` }), credentials: login }));
        await Promise.all([byType.next(2), byName.next(3)]);
        expect(byType.seen.map(({ event: one }) => one!.type).filter((type) => type === 'Unwanted')).toEqual([]);
        expect(byName.seen.map(({ event: one }) => one!.type)).toEqual(['Unwanted', 'Wanted', 'Also']);
        await Promise.all([byType.unsubscribe(), byName.unsubscribe()]);
      });

      it('tells how far it has looked while nothing matches', async () => {
        const { position } = await append(stream, events(1), 'no_stream');
        let reached = (_: bigint): void => undefined;
        const checkpoint = new Promise<bigint>((resolve) => { reached = resolve; });
        const filter = streamNameFilter({
          prefixes: [`${stream}-never`], maxSearchWindow: 10, checkpointInterval: 2,
          checkpointReached: (_, at) => { reached(at.commit); return Promise.resolve(); },
        });
        const subscription = follow(client.subscribeToAll({ fromPosition: position!, filter, credentials: login }));
        await subscription.confirmed;
        await append(stream, events(60), 0n);
        expect(await checkpoint).toBeGreaterThanOrEqual(position!.commit);
        expect(subscription.seen).toEqual([]);
        await subscription.unsubscribe();
      });

      it('from the end sees what comes only', async () => {
        await append(stream, events(2), 'no_stream');
        const subscription = follow(client.subscribeToAll({ fromPosition: END, filter: streamNameFilter({ prefixes: [stream] }), credentials: login }));
        await subscription.confirmed;
        await append(stream, events(1), 1n);
        await subscription.next(1);
        expect(revisions(subscription.seen)).toEqual([2]);
        await subscription.unsubscribe();
      });

      it('fails at a position that no event begins at', async () => {
        const { position } = await append(stream, events(1), 'no_stream');
        await append(stream, events(1), 0n);
        const off = { commit: position!.commit + 1n, prepare: position!.prepare + 1n };
        const subscription = follow(client.subscribeToAll({ fromPosition: off, filter: streamNameFilter({ prefixes: [stream] }), credentials: login }));
        expect((await subscription.failed())['type']).toBe('unknown');
      });
    });
  });
};
