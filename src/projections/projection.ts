import type { TanagerEvent } from '../events/catalogue.js';

/** SQL of one generation of tables: `{name}` in a statement stands for the table of that name in this generation. Statements are prepared once. */
export interface Sql {
  run(statement: string, ...parameters: readonly unknown[]): void;
  get<Row>(statement: string, ...parameters: readonly unknown[]): Row | undefined;
  all<Row>(statement: string, ...parameters: readonly unknown[]): Row[];
}

/** An event as projections see it: sealed fields stay ciphertext, `index` holds keyed digests of those that are looked up by. */
export type Projected = TanagerEvent & { readonly index: Readonly<Record<string, string>> };

/**
 * What we know: tables, and how an event changes them. `apply` runs inside the transaction that appends the event (embedded store)
 * or that moves the checkpoint (several machines). It has no way to the outside: it can be run again at any time.
 */
export interface Projection {
  readonly name: string;
  /** To be raised whenever tables or `apply` change: the tables are then rebuilt at the next start. */
  readonly version: number;
  /** CREATE TABLE and CREATE INDEX statements, with `{name}` for tables and indexes. */
  readonly tables: readonly string[];
  /** Event types that it is interested in. */
  readonly types: readonly string[];
  apply(event: Projected, sql: Sql): void;
}
