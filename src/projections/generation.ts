import type { Database, Statement } from 'better-sqlite3';
import type { Projection, Sql } from './projection.js';

/**
 * Tables of a projection stand beside each other in generations: `tokens_g3` serves while `tokens_g4` is filled.
 * Statements say `{tokens}`; this file knows what stands for it.
 */
export const physicalName = (name: string, generation: number): string => `${name}_g${generation}`;

const placeholder = /\{(\w+)\}/g;

/** Names of the tables (not of the indexes) that a projection makes. */
export const tablesOf = (projection: Pick<Projection, 'tables'>): string[] =>
  projection.tables.flatMap((statement) => {
    const made = /^\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?\{(\w+)\}/i.exec(statement)?.[1];
    return made === undefined ? [] : [made];
  });

export const createTables = (db: Database, projection: Projection, generation: number): void => {
  for (const statement of projection.tables) db.exec(statement.replace(placeholder, (_, name: string) => physicalName(name, generation)));
};

export const dropTables = (db: Database, tables: readonly string[], generation: number): void => {
  for (const table of tables) db.exec(`DROP TABLE IF EXISTS ${physicalName(table, generation)}`);
};

/** Prepares each statement once. @param nameOf what stands for `{name}` */
export const preparedSql = (db: Database, nameOf: (name: string) => string): Sql => {
  const statements = new Map<string, Statement>();
  const prepared = (text: string): Statement => {
    let statement = statements.get(text);
    if (!statement) {
      statement = db.prepare(text.replace(placeholder, (_, name: string) => nameOf(name)));
      statements.set(text, statement);
    }
    return statement;
  };
  return {
    run: (statement, ...parameters) => void prepared(statement).run(...bindable(parameters)),
    get: <Row>(statement: string, ...parameters: readonly unknown[]) => prepared(statement).get(...bindable(parameters)) as Row | undefined,
    all: <Row>(statement: string, ...parameters: readonly unknown[]) => prepared(statement).all(...bindable(parameters)) as Row[],
  };
};

/** SQLite knows neither `undefined` nor `true`. */
const bindable = (parameters: readonly unknown[]): unknown[] =>
  parameters.map((parameter) => (parameter === undefined ? null : typeof parameter === 'boolean' ? Number(parameter) : parameter));
