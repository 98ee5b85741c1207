import { firstValueFrom, skip } from 'rxjs';
import { openEventStoreDb, type EventStoreDbOptions } from '../../../src/store/eventstoredb/eventStoreDbStore.js';
import { connect } from '../../../src/store/eventstoredb/connection.js';
import { openLog } from '../../../src/store/eventstoredb/log.js';
import { namesWith } from '../../../src/store/eventstoredb/names.js';
import { isSameLog } from '../../../src/store/eventstoredb/sameLog.js';
import type { AppendResult, NewRecord } from '../../../src/store/port.js';
import { startEventStoreDb, type EventStoreDbServer, type Rule } from '../../fixtures/eventstoredb/server.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { record, records } from '../../fixtures/record.js';

jest.setTimeout(60_000);
/** What is asked of the stand-in only, which can be told to fail. */
let server: EventStoreDbServer;
beforeAll(async () => { server = await startEventStoreDb({ nodes: 3 }); });
afterEach(async () => {
  await server.control.clearRules();
  await server.control.release();
});
afterAll(() => server.stop());

let prefixes = 0;
const impatient = { patience: { oneTry: 700, allTries: 8_000 }, seenWithin: 500, watchEvery: 250 };
const open = async (options: Partial<EventStoreDbOptions> = {}) => {
  const warnings: string[] = [];
  const faults: string[] = [];
  const prefix = options.prefix ?? `faults${++prefixes}-`;
  const opened = await openEventStoreDb({
    connectionString: server.connectionString, folder: temporaryFolder(), projections: [], warn: (problem) => warnings.push(problem), onFault: (reason) => faults.push(reason),
    ...impatient, ...options, prefix,
  });
  await opened.follow(() => ({}));
  return { ...opened, warnings, faults, prefix };
};

/** Writes to a stream, one event after another, each where the last one was; what is not certain is repeated as commands repeat it. */
const writeOn = async (append: (expected: number | 'none', records: readonly NewRecord[]) => Promise<AppendResult>, count: number): Promise<string[]> => {
  const acknowledged: string[] = [];
  for (let revision = -1; acknowledged.length < count; ) {
    const batch = [record()];
    for (;;) {
      const result = await append(revision < 0 ? 'none' : revision, batch);
      if (result.kind === 'conflict') throw new Error(`nobody else writes here, and yet: conflict at ${result.actual}, expected ${revision}`);
      if (result.kind !== 'appended') continue;
      expect(result.revision).toBe(revision + 1);
      ({ revision } = result);
      acknowledged.push(batch[0]!.id);
      break;
    }
  }
  return acknowledged;
};

const troubles: [string, Rule][] = [
  ['the connection breaks before the commit', { on: 'append', every: 7, then: { kind: 'break', when: 'before' } }],
  ['the connection breaks after the commit', { on: 'append', every: 7, then: { kind: 'break', when: 'after' } }],
  ['the answer comes late', { on: 'append', every: 5, then: { kind: 'late', milliseconds: 900, when: 'after' } }],
  ['the commit comes late, after the caller has given up', { on: 'append', every: 9, then: { kind: 'late', milliseconds: 900, when: 'before' } }],
  ['the answer never comes', { on: 'append', every: 11, then: { kind: 'stall', when: 'after' } }],
  ['the call never gets anywhere', { on: 'append', every: 11, then: { kind: 'stall', when: 'before' } }],
  ...(['unavailable', 'cancelled', 'deadline-exceeded', 'aborted', 'unknown', 'internal', 'resource-exhausted'] as const).flatMap((code): [string, Rule][] => [
    [`${code} before the commit`, { on: 'append', every: 6, then: { kind: 'status', code, when: 'before' } }],
    [`${code} after the commit`, { on: 'append', every: 6, then: { kind: 'status', code, when: 'after' } }],
  ]),
  ['the server restarts', { on: 'append', every: 40, then: { kind: 'restart', when: 'after', downFor: 150 } }],
  ['subscriptions break', { on: 'subscribe', then: { kind: 'break', events: 3 } }],
  ['subscriptions end', { on: 'subscribe', then: { kind: 'end', events: 4 } }],
  ...(['unavailable', 'cancelled', 'deadline-exceeded', 'aborted', 'unknown', 'internal'] as const).map((code): [string, Rule] =>
    [`subscriptions end with ${code}`, { on: 'subscribe', then: { kind: 'status', code, events: 5 } }]),
  ['subscriptions fall silent', { on: 'subscribe', next: 2, then: { kind: 'silent', events: 5 } }],
  ['subscriptions go back and bring events twice', { on: 'subscribe', then: { kind: 'duplicate', back: 4, events: 5 } }],
  ['reads fail', { on: 'read', every: 3, then: { kind: 'status', code: 'unavailable' } }],
  ['reads never end', { on: 'read', every: 10, then: { kind: 'stall' } }],
];

describe('while appends go on', () => {
  test.each(troubles)('%s: what was acknowledged is there, once and in order', async (_, rule) => {
    const { store, faults } = await open();
    const { store: other } = await open({ prefix: `faults${prefixes}-` });
    await server.control.rule(rule);
    const writers = await Promise.all(['a', 'b', 'c', 'd'].map(async (stream) => ({ stream, ids: await writeOn((...what) => store.append(stream, ...what), 12) })));
    await server.control.clearRules();
    await server.control.release();
    for (const { stream, ids } of writers) {
      expect((await store.readStream(stream, 0, 100)).map(({ id }) => id)).toEqual(ids);
      expect((await other.readStream(stream, 0, 100)).map(({ id }) => id)).toEqual(ids);
    }
    const before = performance.now();
    expect(await store.append('after', 'none', [record()])).toMatchObject({ kind: 'appended' });
    expect(performance.now() - before).toBeLessThan(2_000);
    // every reader of the log meets each event once
    const seen = (await store.readAll(0, 1000)).records.map(({ id }) => id);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(4 * 12 + 1);
    expect(faults).toEqual([]);
    await Promise.all([store.close(), other.close()]);
  });
});

test('an append to a stream that takes everything is written once, whatever breaks', async () => {
  const { store } = await open();
  const { store: other } = await open({ prefix: `faults${prefixes}-` });
  await server.control.rule({ on: 'append', every: 4, then: { kind: 'break', when: 'after' } });
  const batches = Array.from({ length: 30 }, () => records(2));
  const results = await Promise.all(batches.map(async (batch, index) => {
    for (;;) {
      const result = await (index % 2 ? store : other).append('facts', 'any', batch);
      if (result.kind !== 'unknown' && result.kind !== 'unavailable') return result.kind;
    }
  }));
  expect(new Set(results)).toEqual(new Set(['appended']));
  const ids = (await store.readStream('facts', 0, 1000)).map(({ id }) => id);
  expect(ids).toHaveLength(60);
  expect(new Set(ids)).toEqual(new Set(batches.flat().map(({ id }) => id)));
  await Promise.all([store.close(), other.close()]);
});

test('the client goes where the leader is, and comes back when it moves', async () => {
  const { store } = await open();
  for (const leader of [1, 2, 0]) {
    await server.control.lead(leader, 100);
    expect((await writeOn((...what) => store.append(`led-by-${leader}`, ...what), 5))).toHaveLength(5);
  }
  await server.control.rule({ on: 'append', next: 3, then: { kind: 'not-leader' } });
  expect(await store.append('after', 'none', [record()])).toMatchObject({ kind: 'appended' });
  await store.close();
});

test('whether a log was restored is asked of the leader: a node that lags behind looks like one that was', async () => {
  const lagging = await startEventStoreDb({ nodes: 3 });
  const written = await openEventStoreDb({ connectionString: lagging.connectionString, prefix: 'lag-', folder: temporaryFolder(), projections: [], ...impatient });
  await written.follow(() => ({}));
  await written.store.append('s', 'none', [record()]);
  for (const node of [1, 2]) await lagging.control.node(node, { lag: 60_000 });
  const batch = [record()];
  const { position } = (await written.store.append('s', 0, batch)) as { position: number };
  const connection = connect(`${lagging.connectionString}&nodePreference=follower`);
  const log = openLog({ connection, names: namesWith('lag-'), patience: { oneTry: 1_000, allTries: 5_000 }, placeOf: () => undefined });
  expect(await isSameLog(log, { head: position, headId: batch[0]!.id, first: 0 })).toBe(true);
  await connection.close();
  await written.store.close();
  await lagging.stop();
});

test('who is told that it is not known can repeat it, and hears what became of it', async () => {
  const { store } = await open({ patience: { oneTry: 500, allTries: 1_000 } });
  await server.control.rule({ on: 'append', then: { kind: 'stall', when: 'before' } });
  const batch = [record()];
  expect(await store.append('s', 'none', batch)).toMatchObject({ kind: 'unknown' });
  await server.control.clearRules();
  await server.control.release();
  expect(await store.append('s', 'none', batch)).toMatchObject({ kind: 'appended', revision: 0 });
  expect(await store.readStream('s', 0, 10)).toHaveLength(1);
  await store.close();
});

test('what was left in doubt on a stream that takes everything is written once, though others wrote there meanwhile', async () => {
  const { store } = await open({ patience: { oneTry: 500, allTries: 700 }, watchEvery: 60_000 });
  await store.append('facts', 'any', [record()]);
  await server.control.strikeSubscriptions({ kind: 'silent' });
  await server.control.rule({ on: 'append', then: { kind: 'stall', when: 'after' } });
  const batch = [record()];
  expect(await store.append('facts', 'any', batch)).toMatchObject({ kind: 'unknown' });
  await server.control.clearRules();
  await server.control.release();
  const other = [record()];
  expect(await store.append('facts', 'any', other)).toMatchObject({ kind: 'appended', revision: 2 });
  expect(await store.append('facts', 'any', batch)).toMatchObject({ kind: 'appended', revision: 1 });
  expect((await store.readStream('facts', 0, 10)).map(({ id }) => id).slice(1)).toEqual([batch[0]!.id, other[0]!.id]);
  await store.close();
});

test('what was written and cannot be read back is left in doubt, and no bug', async () => {
  const { store } = await open({ patience: { oneTry: 500, allTries: 700 }, watchEvery: 60_000 });
  await server.control.strikeSubscriptions({ kind: 'silent' });
  await server.control.rule({ on: 'read', then: { kind: 'status', code: 'unavailable' } });
  const batch = [record()];
  expect(await store.append('s', 'none', batch)).toMatchObject({ kind: 'unknown' });
  await server.control.clearRules();
  expect(await store.append('s', 'none', batch)).toMatchObject({ kind: 'appended', revision: 0 });
  await store.close();
});

test('a server that is not there takes nothing, and says so; afterwards everything goes on', async () => {
  const { store, problem } = await open({ patience: { oneTry: 500, allTries: 1_000 } });
  await server.control.restart({ downFor: 2_500 });
  const result = await store.append('s', 'none', [record()]);
  expect(['unknown', 'unavailable']).toContain(result.kind);
  expect(problem()).toBeUndefined();
  const ids = await writeOn((...what) => store.append('t', ...what), 1);
  expect((await store.readStream('t', 0, 10)).map(({ id }) => id)).toEqual(ids);
  await store.close();
});

test('an instance that cannot take in what it reads says so for as long', async () => {
  let sound = true;
  const warn = jest.fn();
  const { store, problem, follow } = await openEventStoreDb({ connectionString: server.connectionString, prefix: 'stuck-', folder: temporaryFolder(), projections: [], warn, ...impatient });
  await follow(async () => {
    if (!sound) throw new Error('a key cannot be had');
    return {};
  });
  expect(problem()).toBeUndefined();
  sound = false;
  const takenIn = firstValueFrom(store.head.pipe(skip(1)));
  expect(await store.append('s', 'none', [record()])).toMatchObject({ kind: 'appended' });
  expect(problem()).toBe('events cannot be taken in for the moment');
  expect(warn).toHaveBeenCalledWith('events cannot be taken in for the moment', expect.anything());
  sound = true;
  await takenIn;
  expect(problem()).toBeUndefined();
  await store.close();
});

test('more than may wait is turned away', async () => {
  const { store } = await open({ limits: { atOnce: 2, waiting: 5, waitingBytes: 1_000_000 } });
  await server.control.rule({ on: 'append', then: { kind: 'late', milliseconds: 100, when: 'before' } });
  const results = await Promise.all(Array.from({ length: 20 }, (_, number) => store.append(`s${number}`, 'none', [record()])));
  expect(results.filter(({ kind }) => kind === 'appended')).toHaveLength(7);
  expect(results.filter(({ kind }) => kind === 'overloaded')).toHaveLength(13);
  await store.close();
});

test('a log that was restored from a backup is noticed: nothing goes on with what was remembered of it', async () => {
  const folder = temporaryFolder();
  const first = await open({ folder });
  await first.store.append('kept', 'none', records(3));
  const backup = await server.control.backup();
  const { position } = (await first.store.append('lost', 'none', records(3))) as { position: number };
  await server.control.restore(backup, { downFor: 50 });
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (first.faults.length === 0) return;
      clearInterval(look);
      resolve();
    }, 20);
  });
  expect(first.faults[0]).toMatch(/restored from a backup/);
  await first.store.close();
  const again = await open({ folder, prefix: first.prefix });
  expect(again.isMadeAnew).toBe(true);
  expect((await again.store.readAll(0, 100)).records.map(({ stream }) => stream)).toEqual(['kept', 'kept', 'kept']);
  expect((await again.store.append('lost', 'none', records(1)) as { position: number }).position).toBeLessThanOrEqual(position);
  await again.store.close();
});
