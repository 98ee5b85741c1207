import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { MasterKey } from '../../src/security/masterKey.js';
import { sqliteKeys } from '../../src/security/sqliteKeys.js';
import { fileIn } from '../../src/store/sqlite/database.js';
import { openSqliteStore } from '../../src/store/sqlite/sqliteStore.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { startEventStoreDb } from '../fixtures/eventstoredb/server.js';
import { records } from '../fixtures/record.js';
import { writerFile } from '../fixtures/writerFile.js';

const main = join(__dirname, '../../dist/cli/main.js');
const masterKey = Buffer.alloc(32, 9);

/** A log of refusals, and keys for their days; what they are sealed under is nothing that anybody opens here. */
const fill = async (folder: string, days: number, perDay: number): Promise<void> => {
  const { store } = await openSqliteStore({ folder, writer: writerFile });
  const keys = sqliteKeys(join(folder, 'keys.db'));
  await keys.checkValue(new MasterKey(masterKey).derive('key-check').toString('base64url'));
  for (let day = 0; day < days; day++) {
    const stream = `refusals-${day}`;
    await keys.put(stream, 1, Buffer.from(`key of ${day}`));
    if (day % 10 === 0) await keys.destroy(stream);
    await Promise.all(Array.from({ length: perDay }, () => store.append(day % 2 ? stream : 'refusals-x', 'any', records(1, { type: 'AuthenticationRefused', data: '{"reason":"unknown-user"}' }))));
  }
  await store.close();
  await keys.close();
};

const copy = (source: string, target: string) =>
  spawn(process.execPath, [main, 'store', 'copy', '--from', `sqlite:${source}`, '--to', target, '--json'], {
    env: { ...process.env, TANAGER_MASTER_KEY: masterKey.toString('hex') }, stdio: ['ignore', 'pipe', 'inherit'],
  });

const eventsIn = (folder: string): number => {
  if (!existsSync(fileIn(folder))) return 0;
  const db = new Database(fileIn(folder), { readonly: true });
  try {
    return (db.prepare('SELECT max(position) FROM events').pluck().get() as number | null) ?? 0;
  } catch {
    // the tables are being made
    return 0;
  } finally {
    db.close();
  }
};

interface Answer {
  readonly before: number;
  readonly sha256: { readonly source: string; readonly target: string };
}

const answerOf = async (last: ReturnType<typeof copy>): Promise<Answer> => {
  let out = '';
  last.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
  expect(await once(last, 'close')).toEqual([0, null]);
  return JSON.parse(out) as Answer;
};

test('a copy that is killed again and again ends with the same log and the same keys', async () => {
  const [source, target] = [temporaryFolder(), join(temporaryFolder(), 'target')];
  await fill(source, 80, 300);
  for (const share of [0, 0.3, 0.7]) {
    const running = copy(source, `sqlite:${target}`);
    const ended = once(running, 'close');
    while (eventsIn(target) <= share * 24_000 && running.exitCode === null) await pause(1);
    running.kill('SIGKILL');
    await ended;
  }
  const answer = await answerOf(copy(source, `sqlite:${target}`));
  expect(answer).toMatchObject({ events: 24_000, later: 0, expired: 0 });
  expect(answer.before).toBeGreaterThan(7000);
  expect(answer.sha256.source).toBe(answer.sha256.target);
  const [keys, copied] = [sqliteKeys(join(source, 'keys.db')), sqliteKeys(join(target, 'keys.db'))];
  for (let day = 1; day < 80; day += 2) expect(await copied.get(`refusals-${day}`)).toEqual(await keys.get(`refusals-${day}`));
  await keys.close();
  await copied.close();
}, 60_000);

test('so does one to a cluster', async () => {
  const source = temporaryFolder();
  await fill(source, 6, 100);
  const server = await startEventStoreDb();
  for (const events of [1, 200, 400]) {
    const running = copy(source, server.connectionString);
    const ended = once(running, 'close');
    while ((await server.control.state()).events <= events && running.exitCode === null) await pause(5);
    running.kill('SIGKILL');
    await ended;
  }
  const answer = await answerOf(copy(source, server.connectionString));
  expect(answer).toMatchObject({ events: 600, later: 0, expired: 0 });
  expect([answer.before > 200, answer.before < 600]).toEqual([true, true]);
  expect(answer.sha256.source).toBe(answer.sha256.target);
  await server.stop();
}, 60_000);
