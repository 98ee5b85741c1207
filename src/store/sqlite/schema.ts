/**
 * The tables of the embedded store. Events are appended and nothing else, which triggers see to; AUTOINCREMENT gives positions out
 * inside the transaction, so that one that is rolled back leaves no gap.
 */
export const schema = `
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 0),
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    data TEXT NOT NULL,
    meta TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_by_type ON events (type);
  CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
  CREATE TRIGGER IF NOT EXISTS events_do_not_change BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TABLE IF NOT EXISTS log (identity TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS checkpoints (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Of these tables; read models have versions of their own. */
export const schemaVersion = 1;

/** "TNGR", so that file(1) and we know the file. */
export const applicationId = 0x544e4752;

/** An event as it is read. */
export const columns = 'id, stream, revision, position, type, version, recorded_at AS recordedAt, data, meta';
