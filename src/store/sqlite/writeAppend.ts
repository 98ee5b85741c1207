import type { Database } from 'better-sqlite3';
import { isStorageFault, type ReadModels } from '../../projections/readModels.js';
import type { Append } from '../appendable.js';
import { firstAnswer, type Found } from '../repeat.js';
import type { Answer } from './messages.js';

/** Writes one append inside the transaction of its flight: all of it, read models included, or nothing. @throws only for faults of the disk */
export type WriteAppend = (append: Append, recordedAt: string) => Answer;

export const appendWriter = (db: Database, readModels: ReadModels): WriteAppend => {
  const lastRevision = db.prepare<[string], number>('SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1').pluck();
  const insert = db.prepare('INSERT INTO events (id, stream, revision, type, version, recorded_at, data, meta) VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const byId = db.prepare<[string], Found>('SELECT stream, revision, position FROM events WHERE id = ?');
  const savepoint = db.prepare('SAVEPOINT append');
  const release = db.prepare('RELEASE append');
  const undo = db.prepare('ROLLBACK TO append');

  const earlier = (append: Append) => firstAnswer(append, append.records.map(({ id }) => byId.get(id)));

  const write = ({ stream, records }: Append, last: number, recordedAt: string): Answer => {
    let revision = last;
    let position = 0;
    for (const { id, type, version, data, meta, index = {} } of records) {
      revision++;
      position = Number(insert.run(id, stream, revision, type, version, recordedAt, data, meta).lastInsertRowid);
      if (readModels.wants(type)) readModels.apply({ record: { id, type, version, data, meta, stream, revision, position, recordedAt }, index });
    }
    return { kind: 'appended', revision, position };
  };

  const settle = (append: Append, recordedAt: string): Answer => {
    const actual = lastRevision.get(append.stream) ?? -1;
    const { expected } = append;
    if (expected !== 'any' && actual !== (expected === 'none' ? -1 : expected)) return earlier(append) ?? { kind: 'conflict', actual };
    savepoint.run();
    try {
      return write(append, actual, recordedAt);
    } catch (error) {
      if (isStorageFault(error)) throw error;
      undo.run();
      if (!isKnownId(error)) throw error;
      return earlier(append)!;
    } finally {
      // a fault of the disk may have ended the whole transaction
      if (db.inTransaction) release.run();
    }
  };

  return (append, recordedAt) => {
    try {
      return settle(append, recordedAt);
    } catch (error) {
      if (isStorageFault(error)) throw error;
      return { kind: 'bug', message: error instanceof Error ? error.message : String(error) };
    }
  };
};

/** Looked for when it hurts only: appends are seldom repeated. */
const isKnownId = (error: unknown): boolean =>
  (error as { code?: unknown }).code === 'SQLITE_CONSTRAINT_UNIQUE' && error instanceof Error && error.message.endsWith('events.id');
