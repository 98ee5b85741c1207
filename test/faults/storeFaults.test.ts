import { firstValueFrom } from 'rxjs';
import { openMemoryStore } from '../../src/store/memory/memoryStore.js';
import type { OpenedStore } from '../../src/store/opened.js';
import type { AppendResult, EventStore } from '../../src/store/port.js';
import { openSqliteStore, type SqliteStoreOptions } from '../../src/store/sqlite/sqliteStore.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { record } from '../fixtures/record.js';
import { allTallies, tally, type Tally } from '../fixtures/tally.js';
import { tallyText, writerWith } from '../fixtures/writerWith.js';

/** `TokenRevoked` stands for the event that goes wrong. */
const bad = () => record({ type: 'TokenRevoked', data: '{}' });
const good = () => record({ type: 'TokenEnabled', data: '{}' });
const whenRevoked = (then: string): URL => writerWith(tallyText(1, `if (event.type === 'TokenRevoked') { ${then} }`));

let opened: OpenedStore;
const open = async (options: Omit<SqliteStoreOptions, 'folder'> & { folder?: string }): Promise<EventStore> => {
  opened = await openSqliteStore({ folder: temporaryFolder(), ...options });
  return opened.store;
};
const kinds = (results: readonly AppendResult[]): string[] => results.map(({ kind }) => kind);
const count = async (store: EventStore): Promise<number> => (await store.readAll(0, 100_000)).records.length;
afterEach(() => opened.store.close());

describe('a projection that throws', () => {
  const cases: [string, () => Promise<OpenedStore>][] = [
    ['memory', async () => openMemoryStore({ projections: [tally({ apply: (event, sql) => {
      tally().apply(event, sql);
      if (event.type === 'TokenRevoked') throw new Error('half done');
    } })] })],
    ['sqlite', () => openSqliteStore({
      folder: temporaryFolder(),
      writer: whenRevoked(`sql.run("INSERT INTO {tally} VALUES ('half', 1, '')"); throw new Error('half done');`),
    })],
  ];
  test.each(cases)('refuses the append that it cannot take, and nothing else (%s)', async (_, openStore) => {
    opened = await openStore();
    const { store } = opened;
    const results = await Promise.allSettled([
      store.append('token-a', 'none', [good()]),
      store.append('token-b', 'none', [good(), bad(), good()]),
      store.append('token-c', 'none', [good()]),
      store.append('token-b', 'none', [good()]),
      store.append('token-d', 'none', [bad()]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'rejected']);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({ message: expect.stringMatching(/projection tally cannot take TokenRevoked \(token-b, revision 1\): half done/) });
    expect((await store.readAll(0, 10)).records.map(({ stream, position }) => [stream, position])).toEqual([['token-a', 1], ['token-c', 2], ['token-b', 3]]);
    expect(opened.readModels.all<Tally>(allTallies).map(({ stream, events }) => [stream, events])).toEqual([['token-a', 1], ['token-b', 1], ['token-c', 1]]);
    expect((await store.append('token-a', 0, [good()])).kind).toBe('appended');
    await expect(opened.rebuild(() => ({}), ['tally'])).resolves.toBe(4);
  });

  test('at a rebuild leaves the old tables, and says which event it was', async () => {
    const folder = temporaryFolder();
    const store = await open({ folder, writer: writerWith(tallyText(1)) });
    await store.append('token-a', 'none', [good(), bad()]);
    await store.close();
    await open({ folder, writer: writerWith(tallyText(2, "if (event.type === 'TokenRevoked') throw new Error('not in this version')")) });
    expect(opened.stale).toEqual(['tally']);
    await expect(opened.rebuild(() => ({}))).rejects.toThrow(/TokenRevoked \(token-a, revision 1\): not in this version/);
    expect(opened.readModels.all<Tally>(allTallies)).toEqual([{ stream: 'token-a', events: 2, marks: '--' }]);
    expect((await opened.store.append('token-a', 1, [good()])).kind).toBe('appended');
  });
});

describe('a disk that is full', () => {
  const filler = () => record({ data: JSON.stringify('x'.repeat(200_000)) });

  test('is said to everybody, spoils nothing, and is over when there is room again', async () => {
    const folder = temporaryFolder();
    const writer = writerWith(tallyText());
    const store = await open({ folder, writer, maxPages: 300 });
    let appended = 0;
    let result: AppendResult;
    do {
      result = await store.append(`s${appended}`, 'none', [filler(), good()]);
      if (result.kind === 'appended') appended++;
    } while (result.kind === 'appended');
    expect(result).toEqual({ kind: 'unavailable', reason: expect.stringContaining('full') });
    expect(appended).toBeGreaterThan(2);

    // everybody in the flight hears it, and nothing of the flight stays
    const flight = await Promise.all([store.append('a', 'none', [good()]), store.append('b', 'none', [filler()]), store.append('c', 'none', [good()])]);
    expect(kinds(flight)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(await count(store)).toBe(appended * 2);
    expect(await firstValueFrom(store.head)).toBe(appended * 2);
    // reading goes on, and so does what still fits
    expect((await store.append('small', 'none', [good()])).kind).toBe('appended');
    expect(opened.readModels.get('SELECT sum(events) AS events FROM {tally}')).toEqual({ events: appended + 1 });
    await store.close();

    const roomier = await open({ folder, writer });
    expect(opened.stale).toEqual([]);
    const { position } = (await roomier.append('b', 'none', [filler()])) as { position: number };
    expect(position).toBe(appended * 2 + 2);
  });
});

describe('a commit that fails', () => {
  test('leaves everybody in doubt, and the store in order', async () => {
    // a promise to the database that is checked at the commit, and broken
    const writer = writerWith(`[{
      name: 'doubt', version: 1, types: ['TokenRevoked'],
      tables: ['CREATE TABLE {parents} (id INTEGER PRIMARY KEY)', 'CREATE TABLE {children} (parent INTEGER REFERENCES {parents} (id) DEFERRABLE INITIALLY DEFERRED)'],
      apply(event, sql) { sql.run('INSERT INTO {children} VALUES (1)'); },
    }]`);
    const store = await open({ writer });
    const doubtful = good();
    const results = await Promise.all([store.append('a', 'none', [doubtful]), store.append('b', 'none', [bad()])]);
    expect(kinds(results)).toEqual(['unknown', 'unknown']);
    expect(await firstValueFrom(store.head)).toBe(0);
    // whoever is in doubt repeats, and hears the truth
    expect(await store.append('a', 'none', [doubtful])).toEqual({ kind: 'appended', revision: 0, position: 1, recordedAt: expect.any(String) });
    expect(await count(store)).toBe(1);
  });
});

describe('too many callers at once', () => {
  test('are told so beyond the limit, and everybody else is served', async () => {
    const store = await open({ writer: writerWith(tallyText()), limits: { waitingAppends: 50 } });
    const results = await Promise.all(Array.from({ length: 80 }, (_, number) => store.append(`s${number}`, 'none', [record()])));
    expect(kinds(results).filter((kind) => kind === 'appended')).toHaveLength(50);
    expect(kinds(results).filter((kind) => kind === 'overloaded')).toHaveLength(30);
    expect(await count(store)).toBe(50);
    expect((await store.append('later', 'none', [record()])).kind).toBe('appended');
  });

  test('bytes count too', async () => {
    const store = await open({ writer: writerWith(tallyText()), limits: { waitingBytes: 100_000 } });
    const results = await Promise.all(Array.from({ length: 12 }, (_, number) => store.append(`s${number}`, 'none', [record({ data: JSON.stringify('x'.repeat(10_000)) })])));
    expect(kinds(results)).toEqual([...Array<string>(9).fill('appended'), ...Array<string>(3).fill('overloaded')]);
    expect((await store.append('later', 'none', [record()])).kind).toBe('appended');
  });

  test('share flights of bounded size', async () => {
    const store = await open({ writer: writerWith(tallyText()), limits: { flightAppends: 7 } });
    const heads: number[] = [];
    store.head.subscribe((head) => heads.push(head));
    await Promise.all(Array.from({ length: 20 }, (_, number) => store.append(`s${number}`, 'none', [record()])));
    expect(heads).toEqual([0, 7, 14, 20]);
  });
});

describe('a writer thread that dies', () => {
  test.each([['ends', 'process.exit(7)'], ['throws outside of everything', "process.nextTick(() => { throw new Error('lost') })"]])(
    'when it %s leaves those in the air in doubt, refuses the others, and lets itself be closed',
    async (_, mishap) => {
      const faults: string[] = [];
      const store = await open({ writer: whenRevoked(mishap), onFault: (reason) => faults.push(reason), limits: { flightAppends: 2 } });
      await store.append('before', 'none', [good()]);
      const results = await Promise.all([
        store.append('a', 'none', [bad()]),
        store.append('b', 'none', [good()]),
        store.append('c', 'none', [good()]),
      ]);
      // an answer may have left the thread before it died
      expect(['unknown', 'appended']).toContain(results[0].kind);
      expect(results[1].kind).toBe(results[0].kind);
      const later = await store.append('d', 'none', [good()]);
      expect(['unavailable', 'unknown']).toContain(results[2].kind);
      expect(later).toEqual({ kind: 'unavailable', reason: expect.stringContaining('writer thread') });
      expect(faults).toHaveLength(1);
      expect(await count(store)).toBeGreaterThan(0);
      await expect(opened.checkpoints.save('place', 1)).rejects.toThrow('writer thread');
      await store.close();
    },
  );

  test('gives the folder free', async () => {
    const folder = temporaryFolder();
    const gone = new Promise<string>((resolve) => void open({ folder, writer: whenRevoked('process.exit(7)'), onFault: resolve }).then((store) => store.append('a', 'none', [good(), bad()])));
    await gone;
    await opened.store.close();
    const again = await open({ folder, writer: writerWith(tallyText()) });
    expect(await count(again)).toBe(0);
    expect((await again.append('a', 'none', [good()])).kind).toBe('appended');
  });

  test('before it begins is an error of the opening', async () => {
    opened = openMemoryStore();
    await expect(openSqliteStore({ folder: temporaryFolder(), writer: writerWith('(() => { throw new Error("no projections") })()') })).rejects.toThrow('no projections');
    await expect(openSqliteStore({ folder: temporaryFolder(), writer: writerWith('process.exit(3)') })).rejects.toThrow('code 3');
  });
});
