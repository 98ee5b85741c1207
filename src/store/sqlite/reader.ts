import type { Database } from 'better-sqlite3';
import type { Filter, Page, StoredRecord } from '../port.js';
import { openSearch, type Way } from './search.js';
import { columns } from './schema.js';

/**
 * Reads events over a connection of its own.
 * @param lastPosition position of the last event, where the caller knows it; else the database is asked each time
 */
export const openReader = (db: Database, lastPosition?: () => number) => {
  const ofStream = db.prepare<[string, number, number], StoredRecord>(`SELECT ${columns} FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`);
  const ofStreamBackwards = db.prepare<[string, number], StoredRecord>(`SELECT ${columns} FROM events WHERE stream = ? ORDER BY revision DESC LIMIT ?`);
  const last = db.prepare<[], number>('SELECT max(position) FROM events').pluck();
  const headNow = lastPosition ?? (() => last.get() ?? 0);
  const search = openSearch(db);

  const page = (way: Way, start: number, end: number, limit: number, filter: Filter): { records: StoredRecord[]; looked: number } => {
    const found = search.stretch(way, start, end, limit, filter);
    if (found.records.length === limit || found.looked === end) return found;
    const more = search.index(way, found.looked, limit - found.records.length, filter);
    if (more === undefined) return found;
    const records = [...found.records, ...more];
    return { records, looked: records.length === limit ? records.at(-1)!.position : end };
  };

  return {
    readStream: (stream: string, from: number, limit: number): StoredRecord[] => ofStream.all(stream, from, limit),
    readStreamBackwards: (stream: string, limit: number): StoredRecord[] => ofStreamBackwards.all(stream, limit),
    readAll(after: number, limit: number, filter: Filter = {}): Page {
      // what is committed from now on belongs to the next page
      const head = headNow();
      if (after >= head) return { records: [], next: after };
      const { records, looked } = page('forwards', Math.max(after, 0) + 1, head, limit, filter);
      return { records, next: looked };
    },
    readAllBackwards(before: number, limit: number, filter: Filter = {}): Page {
      const start = Math.min(before - 1, headNow());
      if (start < 1) return { records: [], next: 0 };
      const { records, looked } = page('backwards', start, 1, limit, filter);
      return { records, next: looked === 1 ? 0 : looked };
    },
  };
};
