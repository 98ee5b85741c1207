import type { Sealed } from '../events/event.js';
import { settingsEvents, type SettingsEvent } from '../events/settings.js';
import type { Projection } from './projection.js';
import type { ReadOnlySql } from './readModelsView.js';

/** What administrators set. Values stay sealed; gateway passwords hide in some of them. */
export const settingsProjection: Projection = {
  name: 'settings',
  version: 2,
  types: Object.keys(settingsEvents),
  tables: [
    'CREATE TABLE {settings} (key TEXT PRIMARY KEY, value TEXT NOT NULL, secret INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  ],
  apply(projected, sql) {
    const event = projected as typeof projected & SettingsEvent;
    if (event.type === 'SettingRemoved') sql.run('DELETE FROM {settings} WHERE key = ?', event.data.key);
    else {
      const { key, value, secret } = event.data;
      sql.run('INSERT OR REPLACE INTO {settings} (key, value, secret) VALUES (?, ?, ?)', key, value, Number(secret));
    }
  },
};

export interface SettingView {
  readonly key: string;
  readonly value: Sealed;
  readonly secret: boolean;
}

export const listSettings = (sql: ReadOnlySql): SettingView[] =>
  sql.all<{ key: string; value: Sealed; secret: number }>('SELECT key, value, secret FROM {settings} ORDER BY key')
    .map(({ key, value, secret }) => ({ key, value, secret: secret === 1 }));
