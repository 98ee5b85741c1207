import type { Sealed } from '../events/event.js';
import { nameOfNotificationRule, type NotificationRuleEvent } from '../events/notificationRule.js';
import type { Projection } from './projection.js';
import type { ReadOnlySql } from './readModelsView.js';

/** The rules that are defined. Definitions stay sealed. */
export const notificationRulesProjection: Projection = {
  name: 'notificationRules',
  version: 1,
  types: ['NotificationRuleDefined', 'NotificationRuleRemoved'],
  tables: ['CREATE TABLE {notification_rules} (name TEXT PRIMARY KEY, revision INTEGER NOT NULL, defined_at TEXT NOT NULL, definition TEXT NOT NULL) STRICT, WITHOUT ROWID'],
  apply(projected, sql) {
    const event = projected as typeof projected & NotificationRuleEvent;
    const name = nameOfNotificationRule(event.stream);
    if (event.type === 'NotificationRuleRemoved') sql.run('DELETE FROM {notification_rules} WHERE name = ?', name);
    else if (event.type === 'NotificationRuleDefined') {
      sql.run('INSERT OR REPLACE INTO {notification_rules} (name, revision, defined_at, definition) VALUES (?, ?, ?, ?)', name, event.revision, event.recordedAt, event.data.definition);
    }
  },
};

export interface NotificationRuleView {
  readonly name: string;
  /** Of the event that defined it. */
  readonly revision: number;
  readonly definedAt: string;
  readonly definition: Sealed;
}

const columns = 'name, revision, defined_at AS definedAt, definition';

export const notificationRuleByName = (sql: ReadOnlySql, name: string): NotificationRuleView | undefined =>
  sql.get<NotificationRuleView>(`SELECT ${columns} FROM {notification_rules} WHERE name = ?`, name);

export const listNotificationRules = (sql: ReadOnlySql): NotificationRuleView[] =>
  sql.all<NotificationRuleView>(`SELECT ${columns} FROM {notification_rules} ORDER BY name`);
