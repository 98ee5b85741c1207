import { evolveNotification, initialNotification, type Notification } from '../commands/notification.js';
import { idOfNotification, notificationEvents, type NotificationEvent } from '../events/notification.js';
import type { Projection } from './projection.js';
import type { ReadOnlySql } from './readModelsView.js';

/** The fold of every notification, when somebody has to look after it next, and how many each rule has sent of late. */
export const notificationsProjection: Projection = {
  name: 'notifications',
  version: 2,
  types: [...Object.keys(notificationEvents), 'StreamsExpired'],
  tables: [
    `CREATE TABLE {notifications} (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rule TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL, sender TEXT NOT NULL,
      look_at TEXT, made_at TEXT NOT NULL, changed_at TEXT NOT NULL, fold TEXT NOT NULL) STRICT`,
    'CREATE INDEX {notifications_open} ON {notifications} (look_at) WHERE look_at IS NOT NULL',
    "CREATE INDEX {notifications_counted} ON {notifications} (rule, subject, made_at) WHERE state <> 'suppressed'",
    'CREATE INDEX {notifications_state} ON {notifications} (state, number)',
    'CREATE INDEX {notifications_rule} ON {notifications} (rule, number)',
  ],
  apply(projected, sql) {
    if (projected.type === 'StreamsExpired') {
      // what a log that is being cleaned up still shows of them, here and there, must not look as if it were due
      sql.run('DELETE FROM {notifications} WHERE changed_at <= ?', projected.data.olderThan);
      return;
    }
    const event = projected as typeof projected & NotificationEvent;
    const id = idOfNotification(event.stream);
    const row = sql.get<{ fold: string }>('SELECT fold FROM {notifications} WHERE id = ?', id);
    // the rest of a stream that has expired: its beginning is gone from the log
    if (!row && event.type !== 'NotificationDue' && event.type !== 'NotificationSuppressed') return;
    const notification = evolveNotification(row ? (JSON.parse(row.fold) as Notification) : initialNotification, event);
    const { rule, subject } = notification.meeting!;
    sql.run(
      `INSERT INTO {notifications} (number, id, rule, subject, state, sender, look_at, made_at, changed_at, fold) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, sender = excluded.sender, look_at = excluded.look_at, changed_at = excluded.changed_at, fold = excluded.fold`,
      event.position, id, rule, subject, shownState(notification), notification.sender, notification.lookAt || null, event.recordedAt, event.recordedAt, JSON.stringify(notification),
    );
  },
};

/** How a notification stands, in one word: `failed` waits for another attempt, `parked` for an administrator. */
export const notificationStates = ['due', 'failed', 'sent', 'parked', 'suppressed'] as const;
export type NotificationState = (typeof notificationStates)[number];

const shownState = ({ state, sender, attempts }: Notification): string => (state === 'due' && sender === '' && attempts > 0 ? 'failed' : state);

export interface NotificationView {
  readonly id: string;
  /** Grows with every notification. */
  readonly number: number;
  readonly state: NotificationState;
  readonly madeAt: string;
  readonly changedAt: string;
  readonly notification: Notification;
}

type Row = Omit<NotificationView, 'notification'> & { fold: string };
const columns = 'id, number, state, made_at AS madeAt, changed_at AS changedAt, fold';
const view = ({ fold, ...row }: Row): NotificationView => ({ ...row, notification: JSON.parse(fold) as Notification });

export const notificationById = (sql: ReadOnlySql, id: string): NotificationView | undefined => {
  const row = sql.get<Row>(`SELECT ${columns} FROM {notifications} WHERE id = ?`, id);
  return row && view(row);
};

/** Newest first. @param before only such with a smaller number */
export const listNotifications = (sql: ReadOnlySql, { state, rule, before = Number.MAX_SAFE_INTEGER }: { readonly state?: string | undefined; readonly rule?: string | undefined; readonly before?: number | undefined }, limit: number): NotificationView[] => {
  const clauses = ['number < ?', ...(state === undefined ? [] : ['state = ?']), ...(rule === undefined ? [] : ['rule = ?'])];
  const parameters = [before, ...(state === undefined ? [] : [state]), ...(rule === undefined ? [] : [rule])];
  return sql.all<Row>(`SELECT ${columns} FROM {notifications} WHERE ${clauses.join(' AND ')} ORDER BY number DESC LIMIT ?`, ...parameters, limit).map(view);
};

/** Those that somebody has to look after now, the longest waiting first. @param dead also such as are in the hands of an instance other than this one */
export const dueNotifications = (sql: ReadOnlySql, now: Date, limit: number, dead?: string): string[] =>
  sql.all<{ id: string }>(
    `SELECT id FROM {notifications} WHERE look_at IS NOT NULL AND (look_at <= ?${dead === undefined ? '' : " OR (sender <> '' AND sender <> ?)"}) ORDER BY look_at LIMIT ?`,
    now.toISOString(), ...(dead === undefined ? [] : [dead]), limit,
  ).map(({ id }) => id);

/** How many of a rule fell due since an instant, in all or about one subject; suppressed ones do not count. @param most where to stop counting */
export const countNotifications = (sql: ReadOnlySql, rule: string, since: Date, most: number, subject?: string): number =>
  sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM {notifications} WHERE rule = ? AND state <> 'suppressed' AND made_at > ?${subject === undefined ? '' : ' AND subject = ?'} LIMIT ?)`,
    rule, since.toISOString(), ...(subject === undefined ? [] : [subject]), most,
  )!.n;
