import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Indexed } from '../../projections/projected.js';
import type { Projection } from '../../projections/projection.js';
import { openReadModels, type ReadModels } from '../../projections/readModels.js';
import type { Checkpoints } from '../port.js';
import { makePrivate } from '../sqlite/database.js';
import { lockFolder } from '../sqlite/folderLock.js';

/** How far the file has followed the log: place and id of the last event in it. By the id the log is known again. */
export interface Place {
  /** 0 before the first. */
  readonly head: number;
  readonly headId: string;
  /** Place of the first event; 0 before there is one. What lies before it is of others. */
  readonly first: number;
}

/**
 * What one instance keeps on its own disk: read models, how far they have come, the places of its reactors, and which ids of events there are.
 * All of it comes from the log: the file can be deleted at any time, and is made anew.
 */
export interface LocalFile {
  readonly db: Database.Database;
  readonly readModels: ReadModels;
  readonly checkpoints: Checkpoints;
  /** Whose log the file follows; undefined for a new file. */
  readonly identity: string | undefined;
  place(): Place;
  /** Place in the log of an event that was looked at. */
  placeOf(id: string): number | undefined;
  /** Takes events in, in order, and the place with them, in one transaction. */
  takeIn(events: readonly Indexed[]): void;
  follow(identity: string): void;
  close(): void;
}

const fileIn = (folder: string): string => join(folder, 'read-models.db');

const tables = `
  CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT, first INTEGER NOT NULL, head INTEGER NOT NULL, head_id TEXT NOT NULL) STRICT;
  INSERT OR IGNORE INTO place VALUES (1, NULL, 0, 0, '');
  CREATE TABLE IF NOT EXISTS event_ids (id BLOB PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS checkpoints (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;
/** "TNGL", so that file(1) and we know the file, and its version. */
const applicationId = 0x544e474c;
const schemaVersion = 1;

/**
 * Opens the file in a folder, or makes it.
 *
 * A crash may lose the last moments of it, all tables alike, which is why it need not wait for the disk: the log is read from there on once more.
 *
 * @throws Error, for people, when another process has the folder or the file belongs to another program
 */
export const openLocalFile = (folder: string, projections: readonly Projection[]): LocalFile => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(folder);
  try {
    return open(folder, projections, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
};

/** Forgets everything that was kept in a folder. Not while the file is open. */
export const forgetLocalFile = (folder: string): void => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${fileIn(folder)}${suffix}`, { force: true });
};

const open = (folder: string, projections: readonly Projection[], unlock: () => void): LocalFile => {
  const db = openDatabase(folder);
  const row = db.prepare<[], { identity: string | null; first: number; head: number; headId: string }>('SELECT identity, first, head, head_id AS headId FROM place');
  const movePlace = db.prepare('UPDATE place SET first = ?, head = ?, head_id = ?');
  const setIdentity = db.prepare('UPDATE place SET identity = ?');
  const addId = db.prepare('INSERT OR IGNORE INTO event_ids (id, position) VALUES (?, ?)');
  const findId = db.prepare<[Buffer], number>('SELECT position FROM event_ids WHERE id = ?').pluck();
  const savePlace = db.prepare('INSERT INTO checkpoints (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position');
  const findPlace = db.prepare<[string], number>('SELECT position FROM checkpoints WHERE name = ?').pluck();
  const kept = row.get()!;
  const readModels = openReadModels(db, projections, kept.head);
  let { first, head, headId } = kept;

  const takeIn = db.transaction((events: readonly Indexed[]) => {
    for (const event of events) {
      if (readModels.wants(event.record.type)) readModels.apply(event);
      addId.run(bytesOf(event.record.id), event.record.position);
    }
    const last = events.at(-1)!.record;
    readModels.moveTo(last.position);
    movePlace.run(first || events[0]!.record.position, last.position, last.id);
  });

  return {
    db, readModels, identity: kept.identity ?? undefined,
    checkpoints: {
      load: async (name) => findPlace.get(name) ?? 0,
      save: async (name, place) => void savePlace.run(name, place),
    },
    place: () => ({ head, headId, first }),
    placeOf: (id) => findId.get(bytesOf(id)),
    takeIn(events) {
      takeIn.immediate(events);
      first ||= events[0]!.record.position;
      ({ position: head, id: headId } = events.at(-1)!.record);
    },
    follow: (identity) => void setIdentity.run(identity),
    close() {
      db.close();
      unlock();
    },
  };
};

const openDatabase = (folder: string): Database.Database => {
  const file = fileIn(folder);
  makePrivate(file);
  const db = new Database(file);
  try {
    const known = db.pragma('application_id', { simple: true }) as number;
    const version = db.pragma('user_version', { simple: true }) as number;
    const isEmpty = db.prepare('SELECT count(*) FROM sqlite_master').pluck().get() === 0;
    if (!isEmpty && (known !== applicationId || version !== schemaVersion)) throw new Error(`${file} is of another program, or of another version of this one: delete it, it is made anew from the event store.`);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('secure_delete = ON');
    db.pragma('cache_size = -32000');
    // a checkpoint waits for the disk, in this very thread
    db.pragma('wal_autocheckpoint = 4000');
    db.exec(tables);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${schemaVersion}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** 16 bytes instead of 36 characters: there is a row for every event. */
const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
