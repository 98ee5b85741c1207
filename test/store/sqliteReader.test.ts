import { firstValueFrom, lastValueFrom, skipWhile, take, toArray } from 'rxjs';
import { openSqliteReader } from '../../src/store/sqlite/sqliteReader.js';
import { openSqliteStore } from '../../src/store/sqlite/sqliteStore.js';
import type { EventStore } from '../../src/store/port.js';
import { subscribe } from '../../src/store/subscription.js';
import { writerFile } from '../../src/writerFile.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { record } from '../fixtures/record.js';

const reading = (folder: string): EventStore => {
  const opened = openSqliteReader(folder, 5);
  if (opened.kind === 'refused') throw new Error(opened.message);
  return opened.store;
};

let folder: string;
let store: EventStore;
let reader: EventStore;
beforeEach(async () => {
  folder = temporaryFolder();
  ({ store } = await openSqliteStore({ folder, writer: writerFile }));
  reader = reading(folder);
});
afterEach(async () => {
  await reader.close();
  await store.close();
});

test('reads what another connection has written, at once', async () => {
  expect(await firstValueFrom(reader.head)).toBe(0);
  const written = [record(), record()];
  await store.append('token-a', 'none', written);
  expect((await reader.readStream('token-a', 0, 10)).map(({ id }) => id)).toEqual(written.map(({ id }) => id));
  expect((await reader.readStreamBackwards('token-a', 1)).map(({ revision }) => revision)).toEqual([1]);
  expect((await reader.readAllBackwards(10, 10)).records.map(({ position }) => position)).toEqual([2, 1]);
  expect(await firstValueFrom(reader.head)).toBe(2);
  expect(await reader.identity()).toBe(await store.identity());
});

test('a subscription misses nothing and repeats nothing while another connection writes', async () => {
  const seen = lastValueFrom(subscribe(reader, { after: 0, pageSize: 7 }, async ({ position }) => position).pipe(take(300), toArray()));
  await Promise.all(Array.from({ length: 300 }, (_, place) => store.append(`token-${place % 10}`, 'any', [record()])));
  expect(await seen).toEqual(Array.from({ length: 300 }, (_, place) => place + 1));
});

test('writes nothing', async () => {
  expect(await reader.append('token-a', 'none', [record()])).toEqual({ kind: 'unavailable', reason: 'the store was opened for reading' });
  expect((await store.readAll(0, 1)).records).toEqual([]);
});

test('is in nobody\'s way: the writer can be closed and opened again under it', async () => {
  await store.append('token-a', 'none', [record()]);
  await store.close();
  expect(await firstValueFrom(reader.head)).toBe(1);
  const grown = firstValueFrom(reader.head.pipe(skipWhile((position) => position < 2)));
  ({ store } = await openSqliteStore({ folder, writer: writerFile }));
  await store.append('token-a', 0, [record()]);
  expect(await grown).toBe(2);
});

test('its head ends when it is closed, for those who come later too', async () => {
  const before = lastValueFrom(reader.head, { defaultValue: -1 });
  await reader.close();
  expect(await before).toBe(-1);
  expect(await lastValueFrom(reader.head, { defaultValue: -1 })).toBe(-1);
  reader = reading(folder);
});
