import type { Database } from 'better-sqlite3';
import { isStorageFault, type ReadModels } from '../../projections/readModels.js';
import type { Append } from '../appendable.js';
import { firstAnswer, type Found } from '../repeat.js';
import type { Answer } from './messages.js';

/**
 * Writes appends inside the transaction of their flight: each of them whole, read models included, or not at all.
 * Both throw faults of the disk; the caller ends the transaction then.
 */
export interface AppendWriter {
  /** Without a safety line. @throws whatever goes wrong, and leaves half an append behind */
  boldly(append: Append, recordedAt: string): Answer;
  /** With a savepoint, which costs a tenth more: what goes wrong with one append is undone and leaves the others alone. */
  carefully(append: Append, recordedAt: string): Answer;
}

export const appendWriter = (db: Database, readModels: ReadModels): AppendWriter => {
  const lastRevision = db.prepare<[string], number>('SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1').pluck();
  const insert = db.prepare('INSERT INTO events (id, stream, revision, type, version, recorded_at, data, meta) VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const byId = db.prepare<[string], Found>('SELECT stream, revision, position, recorded_at AS recordedAt FROM events WHERE id = ?');
  const savepoint = db.prepare('SAVEPOINT append');
  const release = db.prepare('RELEASE append');
  const undo = db.prepare('ROLLBACK TO append');

  const earlier = (append: Append) => firstAnswer(append, append.records.map(({ id }) => byId.get(id)));

  const boldly = (append: Append, now: string): Answer => {
    const { stream, expected, records } = append;
    const actual = lastRevision.get(stream) ?? -1;
    if (expected !== 'any' && actual !== (expected === 'none' ? -1 : expected)) return earlier(append) ?? { kind: 'conflict', actual };
    let revision = actual;
    let position = 0;
    let recorded = now;
    for (const { id, type, version, data, meta, index = {}, recordedAt = now } of records) {
      revision++;
      recorded = recordedAt;
      position = Number(insert.run(id, stream, revision, type, version, recordedAt, data, meta).lastInsertRowid);
      if (readModels.wants(type)) readModels.apply({ record: { id, type, version, data, meta, stream, revision, position, recordedAt }, index });
    }
    return { kind: 'appended', revision, position, recordedAt: recorded };
  };

  const carefully = (append: Append, recordedAt: string): Answer => {
    savepoint.run();
    try {
      const answer = boldly(append, recordedAt);
      release.run();
      return answer;
    } catch (error) {
      if (isStorageFault(error)) throw error;
      undo.run();
      release.run();
      return afterMishap(append, error);
    }
  };

  const afterMishap = (append: Append, error: unknown): Answer => {
    try {
      const known = isKnownId(error) ? earlier(append) : undefined;
      return known ?? bug(error);
    } catch (anotherAppend) {
      return bug(anotherAppend);
    }
  };

  return { boldly, carefully };
};

const bug = (error: unknown): Answer => ({ kind: 'bug', message: error instanceof Error ? error.message : String(error) });

/** Looked for when it hurts only: appends are seldom repeated. */
const isKnownId = (error: unknown): boolean =>
  (error as { code?: unknown }).code === 'SQLITE_CONSTRAINT_UNIQUE' && String((error as Error).message).endsWith('events.id');
