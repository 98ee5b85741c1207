import { accountEvents, type AccountEvent } from './account.js';
import type { EventDefinition } from './event.js';
import { gatewayEvents, type GatewayEvent } from './gateway.js';
import { mailServerEvents, type MailServerEvent } from './mailServer.js';
import { notificationEvents, type NotificationEvent } from './notification.js';
import { notificationRuleEvents, type NotificationRuleEvent } from './notificationRule.js';
import { refusalEvents, type RefusalEvent } from './refusals.js';
import { retentionEvents, type RetentionEvent } from './retention.js';
import { settingsEvents, type SettingsEvent } from './settings.js';
import { tokenEvents, type TokenEvent } from './token.js';
import { transactionEvents, type TransactionEvent } from './transaction.js';

/** Every stream family, in the order of docs/events.md. */
export const families = {
  'token-<serial>': tokenEvents,
  'transaction-<id>': transactionEvents,
  'gateway-<name>': gatewayEvents,
  'mail-server-<name>': mailServerEvents,
  settings: settingsEvents,
  'account-<name>': accountEvents,
  'refusals-<day>': refusalEvents,
  'notification-rule-<name>': notificationRuleEvents,
  'notification-<event>-<rule>': notificationEvents,
  retention: retentionEvents,
} as const;

/** Every event type by its stable name. */
export const catalogue: Readonly<Record<string, EventDefinition>> = Object.assign({}, ...Object.values(families));

/** Any recorded event. */
export type TanagerEvent = TokenEvent | TransactionEvent | GatewayEvent | MailServerEvent | SettingsEvent | AccountEvent | RefusalEvent | NotificationRuleEvent | NotificationEvent | RetentionEvent;

/**
 * Lifts stored data to the current version and checks it.
 * @throws Error when the type is unknown or the data does not fit: a decision must never rest on an event that is half understood.
 */
export const upcast = (type: string, version: number, data: Record<string, unknown>): Record<string, unknown> => {
  const definition = catalogue[type];
  if (!definition) throw new Error(`unknown event type ${type}: written by a newer version?`);
  if (version > definition.version) throw new Error(`${type} has version ${version}, this program knows ${definition.version}`);
  let current = data;
  for (let from = version; from < definition.version; from++) current = definition.upcast[from]?.(current) ?? current;
  return version === definition.version ? current : (definition.schema.parse(current) as Record<string, unknown>);
};
