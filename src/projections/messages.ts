import type { KnownMessage } from '../commands/ports.js';
import type { TanagerEvent } from '../events/catalogue.js';
import type { Projection } from './projection.js';
import type { ReadOnlySql } from './readModelsView.js';

/** Receipts come within days or never. */
const remembered = 30 * 24 * 3600 * 1000;
/** Messages that are looked at for each one that comes, and forgotten when they are too old; more than one, so that a heap of old ones melts. */
const lookedAt = 10;

/**
 * Which message an id of a gateway stands for. What became of it is in its own stream. Every login writes here, so that there is one index
 * and no more, and the oldest are found by the order in which they came.
 */
export const messagesProjection: Projection = {
  name: 'messages',
  version: 3,
  types: ['SmsDispatched', 'NotificationSent'],
  tables: [
    `CREATE TABLE {messages} (
      position INTEGER PRIMARY KEY, gateway TEXT NOT NULL, message_id TEXT NOT NULL, stream TEXT NOT NULL, part TEXT NOT NULL, recorded_at TEXT NOT NULL) STRICT`,
    'CREATE INDEX {messages_id} ON {messages} (message_id, gateway)',
  ],
  apply(event, sql) {
    const message = wordOf(event);
    if (message?.messageId === undefined) return;
    const { position, stream, recordedAt } = event;
    const tooOld = new Date(Date.parse(recordedAt) - remembered).toISOString();
    sql.run(`DELETE FROM {messages} WHERE position IN (SELECT position FROM {messages} ORDER BY position LIMIT ${lookedAt}) AND recorded_at < ?`, tooOld);
    sql.run(
      'INSERT INTO {messages} (position, gateway, message_id, stream, part, recorded_at) VALUES (?, ?, ?, ?, ?, ?)',
      position, message.gateway, message.messageId, stream, message.part, recordedAt,
    );
  },
};

/** Of an id that a gateway gave out more than once: the message that it last stood for. */
export const messageWithId = (sql: ReadOnlySql, gateway: string, messageId: string): Omit<KnownMessage, 'receipt'> | undefined =>
  sql.get<Omit<KnownMessage, 'receipt'>>('SELECT stream, part, gateway FROM {messages} WHERE message_id = ? AND gateway = ? ORDER BY position DESC LIMIT 1', messageId, gateway);

/** Events that say something about a message that went, or may have gone, through a gateway. */
export const messageEvents: readonly string[] = [
  'SmsDispatched', 'SmsDispatchFailed', 'SmsDelivered', 'SmsUndelivered', 'NotificationSent', 'NotificationFailed', 'NotificationDelivered', 'NotificationUndelivered',
];

/** The message at a place, and the last word about it: that it arrived is not taken back. @param events of its stream */
export const messageAt = (events: readonly TanagerEvent[], { stream, part, gateway }: Omit<KnownMessage, 'receipt'>): KnownMessage | undefined => {
  const words = events.map(wordOf).filter((word) => word?.part === part && word.gateway === gateway);
  if (words.length === 0) return undefined;
  const receipt = (['delivered', 'undelivered'] as const).find((state) => words.some((word) => word?.receipt === state));
  return { stream, part, gateway, ...(receipt ? { receipt } : {}) };
};

type Word = Omit<KnownMessage, 'stream'> & { readonly messageId?: string | undefined };

const wordOf = (event: TanagerEvent): Word | undefined => {
  switch (event.type) {
    case 'SmsDispatched':
      return { part: event.data.transactionId, gateway: event.data.gateway, messageId: event.data.messageId };
    case 'SmsDispatchFailed':
      return event.data.outcome === 'unknown' ? { part: event.data.transactionId, gateway: event.data.gateway } : undefined;
    case 'SmsDelivered':
      return { part: event.data.transactionId, gateway: event.data.gateway, receipt: 'delivered' };
    case 'SmsUndelivered':
      return { part: event.data.transactionId, gateway: event.data.gateway, receipt: 'undelivered' };
    case 'NotificationSent':
      return { part: String(event.data.recipient), gateway: event.data.via, messageId: event.data.messageId };
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
