import type { KnownMessage } from '../commands/ports.js';
import type { Projected, Projection } from './projection.js';
import type { ReadOnlySql } from './readModelsView.js';

/** Receipts come within days or never. */
const remembered = 30 * 24 * 3600 * 1000;
/** Messages that are forgotten for each one that comes; more than one, so that a heap of old ones melts. */
const forgottenAtOnce = 10;

/**
 * The messages that went, or may have gone, through a gateway, and the last word about each. `part` says which message of its stream it is:
 * in a token's stream, its transaction; in that of a notification, the place of the recipient.
 */
export const messagesProjection: Projection = {
  name: 'messages',
  version: 2,
  types: [
    'SmsDispatched', 'SmsDispatchFailed', 'SmsDelivered', 'SmsUndelivered',
    'NotificationSent', 'NotificationFailed', 'NotificationDelivered', 'NotificationUndelivered',
  ],
  tables: [
    `CREATE TABLE {messages} (
      stream TEXT NOT NULL, part TEXT NOT NULL, gateway TEXT NOT NULL, message_id TEXT, receipt TEXT, recorded_at TEXT NOT NULL,
      PRIMARY KEY (stream, part, gateway)) STRICT`,
    'CREATE INDEX {messages_id} ON {messages} (gateway, message_id) WHERE message_id IS NOT NULL',
    'CREATE INDEX {messages_age} ON {messages} (recorded_at)',
  ],
  apply(event, sql) {
    const message = messageIn(event);
    if (!message) return;
    const { stream, recordedAt } = event;
    const tooOld = new Date(Date.parse(recordedAt) - remembered).toISOString();
    sql.run(`DELETE FROM {messages} WHERE rowid IN (SELECT rowid FROM {messages} WHERE recorded_at < ? ORDER BY recorded_at LIMIT ${forgottenAtOnce})`, tooOld);
    sql.run(
      `INSERT INTO {messages} (stream, part, gateway, message_id, receipt, recorded_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (stream, part, gateway) DO UPDATE SET message_id = coalesce(excluded.message_id, message_id), receipt = coalesce(excluded.receipt, receipt)`,
      stream, message.part, message.gateway, message.messageId ?? null, message.receipt ?? null, recordedAt,
    );
  },
};

const messageIn = (event: Projected): (Omit<KnownMessage, 'stream'> & { readonly messageId?: string }) | undefined => {
  switch (event.type) {
    case 'SmsDispatched':
      return { part: event.data.transactionId, gateway: event.data.gateway, ...present(event.data.messageId) };
    case 'SmsDispatchFailed':
      return event.data.outcome === 'unknown' ? { part: event.data.transactionId, gateway: event.data.gateway } : undefined;
    case 'SmsDelivered':
      return { part: event.data.transactionId, gateway: event.data.gateway, ...present(event.data.messageId), receipt: 'delivered' };
    case 'SmsUndelivered':
      return { part: event.data.transactionId, gateway: event.data.gateway, ...present(event.data.messageId), receipt: 'undelivered' };
    case 'NotificationSent':
      return { part: String(event.data.recipient), gateway: event.data.via, ...present(event.data.messageId) };
    case 'NotificationFailed':
      return event.data.outcome === 'unknown' ? { part: String(event.data.recipient), gateway: event.data.via } : undefined;
    case 'NotificationDelivered':
      return { part: String(event.data.recipient), gateway: event.data.via, receipt: 'delivered' };
    case 'NotificationUndelivered':
      return { part: String(event.data.recipient), gateway: event.data.via, receipt: 'undelivered' };
    default:
      return undefined;
  }
};

const present = (messageId: string | undefined): { messageId?: string } => (messageId === undefined ? {} : { messageId });

interface Row {
  readonly stream: string;
  readonly part: string;
  readonly gateway: string;
  readonly receipt: 'delivered' | 'undelivered' | null;
}

const view = (row: Row | undefined): KnownMessage | undefined => row && { stream: row.stream, part: row.part, gateway: row.gateway, ...(row.receipt ? { receipt: row.receipt } : {}) };

/** Of an id that a gateway gave out more than once: the message that it last stood for. */
export const messageWithId = (sql: ReadOnlySql, gateway: string, messageId: string): KnownMessage | undefined =>
  view(sql.get<Row>('SELECT stream, part, gateway, receipt FROM {messages} WHERE gateway = ? AND message_id = ? ORDER BY recorded_at DESC LIMIT 1', gateway, messageId));

export const messageAt = (sql: ReadOnlySql, stream: string, part: string, gateway: string): KnownMessage | undefined =>
  view(sql.get<Row>('SELECT stream, part, gateway, receipt FROM {messages} WHERE stream = ? AND part = ? AND gateway = ?', stream, part, gateway));
