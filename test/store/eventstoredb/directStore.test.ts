import { randomUUID } from 'node:crypto';
import { openDirectly, openEventStoreDbReader } from '../../../src/store/eventstoredb/directStore.js';
import { eventStoreDbForTests } from '../../fixtures/eventstoredb/forTests.js';
import { record } from '../../fixtures/record.js';

jest.setTimeout(30_000);
const server = eventStoreDbForTests();

test('what is written without a local file is read without one, and by another who only reads', async () => {
  const options = { connectionString: server.connectionString, prefix: `direct-${randomUUID()}-` };
  const { store, keys, deleteStream } = openDirectly(options);
  const reader = openEventStoreDbReader(options);
  const [first, second, third] = [record({ recordedAt: '2025-01-01T00:00:00.000Z' }), record(), record()];
  const appended = await store.append('token-a', 'none', [first, second]);
  expect(appended).toMatchObject({ kind: 'appended', revision: 1 });
  expect(await store.append('token-b', 'any', [third])).toMatchObject({ kind: 'appended', revision: 0 });
  expect(await store.append('token-a', 'none', [record()])).toEqual({ kind: 'conflict', actual: 1 });
  // a repeat answers as the first did
  expect(await store.append('token-a', 'none', [first, second])).toMatchObject({ kind: 'appended', revision: 1 });

  const { records } = await reader.store.readAll(0, 10);
  expect(records.map(({ id }) => id)).toEqual([first, second, third].map(({ id }) => id));
  expect(records[0]).toMatchObject({ stream: 'token-a', revision: 0, recordedAt: '2025-01-01T00:00:00.000Z' });
  expect((await reader.store.readAllBackwards(records[2]!.position, 1)).records).toEqual([records[1]]);
  expect((await reader.store.readAll(records[1]!.position, 10)).records).toEqual([records[2]]);
  expect((await reader.store.readStreamBackwards('token-a', 1))[0]).toMatchObject({ id: second.id });
  expect(await reader.store.append('token-c', 'none', [record()])).toEqual({ kind: 'unavailable', reason: 'the store was opened for reading' });

  await keys.put('token-a', 1, Buffer.from('wrapped'));
  expect((await reader.keys.get('token-a')).map(({ generation, wrapped }) => [generation, Buffer.from(wrapped!).toString()])).toEqual([[1, 'wrapped']]);
  await expect(reader.keys.destroy('token-a')).rejects.toThrow('opened for reading');
  expect(await reader.keys.checkValue('offered')).toBe('offered');
  await keys.checkValue('kept');
  expect(await reader.keys.checkValue('offered')).toBe('kept');

  expect(await deleteStream('token-a', 0)).toBe(false);
  expect(await deleteStream('token-a', 1)).toBe(true);
  expect(await deleteStream('token-a', 1)).toBe(true);
  expect(await reader.store.readStream('token-a', 0, 10)).toEqual([]);
  // its name can be used again
  expect(await store.append('token-a', 'none', [record()])).toMatchObject({ kind: 'appended', revision: 2 });
  await Promise.all([store.close(), reader.store.close()]);
});

test('a place at which no event lies is said to be wrong, at once', async () => {
  const { store } = openDirectly({ connectionString: server.connectionString, prefix: `direct-${randomUUID()}-`, patience: { allTries: 60_000 } });
  await store.append('token-a', 'none', [record(), record()]);
  const { records: [, last] } = await store.readAll(0, 10);
  await expect(store.readAll(last!.position - 1, 1)).rejects.toThrow(/no event begins at this place/);
  await store.close();
});
