import Database from 'better-sqlite3';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyStore } from '../../src/security/keyStore.js';
import { memoryKeys } from '../../src/security/memoryKeys.js';
import { sqliteKeys } from '../../src/security/sqliteKeys.js';
import { openDirectly } from '../../src/store/eventstoredb/directStore.js';
import { eventStoreDbForTests } from '../fixtures/eventstoredb/forTests.js';
import { temporaryFolder } from '../fixtures/folder.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder, 'keys.db');
});

const server = eventStoreDbForTests();
/** Data keys on a cluster, under a prefix of their own; closing them lets go of the connection as well. */
const onCluster = (): KeyStore => {
  const { store, keys } = openDirectly({ connectionString: server.connectionString, prefix: `keys-${randomUUID()}-` });
  return { ...keys, close: () => store.close() };
};

describe.each([['memory', () => memoryKeys()], ['sqlite', () => sqliteKeys(file)], ['EventStoreDB', onCluster]] as const)('keys in %s', (_name, open) => {
  let keys: KeyStore;
  beforeEach(() => void (keys = open()));
  afterEach(() => keys.close());

  it('come back as they were put, oldest first', async () => {
    const [one, two] = [randomBytes(61), randomBytes(61)];
    expect(await keys.get('token-a')).toEqual([]);
    expect(await keys.isEmpty()).toBe(true);
    await keys.checkValue('of the master key, before all keys');
    expect(await keys.put('token-a', 1, one)).toBe(true);
    expect(await keys.put('token-a', 2, two)).toBe(true);
    expect((await keys.get('token-a')).map(({ generation, wrapped }) => [generation, Buffer.from(wrapped!)])).toEqual([[1, one], [2, two]]);
    expect(await keys.get('token-b')).toEqual([]);
    expect(await keys.isEmpty()).toBe(false);
  });

  it('are never replaced: of two who put one generation the first wins', async () => {
    const first = randomBytes(61);
    expect(await Promise.all([keys.put('token-a', 1, first), keys.put('token-a', 1, randomBytes(61))])).toEqual([true, false]);
    expect(Buffer.from((await keys.get('token-a'))[0]!.wrapped!)).toEqual(first);
  });

  it('stay known by number when they are destroyed', async () => {
    await keys.put('token-a', 1, randomBytes(61));
    await keys.put('token-b', 1, randomBytes(61));
    await keys.destroy('token-a');
    await keys.destroy('token-unknown');
    expect(await keys.get('token-a')).toEqual([{ generation: 1, wrapped: undefined }]);
    expect(await keys.put('token-a', 1, randomBytes(61))).toBe(false);
    expect(await keys.put('token-a', 2, randomBytes(61))).toBe(true);
    expect((await keys.get('token-b'))[0]?.wrapped).toHaveLength(61);
  });

  it('keep the first check value', async () => {
    expect(await keys.checkValue('right')).toBe('right');
    expect(await keys.checkValue('wrong')).toBe('right');
  });
});

describe('the file of keys', () => {
  it('can be read by its owner alone, log and all', async () => {
    const keys = sqliteKeys(file);
    await keys.put('token-a', 1, randomBytes(61));
    const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
    expect(modes).toEqual([['keys.db', 0o600], ['keys.db-shm', 0o600], ['keys.db-wal', 0o600]]);
    await keys.close();
  });

  it('survives a new start', async () => {
    const wrapped = randomBytes(61);
    const keys = sqliteKeys(file);
    await keys.put('token-a', 1, wrapped);
    await keys.close();
    const again = sqliteKeys(file);
    expect(Buffer.from((await again.get('token-a'))[0]!.wrapped!)).toEqual(wrapped);
    await again.close();
  });

  it('holds what was acknowledged, for another process at once', async () => {
    const keys = sqliteKeys(file);
    await Promise.all(Array.from({ length: 50 }, (_, index) => keys.put(`token-${index}`, 1, randomBytes(61))));
    const reader = new Database(file, { readonly: true });
    expect(reader.prepare('SELECT count(*) AS n FROM keys').get()).toEqual({ n: 50 });
    reader.close();
    await keys.close();
  });

  it('writes what comes together in one commit', async () => {
    const keys = sqliteKeys(file);
    await keys.put('token-first', 1, randomBytes(61));
    const before = statSync(`${file}-wal`).size;
    await Promise.all(Array.from({ length: 200 }, (_, index) => keys.put(`token-${index}`, 1, randomBytes(61))));
    // alone, each would write a page of the table and one of the index
    expect((statSync(`${file}-wal`).size - before) / 4096).toBeLessThan(30);
    await keys.close();
  });

  it('keeps no byte of a destroyed key, neither in the table nor in the log', async () => {
    const keys = sqliteKeys(file);
    const made = new Map<string, Buffer>();
    // out of order and over many pages, so that pages split on the way
    for (let round = 0; round < 8; round++) {
      await Promise.all(Array.from({ length: 100 }, async (_, index) => {
        const stream = `token-${(index * 7919 + round * 104_729) % 1000}`;
        if (made.has(stream)) return;
        const wrapped = randomBytes(61);
        made.set(stream, wrapped);
        await keys.put(stream, 1, wrapped);
      }));
    }
    const bytes = (): Buffer[] => ['', '-wal', '-shm'].map((end) => file + end).filter((name) => existsSync(name)).map((name) => readFileSync(name));
    const isLeft = (wrapped: Buffer): boolean => bytes().some((content) => content.includes(wrapped.subarray(0, 16)) || content.includes(wrapped.subarray(-16)));
    const [...streams] = made.keys();
    expect(isLeft(made.get(streams[0]!)!)).toBe(true);

    const gone = streams.filter((_, index) => index % 20 === 0);
    for (const stream of gone) await keys.destroy(stream);
    expect(gone.filter((stream) => isLeft(made.get(stream)!))).toEqual([]);
    expect(isLeft(made.get(streams[1]!)!)).toBe(true);
    await keys.close();
    expect(gone.filter((stream) => isLeft(made.get(stream)!))).toEqual([]);
  });

  it('says so when a write fails, to everybody who waits for it', async () => {
    const keys = sqliteKeys(file);
    await keys.close();
    const results = await Promise.allSettled([keys.put('token-a', 1, randomBytes(61)), keys.put('token-b', 1, randomBytes(61))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
