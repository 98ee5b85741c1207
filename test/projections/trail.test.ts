import * as fc from 'fast-check';
import { streamPages } from '../../src/projections/streamPages.js';
import type { TrailFilter } from '../../src/projections/trail.js';
import { openMemoryStore } from '../../src/store/memory/memoryStore.js';
import type { EventStore, StoredRecord } from '../../src/store/port.js';
import { recording, admin } from '../cli/audit/recorded.js';
import { records } from '../fixtures/record.js';

type Order = 'asc' | 'desc';

const filled = async (names: readonly string[]): Promise<{ store: EventStore; all: readonly StoredRecord[] }> => {
  const { store } = openMemoryStore();
  for (const name of names) await store.append(name, 'any', records(1));
  return { store, all: (await store.readAll(0, 1000)).records };
};

const readPages = async (store: EventStore, order: Order, position: number, pageSize: number): Promise<StoredRecord[]> => {
  const found: StoredRecord[] = [];
  const [last] = await store.readStreamBackwards('token-a', 1);
  if (last) for await (const page of streamPages(store, last, order, position, pageSize)) found.push(...page);
  return found;
};

const names = fc.array(fc.constantFrom('token-a', 'token-ab', 'settings'), { maxLength: 40 });

test('a stream is read from any position, both ways, as if all events were looked at', async () => {
  await fc.assert(fc.asyncProperty(names, fc.constantFrom<Order>('asc', 'desc'), fc.nat(45), fc.integer({ min: 1, max: 7 }), async (streams, order, position, pageSize) => {
    const { store, all } = await filled(streams);
    const wanted = all.filter((one) => one.stream === 'token-a' && (order === 'asc' ? one.position > position : one.position < position));
    expect(await readPages(store, order, position, pageSize)).toEqual(order === 'asc' ? wanted : wanted.reverse());
  }));
});

test('a stream whose beginning was given up begins later', async () => {
  await fc.assert(fc.asyncProperty(names, fc.constantFrom<Order>('asc', 'desc'), fc.nat(45), fc.integer({ min: 1, max: 7 }), fc.nat(20), async (streams, order, position, pageSize, first) => {
    const { store, all } = await filled(streams);
    const truncated: EventStore = { ...store,
      readStream: (stream, from, limit) => store.readStream(stream, Math.max(from, first), limit),
      readStreamBackwards: async (stream, limit) => (await store.readStreamBackwards(stream, limit)).filter(({ revision }) => revision >= first) };
    const wanted = all.filter((one) => one.stream === 'token-a' && one.revision >= first && (order === 'asc' ? one.position > position : one.position < position));
    expect(await readPages(truncated, order, position, pageSize)).toEqual(order === 'asc' ? wanted : wanted.reverse());
  }));
});

/** Pages of the trail put together, each handed the cursor of the one before. */
const everyPage = async ({ trail }: Awaited<ReturnType<typeof recording>>, filter: TrailFilter, order: Order, limit: number): Promise<string[]> => {
  const seen: string[] = [];
  for (let cursor: number | undefined; ;) {
    const page = await trail.page(filter, { limit, order, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.events.length).toBeLessThanOrEqual(limit);
    seen.push(...page.events.map(({ stream, revision, type }) => `${stream} ${revision} ${type}`));
    if (page.next === undefined) return seen;
    cursor = page.next;
  }
};

test('the trail of one stream never looks at the others, and its pages fit together', async () => {
  const log = await recording();
  for (let minute = 10; minute < 30; minute++) {
    await log.write(`${minute}:00`, 'token-SMS1', admin, minute % 2 ? { type: 'TokenEnabled', data: {} } : { type: 'TokenDisabled', data: {} });
    await log.write(`${minute}:01`, 'token-SMS10', admin, { type: 'TokenEnabled', data: {} });
  }
  const { readStreamBackwards, readAll, readAllBackwards } = log.store;
  log.store.readAll = log.store.readAllBackwards = () => Promise.reject(new Error('the whole log was read'));
  const all = await everyPage(log, { stream: 'token-SMS1' }, 'asc', 100);
  expect(all).toHaveLength(20);
  expect(all.every((line) => line.startsWith('token-SMS1 '))).toBe(true);
  for (const limit of [1, 3, 20]) {
    expect(await everyPage(log, { stream: 'token-SMS1' }, 'asc', limit)).toEqual(all);
    expect(await everyPage(log, { stream: 'token-SMS1' }, 'desc', limit)).toEqual([...all].reverse());
  }
  const enabled = all.filter((line) => line.endsWith('TokenEnabled'));
  expect(await everyPage(log, { stream: 'token-SMS1', types: ['TokenEnabled'] }, 'desc', 3)).toEqual([...enabled].reverse());
  expect(await everyPage(log, { stream: 'token-SMS1', since: '2026-03-01T10:15:00.000Z', until: '2026-03-01T10:16:00.000Z' }, 'asc', 3)).toEqual(all.slice(5, 7));
  expect(await everyPage(log, { stream: 'token-SMS2' }, 'asc', 3)).toEqual([]);
  // unless the store does not know where in the log the stream's events are
  Object.assign(log.store, { readAll, readAllBackwards, readStreamBackwards: async (...given: Parameters<typeof readStreamBackwards>) => (await readStreamBackwards(...given)).map((one) => ({ ...one, position: 0 })) });
  expect(await everyPage(log, { stream: 'token-SMS1' }, 'desc', 3)).toEqual([...all].reverse());
});
