import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fileIn, openForReading, openForWriting, prepareFolder } from '../../src/store/sqlite/database.js';
import { openSqliteStore } from '../../src/store/sqlite/sqliteStore.js';
import { writerFile } from '../../src/writerFile.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { record } from '../fixtures/record.js';

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('the file of the SQLite store', () => {
  test('and all that lies beside it is private', async () => {
    const folder = join(temporaryFolder(), 'new', 'data');
    const { store } = await openSqliteStore({ folder, writer: writerFile });
    await store.append('s', 'none', [record()]);
    expect(mode(folder)).toBe('700');
    const files = readdirSync(folder);
    expect(files).toEqual(expect.arrayContaining(['events.db', 'events.db-wal', 'events.db-shm', 'events.lock']));
    for (const file of files) expect([file, mode(join(folder, file))]).toEqual([file, '600']);
    await store.close();
  });

  test('has nothing left to catch up with after a clean shutdown', async () => {
    const folder = temporaryFolder();
    const { store } = await openSqliteStore({ folder, writer: writerFile });
    await store.append('s', 'none', [record()]);
    await store.close();
    expect(existsSync(`${fileIn(folder)}-wal`)).toBe(false);
    const db = openForReading(folder);
    expect(db.prepare('SELECT count(*) FROM events').pluck().get()).toBe(1);
    db.close();
  });

  test('promises durability at every open', () => {
    const folder = temporaryFolder();
    for (let time = 0; time < 2; time++) {
      const db = openForWriting(folder);
      const pragmas = ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema', 'secure_delete', 'wal_autocheckpoint', 'busy_timeout', 'application_id', 'user_version'];
      expect(pragmas.map((pragma) => db.pragma(pragma, { simple: true }))).toEqual(['wal', 2, 1, 0, 1, 0, 5000, 0x544e4752, 1]);
      db.close();
    }
  });

  test('takes new events only', async () => {
    const folder = temporaryFolder();
    const { store } = await openSqliteStore({ folder, writer: writerFile });
    await store.append('s', 'none', [record()]);
    const other = new Database(fileIn(folder));
    expect(() => other.exec("UPDATE events SET data = '{}'")).toThrow('events are never changed');
    expect(() => other.exec('DELETE FROM events')).toThrow('events are never deleted');
    other.close();
    await store.close();
  });

  test('of another program is refused and left alone', async () => {
    const folder = temporaryFolder();
    const foreign = new Database(fileIn(folder));
    foreign.exec('CREATE TABLE cookies (taste TEXT)');
    await expect(openSqliteStore({ folder, writer: writerFile })).rejects.toThrow(/events\.db is an SQLite database of another program/);
    expect(foreign.prepare("SELECT group_concat(name) FROM sqlite_master").pluck().get()).toBe('cookies');
    foreign.close();
  });

  test('of a newer version is refused', () => {
    const folder = temporaryFolder();
    const db = openForWriting(folder);
    db.pragma('user_version = 99');
    db.close();
    expect(() => openForWriting(folder)).toThrow(/newer version/);
  });

  test('that lost its end is refused', async () => {
    const folder = temporaryFolder();
    const { store } = await openSqliteStore({ folder, writer: writerFile });
    await store.append('s', 'none', [record(), record()]);
    await store.close();
    const db = new Database(fileIn(folder));
    db.exec('DROP TRIGGER events_stay; DELETE FROM events WHERE position = 2');
    db.close();
    await expect(openSqliteStore({ folder, writer: writerFile })).rejects.toThrow(/its last event should be 2 and is 1/);
    // and nobody is left holding the folder
    expect(() => openForWriting(folder)).toThrow(/damaged/);
  });

  test('that is no database at all is refused', async () => {
    const folder = temporaryFolder();
    mkdirSync(fileIn(folder));
    await expect(openSqliteStore({ folder, writer: writerFile })).rejects.toThrow();
  });

  test('lies in a folder that can be made', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => prepareFolder(join(file, 'data'))).toThrow(/ENOTDIR|EEXIST/);
  });
});

describe('the places of reactors', () => {
  test('are known at once and outlive the process that saved them', async () => {
    const folder = temporaryFolder();
    const first = await openSqliteStore({ folder, writer: writerFile });
    expect(await first.checkpoints.load('dispatch')).toBe(0);
    await first.checkpoints.save('dispatch', 5);
    await first.checkpoints.save('expire', 3);
    await first.checkpoints.save('dispatch', 7);
    expect(await first.checkpoints.load('dispatch')).toBe(7);
    await first.store.close();
    await expect(first.checkpoints.save('dispatch', 8)).rejects.toThrow('closed');

    const second = await openSqliteStore({ folder, writer: writerFile });
    expect([await second.checkpoints.load('dispatch'), await second.checkpoints.load('expire')]).toEqual([7, 3]);
    await second.store.close();
  });

  test('ride along with the next append', async () => {
    const folder = temporaryFolder();
    const { store, checkpoints } = await openSqliteStore({ folder, writer: writerFile });
    await checkpoints.save('dispatch', 5);
    await store.append('s', 'none', [record()]);
    const db = openForReading(folder);
    expect(db.prepare('SELECT name, position FROM checkpoints').all()).toEqual([{ name: 'dispatch', position: 5 }]);
    db.close();
    await store.close();
  });
});
