import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, START, streamNameFilter, type EventData } from '@eventstore/db-client';
import { collected, follow, refusal } from '../../fixtures/eventstoredb/client.js';
import { startEventStoreDb, type EventStoreDbServer, type StatusName, type StreamFault } from '../../fixtures/eventstoredb/server.js';

/** What the stand-in can be told to do, seen by the client. */
describe('the stand-in for EventStoreDB can go wrong', () => {
  let server: EventStoreDbServer;
  let client: EventStoreDBClient;
  const credentials = { username: 'admin', password: 'changeit' };
  beforeAll(async () => {
    server = await startEventStoreDb();
    client = EventStoreDBClient.connectionString(server.connectionString);
  });
  afterEach(async () => {
    await server.control.clearRules();
    await server.control.release();
  });
  afterAll(async () => {
    await client.dispose();
    await server.stop();
  });

  let numbers = 0;
  let stream: string;
  beforeEach(() => { stream = `faulty-${++numbers}`; });
  const event = (text = 'text'): EventData => jsonEvent({ id: randomUUID(), type: 'Happened', data: { text } });
  const events = (count: number): EventData[] => Array.from({ length: count }, () => event());
  const append = (what: EventData | EventData[], expectedRevision: 'any' | 'no_stream' | bigint = 'no_stream', deadline = 5_000) =>
    client.appendToStream(stream, what, { expectedRevision, credentials, deadline });
  /** Events of the stream; asks again while the server is away. */
  const length = async (): Promise<number> => {
    for (;;) {
      try { return (await collected(client.readStream(stream, { credentials }))).length; } catch (error) {
        const { type } = error as { readonly type: string };
        if (type === 'stream-not-found') return 0;
        if (type !== 'unavailable') throw error;
      }
    }
  };
  const subscribe = () => follow(client.subscribeToAll({ fromPosition: START, filter: streamNameFilter({ prefixes: [stream] }), credentials }));
  const revisions = (seen: readonly { readonly event?: { readonly revision: bigint } }[]) => seen.map(({ event: one }) => Number(one?.revision));

  describe('with one append', () => {
    it('cuts the connection before the commit', async () => {
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'break' } });
      expect(await refusal(append(event()))).toMatchObject({ type: 'unavailable' });
      expect(await length()).toBe(0);
      expect(await append(event())).toMatchObject({ nextExpectedRevision: 0n });
    });

    it('cuts the connection after the commit: a repetition is answered as the first would have been', async () => {
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'break', when: 'after' } });
      const batch = events(2);
      expect(await refusal(append(batch))).toMatchObject({ type: 'unavailable' });
      expect(await length()).toBe(2);
      const again = await append(batch);
      expect([again.success, again.nextExpectedRevision]).toEqual([true, 1n]);
      expect(await length()).toBe(2);
    });

    it.each(['unavailable', 'cancelled', 'deadline-exceeded', 'aborted', 'unknown', 'internal', 'resource-exhausted'] satisfies StatusName[])('answers %s, and has or has not written', async (code) => {
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'status', code } });
      const type = ({ aborted: 'timeout', internal: 'unknown', 'resource-exhausted': 'unknown' } as Partial<Record<StatusName, string>>)[code] ?? code;
      expect(await refusal(append(event()))).toMatchObject({ type });
      expect(await length()).toBe(0);
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'status', code, when: 'after' } });
      expect(await refusal(append(event()))).toMatchObject({ type });
      expect(await length()).toBe(1);
    });

    it('answers too late, having written', async () => {
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'late', milliseconds: 400, when: 'after' } });
      expect(await refusal(append(event(), 'no_stream', 150))).toMatchObject({ type: 'deadline-exceeded' });
      expect(await length()).toBe(1);
    });

    it('writes when the client has gone', async () => {
      const subscription = subscribe();
      await subscription.caughtUp;
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'late', milliseconds: 300 } });
      expect(await refusal(append(event(), 'no_stream', 100))).toMatchObject({ type: 'deadline-exceeded' });
      expect(await length()).toBe(0);
      await subscription.next(1);
      await subscription.unsubscribe();
    });

    it('says nothing until it is released', async () => {
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'stall' } });
      const stalled = append(event());
      const other = client.appendToStream(`${stream}-other`, event(), { credentials });
      expect(await other).toMatchObject({ success: true });
      expect(await length()).toBe(0);
      await server.control.release();
      expect(await stalled).toMatchObject({ nextExpectedRevision: 0n });
    });

    it('sends the client to a leader', async () => {
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'not-leader' } });
      expect(await refusal(append(event()))).toMatchObject({ type: 'not-leader', leader: { address: '127.0.0.1', port: server.ports[0] } });
      expect(await append(event())).toMatchObject({ success: true });
    });

    it('of a batch, too', async () => {
      const unaided = () => client.appendToStream(stream, event(), { expectedRevision: 'no_stream' });
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'break', when: 'after' } });
      expect(await refusal(unaided())).toMatchObject({ type: 'unavailable' });
      expect(await length()).toBe(1);
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'status', code: 'aborted' } });
      expect(await refusal(unaided())).toMatchObject({ type: 'timeout' });
    });
  });

  describe('by a rule', () => {
    const outcomes = async (count: number) => {
      const found: string[] = [];
      for (let number = 0; number < count; number++) found.push(await append(event(), 'any').then(() => 'ok', ({ type }: { type: string }) => type));
      return found;
    };
    const then = { kind: 'status', code: 'aborted' } as const;
    it('for the next calls, every so-manieth, or by a chance that is the same each time', async () => {
      await server.control.rule({ on: 'append', stream, next: 2, then });
      expect(await outcomes(4)).toEqual(['timeout', 'timeout', 'ok', 'ok']);
      const rule = await server.control.rule({ on: 'append', stream, every: 3, then });
      expect(await outcomes(6)).toEqual(['ok', 'ok', 'timeout', 'ok', 'ok', 'timeout']);
      await server.control.removeRule(rule);
      await server.control.rule({ on: 'append', stream, probability: 0.5, then });
      const chance = await outcomes(20);
      expect(chance.filter((outcome) => outcome === 'ok').length).toBeGreaterThan(2);
      expect(chance.filter((outcome) => outcome === 'timeout').length).toBeGreaterThan(2);
    });
    it('that does not exist is refused', async () => {
      await expect(server.control.rule({ then: { kind: 'nonsense' } as unknown as StreamFault })).rejects.toThrow('no fault nonsense');
    });
  });

  describe('with reads', () => {
    it('fails at the beginning or in the middle', async () => {
      await append(events(5));
      const seen: bigint[] = [];
      const reading = async () => { for await (const { event: one } of client.readStream(stream, { credentials })) seen.push(one!.revision); };
      await server.control.rule({ on: 'read', stream, next: 1, then: { kind: 'status', code: 'unavailable' } });
      expect(await refusal(reading())).toMatchObject({ type: 'unavailable' });
      await server.control.rule({ on: 'read', stream, next: 1, then: { kind: 'break', events: 2 } });
      expect(await refusal(reading())).toMatchObject({ type: 'unavailable' });
      expect(seen.length).toBeLessThanOrEqual(2);
      await reading();
    });
  });

  describe('with subscriptions', () => {
    it.each(['unavailable', 'cancelled', 'aborted', 'unknown', 'deadline-exceeded', 'permission-denied'] satisfies StatusName[])('drops them with %s', async (code) => {
      await append(events(2));
      const subscription = subscribe();
      await subscription.next(2);
      expect(await server.control.strikeSubscriptions({ kind: 'status', code })).toBe(1);
      expect((await subscription.failed())['type']).toBe(({ aborted: 'timeout', 'permission-denied': 'unknown' } as Partial<Record<StatusName, string>>)[code] ?? code);
    });
    it('ends them without an error, or after some events', async () => {
      await append(events(5));
      const subscription = subscribe();
      await subscription.next(5);
      await server.control.strikeSubscriptions({ kind: 'end' });
      await subscription.ended;
      await server.control.rule({ on: 'subscribe', next: 1, then: { kind: 'end', events: 3 } });
      const other = subscribe();
      await other.ended;
      expect(revisions(other.seen)).toEqual([0, 1, 2]);
    });
    it('cuts their connection', async () => {
      await append(events(2));
      const subscription = subscribe();
      await subscription.next(2);
      await server.control.cut();
      expect(await subscription.failed()).toMatchObject({ type: 'unavailable' });
    });
    it('sends events twice', async () => {
      await append(events(4));
      const subscription = subscribe();
      await subscription.next(4);
      await server.control.strikeSubscriptions({ kind: 'duplicate', back: 2 });
      await subscription.next(6);
      expect(revisions(subscription.seen)).toEqual([0, 1, 2, 3, 2, 3]);
      await append(event(), 3n);
      await subscription.next(7);
      expect(revisions(subscription.seen).at(-1)).toBe(4);
      await subscription.unsubscribe();
    });
    it('falls silent', async () => {
      await append(events(1));
      const [silent, lively] = [subscribe(), follow(client.subscribeToStream(stream, { credentials }))];
      await Promise.all([silent.next(1), lively.next(1)]);
      expect(await server.control.strikeSubscriptions({ kind: 'silent' }, '^\\$all$')).toBe(1);
      await append(events(3), 0n);
      await lively.next(4);
      expect(silent.seen).toHaveLength(1);
      await Promise.all([silent.unsubscribe(), lively.unsubscribe()]);
    });
    it('refuses them', async () => {
      await server.control.rule({ on: 'subscribe', next: 1, then: { kind: 'not-leader' } });
      expect(await subscribe().failed()).toMatchObject({ type: 'not-leader' });
    });
  });

  describe('and start anew', () => {
    it('with everything that it has answered', async () => {
      await append(events(3));
      const subscription = subscribe();
      await subscription.next(3);
      expect(await server.control.restart({ downFor: 50, losing: 10 })).toBe(0);
      expect(await subscription.failed()).toMatchObject({ type: 'unavailable' });
      expect(await length()).toBe(3);
      expect(await append(event(), 2n)).toMatchObject({ nextExpectedRevision: 3n });
      expect(await length()).toBe(4);
    });
    it('without what nobody was told of', async () => {
      await append(events(2));
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'restart', when: 'after', losing: 5 } });
      const lost = event('lost');
      expect(await refusal(append(lost, 1n))).toMatchObject({ type: 'unavailable' });
      expect(await length()).toBe(2);
      expect(await server.control.contains('"lost"')).toBe(false);
      expect(await append(lost, 1n)).toMatchObject({ nextExpectedRevision: 2n });
    });
    it('without what was still to be done', async () => {
      await server.control.rule({ on: 'append', stream, next: 1, then: { kind: 'late', milliseconds: 200 } });
      const cut = refusal(append(event()));
      await server.control.rule({ on: 'append', stream: `${stream}-other`, next: 1, then: { kind: 'restart' } });
      await refusal(client.appendToStream(`${stream}-other`, event(), { credentials }));
      expect(await cut).toMatchObject({ type: 'unavailable' });
      await new Promise((resolve) => { setTimeout(resolve, 250); });
      expect(await length()).toBe(0);
    });
    it('having forgotten the ids that it knew', async () => {
      const one = event();
      await append(one, 'any');
      expect(await append(one, 'any')).toMatchObject({ nextExpectedRevision: 0n });
      await server.control.restart();
      expect(await length()).toBe(1);
      expect(await append(one, 'any')).toMatchObject({ nextExpectedRevision: 1n });
      expect(await append(one, 'no_stream')).toMatchObject({ nextExpectedRevision: 0n });
    });
  });

  it('goes back to an earlier state', async () => {
    await append(events(2));
    const backup = await server.control.backup();
    const { end } = await server.control.state();
    await append(events(3), 1n);
    await server.control.restore(backup);
    expect(await length()).toBe(2);
    const { position } = await append(event(), 1n);
    expect(position!.commit).toBeGreaterThanOrEqual(BigInt(end));
    await expect(server.control.restore('never')).rejects.toThrow('no backup');
  });

  it('has nothing to tell a subscription that comes from a later state, until the log is longer than it was', async () => {
    await append(events(1));
    const backup = await server.control.backup();
    const { position } = await append(events(10), 0n);
    await server.control.restore(backup);
    expect(await length()).toBe(1);
    const late = follow(client.subscribeToAll({ fromPosition: position!, filter: streamNameFilter({ prefixes: [stream] }), credentials }));
    await late.caughtUp;
    await append(events(3), 0n);
    await append(jsonEvent({ id: randomUUID(), type: 'Happened', data: { text: 'x'.repeat(5_000) } }), 3n);
    await append(events(1), 4n);
    await late.next(1);
    expect(revisions(late.seen)).toEqual([5]);
    await late.unsubscribe();
  });

  it('gives up for good what a scavenge removes, and nothing else', async () => {
    const say = (text: string) => append(event(text), 'any');
    await say('before-the-last'); await say('the-last');
    await client.deleteStream(stream, { credentials });
    stream += '-buried';
    await say('buried-text');
    await client.tombstoneStream(stream, { credentials });
    stream = `${stream}-short`;
    await say('cut-off'); await say('kept');
    await client.setStreamMetadata(stream, { truncateBefore: 1 }, { credentials });
    const contained = () => Promise.all(['before-the-last', 'the-last"', 'buried-text', 'cut-off', 'kept'].map((text) => server.control.contains(text)));
    expect(await contained()).toEqual([true, true, true, true, true]);
    const before = await collected(client.readAll({ credentials }));
    expect(await server.control.scavenge()).toBeGreaterThanOrEqual(3);
    expect(await contained()).toEqual([false, true, false, false, true]);
    const after = await collected(client.readAll({ credentials }));
    expect(after.length).toBeLessThan(before.length);
    const gone = before.find(({ event: one }) => !after.some(({ event: other }) => other!.id === one!.id))!;
    expect((await collected(client.readAll({ fromPosition: gone.event!.position, maxCount: 1, credentials })))[0]!.event!.position.commit).toBeGreaterThan(gone.event!.position.commit);
    expect(await say('more')).toMatchObject({ nextExpectedRevision: 2n });
    expect(await length()).toBe(2);
  });

  it('takes a hundred calls on a connection, the others wait', async () => {
    await server.control.rule({ on: 'append', stream, next: 100, then: { kind: 'stall' } });
    const calls = Array.from({ length: 110 }, () => append(event(), 'any'));
    const stalled = async (): Promise<number> => (await server.control.state()).stalled;
    while (await stalled() < 100);
    await server.control.forgetCalls();
    expect([await stalled(), await server.control.calls()]).toEqual([100, {}]);
    await server.control.release();
    expect(await Promise.all(calls)).toHaveLength(110);
  });

  it('stands still as a whole', async () => {
    await append(event());
    server.freeze();
    expect(await refusal(append(event(), 0n, 200))).toMatchObject({ type: 'deadline-exceeded' });
    server.thaw();
    expect(await length()).toBeLessThanOrEqual(2);
  });

  it('counts what it was asked', async () => {
    await server.control.forgetCalls();
    await append(event());
    await refusal(append(event()));
    await length();
    await client.tombstoneStream(stream, { credentials });
    await refusal(append(event()));
    expect(await server.control.calls()).toEqual({ append: 2, read: 1, tombstone: 1, 'append stream-deleted': 1 });
  });
});
