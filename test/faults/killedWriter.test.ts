import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { StoredRecord } from '../../src/store/port.js';
import { fileIn } from '../../src/store/sqlite/database.js';
import { openSqliteStore } from '../../src/store/sqlite/sqliteStore.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { allTallies, type Tally } from '../fixtures/tally.js';
import { tallyText, writerWith } from '../fixtures/writerWith.js';

const script = join(__dirname, 'appender.mjs');
const writer = writerWith(tallyText());

interface Running {
  readonly child: ChildProcess;
  /** Resolves when this many appends were acknowledged. */
  acknowledged(count: number): Promise<void>;
  /** What was said, line by line, once the process is gone. */
  readonly lines: Promise<readonly string[]>;
}

const run = (folder: string, appenders: number, round: number): Running => {
  const child = spawn(process.execPath, [script, folder, writer.href, String(appenders), String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let check = (): void => undefined;
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    check();
  });
  const closed = once(child, 'close');
  return {
    child,
    acknowledged: async (count) => {
      const reached = new Promise<void>((resolve) => {
        check = () => {
          if (output.split('\n').length - 2 >= count) resolve();
        };
        check();
      });
      await Promise.race([reached, closed.then(() => Promise.reject(new Error(`the appender ended too early: ${output.slice(-300)}`)))]);
    },
    lines: closed.then(() => output.slice(0, output.lastIndexOf('\n')).split('\n')),
  };
};

const kill = async ({ child, lines }: Running): Promise<readonly string[]> => {
  child.kill('SIGKILL');
  return lines;
};

test('what was acknowledged to 100 appenders is there after kill -9, time after time', async () => {
  const folder = temporaryFolder();
  const acknowledged: { stream: string; revision: number; position: number; id: string }[] = [];
  for (let round = 0; round < 4; round++) {
    const running = run(folder, 100, round);
    await running.acknowledged(300 + Math.floor(Math.random() * 1500));
    for (const line of await kill(running)) {
      const [word, stream, revision, position, id] = line.split(' ');
      if (word === 'ack') acknowledged.push({ stream: stream!, revision: Number(revision), position: Number(position), id: id! });
    }

    const { store, readModels, stale } = await openSqliteStore({ folder, writer });
    expect(stale).toEqual([]);
    const all: StoredRecord[] = [];
    for (let page = await store.readAll(0, 1000); page.records.length > 0; page = await store.readAll(page.next, 1000)) all.push(...page.records);
    expect(all.every(({ position }, place) => position === place + 1)).toBe(true);

    const last = new Map<string, number>();
    const inOrder = all.every(({ stream, revision }) => {
      const expected = (last.get(stream) ?? -1) + 1;
      last.set(stream, revision);
      return revision === expected;
    });
    expect(inOrder).toBe(true);
    // appends of two events are there whole, or not at all
    expect([...last].filter(([stream, revision]) => Number(stream.split('-')[2]) % 2 === 1 && revision % 2 === 0)).toEqual([]);

    const lost = acknowledged.filter(({ stream, revision, position, id }) => {
      const found = all[position - 1];
      return found?.id !== id || found.stream !== stream || found.revision !== revision;
    });
    expect(lost).toEqual([]);
    expect(readModels.all<Tally>(allTallies)).toEqual(
      [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([stream, revision]) => ({ stream, events: revision + 1, marks: '+'.repeat(revision + 1) })));
    await store.close();

    const db = new Database(fileIn(folder), { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  }
  expect(acknowledged.length).toBeGreaterThan(1200);
}, 60_000);

test('a second process on the same folder is refused until the first is gone, however it went', async () => {
  const folder = temporaryFolder();
  const running = run(folder, 1, 0);
  await running.acknowledged(1);
  const refusal = new RegExp(`data folder .* is in use by another process \\(pid ${running.child.pid}, since 2.*\\)`);
  await expect(openSqliteStore({ folder, writer })).rejects.toThrow(refusal);
  // the refused one did no harm, and is refused as often as it tries
  await running.acknowledged(5);
  await expect(openSqliteStore({ folder, writer })).rejects.toThrow(refusal);
  await kill(running);
  const { store } = await openSqliteStore({ folder, writer });
  expect(await store.append('token-x', 'none', [{ id: '00000000-0000-4000-8000-000000000003', type: 'T', version: 1, data: '{}', meta: '{}' }])).toMatchObject({ kind: 'appended' });
  await store.close();
}, 30_000);

test('the same process cannot open a folder twice, and can open it again', async () => {
  const folder = temporaryFolder();
  const first = await openSqliteStore({ folder, writer });
  await expect(openSqliteStore({ folder, writer })).rejects.toThrow(`in use by another process (pid ${process.pid}`);
  await first.store.close();
  const second = await openSqliteStore({ folder, writer });
  await second.store.close();
});
