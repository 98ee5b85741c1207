import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { defer, distinctUntilChanged, map, ReplaySubject, takeUntil, timer } from 'rxjs';
import type { EventStore } from '../port.js';
import { fileIn, openForReading } from './database.js';
import { openReader } from './reader.js';
import { applicationId, schemaVersion } from './schema.js';

export type SqliteReaderResult =
  /** `places`: those of reactors, by name. */
  | { readonly kind: 'open'; readonly store: EventStore; readonly places: () => ReadonlyMap<string, number> }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Opens the embedded store for reading alone, beside a service that runs or without one: no lock, no writer thread, nothing is
 * written. `append` answers `unavailable`. What another process commits is noticed by asking.
 *
 * @param folder data folder
 * @param every milliseconds between two looks for new events
 */
export const openSqliteReader = (folder: string, every = 200): SqliteReaderResult => {
  const file = fileIn(folder);
  if (!existsSync(file)) return { kind: 'refused', message: `there are no events in ${folder}: the service was never started there` };
  let db: Database | undefined;
  try {
    const opened = (db = openForReading(folder));
    const fault = faultOf(opened, file);
    if (fault === undefined) return { kind: 'open', store: readingStore(db, every), places: () => placesIn(opened) };
    db.close();
    return { kind: 'refused', message: fault };
  } catch (error) {
    db?.close();
    return { kind: 'refused', message: `${file} cannot be read: ${(error as Error).message}` };
  }
};

const placesIn = (db: Database): ReadonlyMap<string, number> =>
  new Map(db.prepare<[], { name: string; position: number }>('SELECT name, position FROM checkpoints').all().map(({ name, position }) => [name, position]));

const faultOf = (db: Database, file: string): string | undefined => {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (db.pragma('application_id', { simple: true }) !== applicationId) return `${file} holds no events, or is a database of another program`;
  return version > schemaVersion ? `${file} was written by a newer version of this program (schema ${version}, known is ${schemaVersion})` : undefined;
};

const readingStore = (db: Database, every: number): EventStore => {
  const reader = openReader(db);
  const last = db.prepare<[], number | null>('SELECT max(position) FROM events').pluck();
  const identity = db.prepare<[], string>('SELECT identity FROM log').pluck();
  const closed = new ReplaySubject<void>(1);
  /** SQLite's own count of what other connections have committed; it costs no read of the tables. */
  const commits = (): number => db.pragma('data_version', { simple: true }) as number;

  return {
    append: async () => ({ kind: 'unavailable', reason: 'the store was opened for reading' }),
    readStream: async (stream, from, limit) => reader.readStream(stream, from, limit),
    readStreamBackwards: async (stream, limit) => reader.readStreamBackwards(stream, limit),
    readAll: async (after, limit, wanted) => reader.readAll(after, limit, wanted),
    readAllBackwards: async (before, limit, wanted) => reader.readAllBackwards(before, limit, wanted),
    head: defer(() => timer(0, every)).pipe(
      map(commits),
      distinctUntilChanged(),
      map(() => last.get() ?? 0),
      distinctUntilChanged(),
      takeUntil(closed),
    ),
    identity: async () => identity.get()!,
    async close() {
      closed.next();
      db.close();
    },
  };
};
