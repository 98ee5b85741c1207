import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makePrivate } from './database.js';

/**
 * Makes sure that one process at a time writes in a data folder. The lock is SQLite's own write lock on a small file beside the
 * events: the kernel holds it for the process and frees it however the process ends. Who holds it can still be read.
 *
 * @returns lets go of the lock
 * @throws Error that names the holder when the folder is in use
 */
export const lockFolder = (folder: string): (() => void) => {
  const file = lockIn(folder);
  makePrivate(file);
  const db = new Database(file, { timeout: patience });
  try {
    db.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER, since TEXT)');
    db.prepare('DELETE FROM holder').run();
    db.prepare('INSERT INTO holder VALUES (?, ?)').run(process.pid, new Date().toISOString());
    // the name becomes readable with the commit; the lock is that of the transaction after it, which never ends
    db.exec('COMMIT; BEGIN IMMEDIATE');
  } catch (error) {
    const holder = isBusy(error) ? holderIn(db) : '';
    db.close();
    if (!isBusy(error)) throw error;
    throw new Error(`The data folder ${folder} is in use by another process${holder}. Only one process at a time can write in it.`, { cause: error });
  }
  return () => db.close();
};

/** Whether a process writes in a data folder at this moment. Where that cannot be seen, because the folder cannot be written, the answer is no. */
export const isFolderInUse = (folder: string): boolean => {
  let db: Database.Database | undefined;
  try {
    db = new Database(lockIn(folder), { fileMustExist: true, timeout: 0 });
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    db?.close();
  }
};

const lockIn = (folder: string): string => join(folder, 'events.lock');

const isBusy = (error: unknown): boolean => String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');

const holderIn = (db: Database.Database): string => {
  try {
    if (db.inTransaction) db.exec('ROLLBACK');
    const holder = db.prepare<[], { pid: number; since: string }>('SELECT pid, since FROM holder').get();
    return holder ? ` (pid ${holder.pid}, since ${holder.since})` : '';
  } catch {
    return '';
  }
};

/** Milliseconds; a predecessor that is just shutting down may still hold it. */
const patience = 500;
