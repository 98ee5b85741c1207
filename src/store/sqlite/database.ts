import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, constants, fsyncSync, mkdirSync, openSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { applicationId, schema, schemaVersion } from './schema.js';

export const fileIn = (folder: string): string => join(folder, 'events.db');

/** Makes the folder where it is missing. @throws Error when it lies on a network file system, where neither locks nor shared memory can be trusted */
export const prepareFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kind = networkFileSystems[statfsSync(folder).type];
  if (kind !== undefined) throw new Error(`The data folder ${folder} lies on a network file system (${kind}); SQLite needs a local disk.`);
};

/** Magic numbers of statfs(2). */
const networkFileSystems: Readonly<Record<number, string>> = { 0x6969: 'NFS', 0x517b: 'SMB', 0xff534d42: 'CIFS', 0xfe534d42: 'SMB2' };

/** Made before SQLite opens it, for its log and its shared memory take over the mode. */
export const makePrivate = (file: string): void => {
  closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600));
  chmodSync(file, 0o600);
};

/** Opens the database for the one writer, makes the tables where they are missing, and checks that it is ours and durable. */
export const openForWriting = (folder: string, { maxPages }: { maxPages?: number } = {}): Database.Database => {
  const file = fileIn(folder);
  makePrivate(file);
  const db = new Database(file, { timeout: busyTimeout });
  try {
    refuseOldSqlite(db);
    refuseForeignFile(db, file);
    setUp(db);
    db.pragma('secure_delete = ON');
    db.pragma('temp_store = MEMORY');
    // in a quiet moment, and by hand: see wal.ts
    db.pragma('wal_autocheckpoint = 0');
    db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`);
    db.pragma('cache_size = -32000');
    if (process.platform === 'darwin') db.pragma('fullfsync = ON');
    if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`);
    insistOn(db, file, 'journal_mode', 'wal');
    insistOn(db, file, 'synchronous', 2);
    db.transaction(() => {
      db.exec(schema);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${schemaVersion}`);
      db.prepare('INSERT INTO log (identity) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM log)').run(randomUUID());
    }).immediate();
    refuseGaps(db, file);
    syncFolder(folder);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** SQLite sees to the names of the files that it makes itself; ours must outlive a power cut too. */
const syncFolder = (folder: string): void => {
  // Windows opens no folders
  if (process.platform === 'win32') return;
  const handle = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** Opens the database for reading, beside the writer. */
export const openForReading = (folder: string): Database.Database => {
  const db = new Database(fileIn(folder), { readonly: true, fileMustExist: true, timeout: busyTimeout });
  db.pragma('trusted_schema = OFF');
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -16000');
  return db;
};

const setUp = (db: Database.Database): void => {
  db.pragma('trusted_schema = OFF');
  db.pragma('foreign_keys = ON');
  db.pragma('journal_mode = WAL');
  // better-sqlite3 is built so that WAL means NORMAL unless every connection says otherwise, and NORMAL loses commits when the power fails
  db.pragma('synchronous = FULL');
};

/** Earlier versions can damage a database in WAL mode when a checkpoint and a write meet (fixed in 3.51.3, sqlite.org/wal.html). */
const oldestSqlite = [3, 51, 3];

const refuseOldSqlite = (db: Database.Database): void => {
  const version = db.prepare('SELECT sqlite_version()').pluck().get() as string;
  const parts = version.split('.').map(Number);
  const difference = oldestSqlite.map((part, place) => (parts[place] ?? 0) - part).find((one) => one !== 0) ?? 0;
  if (difference < 0) throw new Error(`SQLite ${version} is too old, ${oldestSqlite.join('.')} or newer is needed.`);
};

const refuseForeignFile = (db: Database.Database, file: string): void => {
  const id = db.pragma('application_id', { simple: true }) as number;
  const version = db.pragma('user_version', { simple: true }) as number;
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;
  if (!isEmpty && id !== applicationId) throw new Error(`${file} is an SQLite database of another program.`);
  if (version > schemaVersion) throw new Error(`${file} was written by a newer version of this program (schema ${version}, known is ${schemaVersion}).`);
};

const insistOn = (db: Database.Database, file: string, pragma: string, wanted: string | number): void => {
  const actual: unknown = db.pragma(pragma, { simple: true });
  if (actual !== wanted) throw new Error(`${file}: SQLite does not take ${pragma} = ${wanted}, it stays ${String(actual)}.`);
};

/** Positions are given out by one writer inside its transaction and are never taken back: the last one given is the last one there. */
const refuseGaps = (db: Database.Database, file: string): void => {
  const given = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'").pluck().get() ?? 0;
  const last = db.prepare('SELECT max(position) FROM events').pluck().get() ?? 0;
  if (given !== last) throw new Error(`${file} is damaged: its last event should be ${String(given)} and is ${String(last)}.`);
};

/** Milliseconds that a statement waits for a lock that another program holds. */
const busyTimeout = 5000;
