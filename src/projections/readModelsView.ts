import type { Database } from 'better-sqlite3';
import { physicalName, preparedSql } from './generation.js';
import type { Sql } from './projection.js';

/** The side of the read models that reads; `{name}` stands for the tables that serve at the moment. */
export type ReadOnlySql = Pick<Sql, 'get' | 'all'>;

/**
 * Reads the current generation of every projection. The catalogue is read again only when a table has gone, which is how a
 * switch to a rebuilt generation shows: old tables are dropped in the same transaction that names the new ones.
 *
 * @param db may be read-only, and of another thread than the writer's
 */
export const readModelsView = (db: Database): ReadOnlySql => {
  const load = (): Sql => {
    const physical = new Map<string, string>();
    const rows = db.prepare<[], { generation: number; tables: string }>('SELECT generation, tables FROM read_models').all();
    for (const { generation, tables } of rows) {
      for (const table of JSON.parse(tables) as string[]) physical.set(table, physicalName(table, generation));
    }
    return preparedSql(db, (name) => {
      const table = physical.get(name);
      if (table === undefined) throw new Error(`no projection has a table ${name}`);
      return table;
    });
  };
  let sql = load();
  const afresh = <T>(read: (sql: Sql) => T): T => {
    try {
      return read(sql);
    } catch (error) {
      if (!hasGone.test(String((error as { message?: unknown }).message))) throw error;
      sql = load();
      return read(sql);
    }
  };
  return {
    get: (statement, ...parameters) => afresh((current) => current.get(statement, ...parameters)),
    all: (statement, ...parameters) => afresh((current) => current.all(statement, ...parameters)),
  };
};

/** SQLite's words for a table of an old generation, and ours for one that the catalogue did not have yet. */
const hasGone = /^(no such table|no projection has)/;
