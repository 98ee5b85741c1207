import type { Database } from 'better-sqlite3';
import { isStorageFault, type ReadModels } from '../../projections/readModels.js';
import type { Answer, Flight, Landing } from './messages.js';
import type { AppendWriter } from './writeAppend.js';

/** Writes a flight: one transaction, one commit, and an answer for each append. Never throws for what the disk does. */
export const flightWriter = (db: Database, readModels: ReadModels, appends: AppendWriter) => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const saveCheckpoint = db.prepare('INSERT INTO checkpoints (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position');
  const lastPosition = db.prepare<[], number>('SELECT max(position) FROM events').pluck();
  let head = lastPosition.get() ?? 0;

  const fill = ({ appends: boarded, checkpoints, recordedAt }: Flight, how: keyof AppendWriter): { answers: Answer[]; reached: number } => {
    begin.run();
    const answers = boarded.map((append) => appends[how](append, recordedAt));
    const reached = answers.reduce((last, answer) => (answer.kind === 'appended' ? Math.max(last, answer.position) : last), head);
    if (reached > head) readModels.moveTo(reached);
    for (const [name, position] of checkpoints) saveCheckpoint.run(name, position);
    return { answers, reached };
  };

  const undo = (): void => {
    if (db.inTransaction) rollback.run();
  };

  /** Mishaps are rare; when there is one, the whole flight is written again with more care. */
  const fillSomehow = (flight: Flight): { answers: Answer[]; reached: number } => {
    try {
      return fill(flight, 'boldly');
    } catch (error) {
      if (isStorageFault(error)) throw error;
      undo();
      return fill(flight, 'carefully');
    }
  };

  return (flight: Flight): Landing => {
    /** Before the commit is tried it is certain that nothing stays. */
    let mayBeWritten = false;
    try {
      const { answers, reached } = fillSomehow(flight);
      mayBeWritten = true;
      commit.run();
      head = reached;
      return { answers, head };
    } catch (error) {
      undo();
      const reason = `the database could not be written: ${error instanceof Error ? error.message : String(error)}`;
      const answer: Answer = mayBeWritten ? { kind: 'unknown', reason } : { kind: 'unavailable', reason };
      if (mayBeWritten) head = lastPosition.get() ?? 0;
      return { answers: flight.appends.map(() => answer), head };
    }
  };
};
