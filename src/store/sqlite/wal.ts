import type { Database } from 'better-sqlite3';

/**
 * Moves what was committed from the write-ahead log into the database: in a quiet moment, or between two flights when the log has
 * grown to its cap. SQLite left alone would do it inside some caller's commit. Passive: waits for nobody, disturbs no reader.
 */
export const walKeeper = (db: Database) => {
  const logged = db.prepare<[], { log: number }>('PRAGMA wal_checkpoint(NOOP)');
  const checkpoint = (): void => void db.pragma('wal_checkpoint(PASSIVE)');
  let flights = 0;
  let dirty = false;
  const quiet = setTimeout(() => {
    if (dirty) checkpoint();
    dirty = false;
  }, quietAfter).unref();
  return {
    /** To be called when the callers of a flight have been answered. */
    landed(): void {
      dirty = true;
      quiet.refresh();
      flights = (flights + 1) % flightsBetweenLooks;
      if (flights === 0 && (logged.get()?.log ?? 0) > capInPages) checkpoint();
    },
    /** Empties the log. Nobody else may have the database open. */
    close(): void {
      clearTimeout(quiet);
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
  };
};

/** Milliseconds without a flight. */
const quietAfter = 100;
const flightsBetweenLooks = 16;
/** 32 MiB. */
const capInPages = 8192;
