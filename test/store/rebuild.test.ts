import { setImmediate as turn } from 'node:timers/promises';
import { openMemoryStore } from '../../src/store/memory/memoryStore.js';
import type { IndexOf, OpenedStore } from '../../src/store/opened.js';
import { openSqliteStore } from '../../src/store/sqlite/sqliteStore.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { record, records } from '../fixtures/record.js';
import { allTallies, tally, type Tally } from '../fixtures/tally.js';
import { tallyText, writerWith } from '../fixtures/writerWith.js';

const enabled = (mark: string) => record({ type: 'TokenEnabled', data: '{}', index: { mark } });
/** Stands for what the caller unseals: here the mark is the last letter of the stream. */
const markOf: IndexOf = ({ stream }) => ({ mark: stream.slice(-1) });
const tallies = (opened: OpenedStore): Tally[] => opened.readModels.all<Tally>(allTallies);

describe.each<[string, () => Promise<OpenedStore>]>([
  ['the memory store', async () => openMemoryStore({ projections: [tally()] })],
  ['the SQLite store', () => openSqliteStore({ folder: temporaryFolder(), writer: writerWith(tallyText()) })],
])('read models of %s', (_, open) => {
  let opened: OpenedStore;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.store.close());

  test('show an event as soon as its append is answered', async () => {
    expect(opened.stale).toEqual([]);
    for (let number = 1; number <= 5; number++) {
      await opened.store.append('token-x', 'any', [enabled('x'), record()]);
      expect(tallies(opened)).toEqual([{ stream: 'token-x', events: number, marks: 'x'.repeat(number) }]);
    }
  });

  test('do not show what was refused', async () => {
    await opened.store.append('token-x', 'none', [enabled('x')]);
    await opened.store.append('token-x', 'none', [enabled('y')]);
    await opened.store.append('token-y', 3, [enabled('y')]);
    expect(tallies(opened)).toEqual([{ stream: 'token-x', events: 1, marks: 'x' }]);
  });

  test('show a repeated append once', async () => {
    const batch = [enabled('x'), enabled('x')];
    await opened.store.append('token-x', 'none', batch);
    await opened.store.append('token-x', 'none', batch);
    expect(tallies(opened)).toEqual([{ stream: 'token-x', events: 2, marks: 'xx' }]);
  });

  test('are the same after a rebuild', async () => {
    for (const stream of ['token-x', 'token-y', 'token-z']) await opened.store.append(stream, 'none', [enabled(stream.slice(-1)), record(), enabled(stream.slice(-1))]);
    const before = tallies(opened);
    expect(await opened.rebuild(markOf, ['tally'])).toBe(6);
    expect(tallies(opened)).toEqual(before);
    await opened.store.append('token-x', 2, [enabled('x')]);
    expect(tallies(opened)[0]).toEqual({ stream: 'token-x', events: 3, marks: 'xxx' });
  });

  test('lose nothing that is written during a rebuild', async () => {
    await opened.store.append('token-x', 'none', [enabled('x')]);
    let writing = true;
    let written = 1;
    const writers = Promise.all(Array.from({ length: 20 }, async () => {
      while (writing) {
        expect((await opened.store.append('token-x', 'any', [enabled('x')])).kind).toBe('appended');
        written++;
        await turn();
      }
    }));
    for (let round = 0; round < 3; round++) {
      await opened.rebuild(async (event) => {
        if (event.position % 50 === 0) await turn();
        return markOf(event);
      }, ['tally']);
    }
    writing = false;
    await writers;
    expect(tallies(opened)).toEqual([{ stream: 'token-x', events: written, marks: 'x'.repeat(written) }]);
    expect(written).toBeGreaterThan(20);
  });

  test('stay as they were when a rebuild fails, and appends go on', async () => {
    await opened.store.append('token-x', 'none', [enabled('x'), enabled('x')]);
    await expect(opened.rebuild(() => Promise.reject(new Error('the key is gone')), ['tally'])).rejects.toThrow('the key is gone');
    expect(tallies(opened)).toEqual([{ stream: 'token-x', events: 2, marks: 'xx' }]);
    await opened.store.append('token-x', 1, [enabled('x')]);
    expect(tallies(opened)).toEqual([{ stream: 'token-x', events: 3, marks: 'xxx' }]);
    await opened.rebuild(markOf, ['tally']);
    expect(tallies(opened)).toEqual([{ stream: 'token-x', events: 3, marks: 'xxx' }]);
  });

  test('nothing is rebuilt when nothing is stale', async () => {
    await opened.store.append('token-x', 'none', [enabled('x')]);
    expect(await opened.rebuild(() => Promise.reject(new Error('not asked')))).toBe(0);
  });
});

describe('read models of a SQLite store that is opened again', () => {
  test('are kept when nothing changed, and rebuilt when the version did', async () => {
    const folder = temporaryFolder();
    const first = await openSqliteStore({ folder, writer: writerWith(tallyText(1)) });
    for (let number = 0; number < 5; number++) await first.store.append('token-x', 'any', [...records(500), enabled('x')]);
    await first.store.close();

    const second = await openSqliteStore({ folder, writer: writerWith(tallyText(1)) });
    expect(second.stale).toEqual([]);
    expect(tallies(second)).toEqual([{ stream: 'token-x', events: 5, marks: 'xxxxx' }]);
    await second.store.close();

    const third = await openSqliteStore({ folder, writer: writerWith(tallyText(2).replace('events + 1', 'events + 10')) });
    expect(third.stale).toEqual(['tally']);
    // what comes before the rebuild is not lost
    await third.store.append('token-x', 'any', [enabled('x')]);
    expect(await third.rebuild(markOf)).toBe(6);
    expect(tallies(third)).toEqual([{ stream: 'token-x', events: 51, marks: 'xxxxxx' }]);
    expect(await third.rebuild(markOf)).toBe(0);
    await third.store.close();

    const fourth = await openSqliteStore({ folder, writer: writerWith(tallyText(2)) });
    expect(fourth.stale).toEqual([]);
    await fourth.store.close();
  });
});
