import type { Sealed } from '../events/event.js';
import { nameOfGateway, type GatewayEvent } from '../events/gateway.js';
import type { Projection } from './projection.js';
import type { ReadOnlySql } from './readModelsView.js';

type Definition = Extract<GatewayEvent, { type: 'GatewayDefined' | 'GatewayRemoved' }>;

/** The gateways that are defined. Options stay sealed. */
export const gatewaysProjection: Projection = {
  name: 'gateways',
  version: 1,
  types: ['GatewayDefined', 'GatewayRemoved'],
  tables: [
    `CREATE TABLE {gateways} (
      name TEXT PRIMARY KEY, number INTEGER NOT NULL, revision INTEGER NOT NULL, defined INTEGER NOT NULL,
      kind TEXT NOT NULL, module TEXT, description TEXT, options TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  ],
  apply(projected, sql) {
    const event = projected as typeof projected & Definition;
    const name = nameOfGateway(event.stream);
    if (event.type === 'GatewayRemoved') {
      sql.run("UPDATE {gateways} SET defined = 0, revision = ?, options = '' WHERE name = ?", event.revision, name);
      return;
    }
    const { kind, module, description, options } = event.data;
    sql.run(
      `INSERT INTO {gateways} (name, number, revision, defined, kind, module, description, options)
       VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM {gateways}), ?, 1, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, defined = 1, kind = excluded.kind, module = excluded.module,
         description = excluded.description, options = excluded.options`,
      name, event.revision, kind, module ?? null, description ?? null, options,
    );
  },
};

export interface GatewayView {
  readonly name: string;
  /** privacyIDEA's numeric id. */
  readonly number: number;
  /** Changes with every definition. */
  readonly revision: number;
  readonly kind: string;
  readonly module: string | null;
  readonly description: string | null;
  readonly options: Sealed;
}

const columns = 'name, number, revision, kind, module, description, options';

export const gatewayByName = (sql: ReadOnlySql, name: string): GatewayView | undefined =>
  sql.get<GatewayView>(`SELECT ${columns} FROM {gateways} WHERE name = ? AND defined = 1`, name);

export const listGateways = (sql: ReadOnlySql): GatewayView[] =>
  sql.all<GatewayView>(`SELECT ${columns} FROM {gateways} WHERE defined = 1 ORDER BY number`);
