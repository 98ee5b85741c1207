import type { Database } from 'better-sqlite3';
import { dropTables, physicalName, tablesOf } from './generation.js';
import type { Projection } from './projection.js';

/** What the catalogue knows of a projection: who made its tables, which generation serves, and what it has seen. */
export interface Catalogued {
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  /** Every event up to here is in the tables. */
  readonly position: number;
  readonly tables: readonly string[];
}

/** The table `read_models`: which tables there are in a database of read models. */
export const openCatalogue = (db: Database) => {
  db.exec(`CREATE TABLE IF NOT EXISTS read_models (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL, generation INTEGER NOT NULL, position INTEGER NOT NULL, tables TEXT NOT NULL
  ) STRICT`);
  const select = db.prepare<[], Omit<Catalogued, 'tables'> & { tables: string }>('SELECT * FROM read_models');
  const replace = db.prepare('INSERT OR REPLACE INTO read_models (name, version, generation, position, tables) VALUES (?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM read_models WHERE name = ?');
  const generationTables = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '*_g[0-9]*'").pluck();

  const all = (): Catalogued[] => select.all().map((row) => ({ ...row, tables: JSON.parse(row.tables) as string[] }));
  const physicalNames = ({ tables, generation }: Catalogued): string[] => tables.map((table) => physicalName(table, generation));

  return {
    find: (name: string): Catalogued | undefined => all().find((row) => row.name === name),
    isComplete: (row: Catalogued): boolean => {
      const existing = generationTables.all();
      return physicalNames(row).every((table) => existing.includes(table));
    },
    enter: (projection: Projection, generation: number, position: number): void =>
      void replace.run(projection.name, projection.version, generation, position, JSON.stringify(tablesOf(projection))),
    /** @returns moves these to a position, in one statement: it is done with every transaction */
    mover(names: readonly string[]): (position: number) => void {
      const update = db.prepare(`UPDATE read_models SET position = ? WHERE name IN (${names.map(() => '?').join()})`);
      return (position) => void update.run(position, ...names);
    },
    /** Drops what nobody owns: tables of projections that are no more, and of rebuilds that a crash cut off. */
    dropOrphans(projections: readonly Projection[]): void {
      for (const row of all()) {
        if (projections.some(({ name }) => name === row.name)) continue;
        dropTables(db, row.tables, row.generation);
        remove.run(row.name);
      }
      const owned = all().flatMap(physicalNames);
      for (const table of generationTables.all()) if (!owned.includes(table)) db.exec(`DROP TABLE ${table}`);
    },
  };
};
