import Database from 'better-sqlite3';
import { closeSync, constants, openSync } from 'node:fs';
import type { KeyStore, WrappedKey } from './keyStore.js';

const tables = `
  CREATE TABLE IF NOT EXISTS keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    generation INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    destroyed INTEGER NOT NULL DEFAULT 0,
    UNIQUE (stream, generation)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

interface Row {
  readonly generation: number;
  readonly wrapped: Buffer;
  readonly destroyed: number;
}

interface Waiting {
  readonly work: () => unknown;
  readonly done: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Data keys in an SQLite file of their own, readable by its owner alone.
 *
 * A wrapped key is written once, at the end of the table, and destroyed where it stands by as many zeros: SQLite overwrites a row of
 * unchanged size in place, so that no copy of the key is left on another page. The write-ahead log is emptied right after.
 * Writes that come together share one commit; it takes the event loop a fraction of a millisecond on a good disk.
 *
 * @param file is made when it is missing; lies beside the event store, but wants a backup with a short life of its own
 */
export const sqliteKeys = (file: string): KeyStore => {
  // made before SQLite opens it: its log and index files take over the mode
  closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600));
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('secure_delete = ON');
  if (db.pragma('synchronous', { simple: true }) !== 2 || db.pragma('secure_delete', { simple: true }) !== 1) {
    db.close();
    throw new Error(`${file}: SQLite does not take synchronous = FULL or secure_delete = ON`);
  }
  db.exec(tables);

  const select = db.prepare<[string], Row>('SELECT generation, wrapped, destroyed FROM keys WHERE stream = ? ORDER BY generation');
  const insert = db.prepare('INSERT INTO keys (stream, generation, wrapped) VALUES (?, ?, ?) ON CONFLICT (stream, generation) DO NOTHING');
  const overwrite = db.prepare('UPDATE keys SET wrapped = zeroblob(length(wrapped)), destroyed = 1 WHERE stream = ? AND destroyed = 0');
  const keepFact = db.prepare("INSERT INTO facts (name, value) VALUES ('check', ?) ON CONFLICT (name) DO NOTHING");
  const fact = db.prepare<[], { value: string }>("SELECT value FROM facts WHERE name = 'check'");
  const any = db.prepare('SELECT 1 FROM keys LIMIT 1');

  let waiting: Waiting[] = [];
  let idle: Promise<void> = Promise.resolve();

  const commit = (): void => {
    const batch = waiting;
    waiting = [];
    try {
      const results = db.transaction(() => batch.map(({ work }) => work()))();
      batch.forEach(({ done }, index) => done(results[index]));
    } catch (error) {
      // nothing of the batch was written
      batch.forEach(({ failed }) => failed(error));
    }
  };

  const write = <T>(work: () => T): Promise<T> =>
    new Promise<T>((done, failed) => {
      waiting.push({ work, done: done as (value: unknown) => void, failed });
      if (waiting.length > 1) return;
      idle = new Promise((resolve) => setImmediate(() => {
        commit();
        resolve();
      }));
    });

  const emptyLog = (): void => {
    const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }];
    if (state.busy) throw new Error(`${file}: the write-ahead log could not be emptied, somebody else reads the file`);
  };

  return {
    async get(stream) {
      return select.all(stream).map(({ generation, wrapped, destroyed }): WrappedKey => ({ generation, wrapped: destroyed ? undefined : wrapped }));
    },
    put: (stream, generation, wrapped) => write(() => insert.run(stream, generation, wrapped).changes === 1),
    async destroy(stream) {
      await write(() => overwrite.run(stream));
      emptyLog();
    },
    checkValue: (offered) => write(() => {
      keepFact.run(offered);
      return fact.get()!.value;
    }),
    async isEmpty() {
      return any.get() === undefined;
    },
    async close() {
      await idle;
      db.close();
    },
  };
};
