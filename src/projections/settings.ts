import type { Sealed } from '../events/event.js';
import { settingsEvents, type SettingsEvent } from '../events/settings.js';
import type { Projection } from './projection.js';
import type { ReadOnlySql } from './readModelsView.js';

/** What administrators set. Values stay sealed; gateway passwords hide in some of them. */
export const settingsProjection: Projection = {
  name: 'settings',
  version: 1,
  types: Object.keys(settingsEvents),
  tables: [
    'CREATE TABLE {settings} (key TEXT PRIMARY KEY, value TEXT NOT NULL, secret INTEGER NOT NULL) STRICT, WITHOUT ROWID',
    'CREATE TABLE {settings_revision} (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL) STRICT',
  ],
  apply(projected, sql) {
    const event = projected as typeof projected & SettingsEvent;
    if (event.type === 'SettingRemoved') sql.run('DELETE FROM {settings} WHERE key = ?', event.data.key);
    else {
      const { key, value, secret } = event.data;
      sql.run('INSERT OR REPLACE INTO {settings} (key, value, secret) VALUES (?, ?, ?)', key, value, Number(secret));
    }
    sql.run('INSERT OR REPLACE INTO {settings_revision} (one, revision) VALUES (1, ?)', event.revision);
  },
};

export interface SettingView {
  readonly key: string;
  readonly value: Sealed;
  readonly secret: boolean;
}

/** Grows with every change; -1 when nothing was ever set. */
export const settingsRevision = (sql: ReadOnlySql): number =>
  sql.get<{ revision: number }>('SELECT revision FROM {settings_revision}')?.revision ?? -1;

export const listSettings = (sql: ReadOnlySql): SettingView[] =>
  sql.all<{ key: string; value: Sealed; secret: number }>('SELECT key, value, secret FROM {settings} ORDER BY key')
    .map(({ key, value, secret }) => ({ key, value, secret: secret === 1 }));
