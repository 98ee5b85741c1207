import { idOfNotification, notificationStream, type NotificationDraft } from '../events/notification.js';
import { notificationRuleStream } from '../events/notificationRule.js';
import type { Decision } from './handler.js';
import type { NotificationHandler } from './notificationAdministration.js';
import type { KnownMessage, Messages } from './ports.js';
import type { FinalReceipt, FinalState, MessageStreams, Settled } from './recordReceipt.js';

/** Our name of a message, the same for every repeat; it is what gateways are told. @param recipient place among those of the rule */
export const referenceOfNotification = (id: string, recipient: number): string => `${id}-${recipient}`;

/** Whether a receipt says anything new; the last word is `delivered`. @param known the most final word so far */
export const settleNotificationReceipt = (
  { part, gateway }: Pick<KnownMessage, 'part' | 'gateway'>, { state, detail }: FinalReceipt, known: FinalState | undefined,
): Decision<Exclude<Settled, 'unknown'>, NotificationDraft> => {
  if (known === 'delivered' || known === state) return { events: [], answer: 'known' };
  const recipient = Number(part);
  const event: NotificationDraft = state === 'delivered'
    ? { type: 'NotificationDelivered', data: { recipient, via: gateway } }
    : { type: 'NotificationUndelivered', data: { recipient, via: gateway, detail } };
  return { events: [event], answer: 'recorded' };
};

/** The SMS of notifications: each is for one recipient. */
export const notificationMessages = (handler: NotificationHandler, messages: Messages): MessageStreams => ({
  has: (stream) => stream.startsWith(notificationStream('')) && !stream.startsWith(notificationRuleStream('')),
  named: (reference) => {
    const [, id, part] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9A-Za-z_.-]{1,40})-(\d{1,3})$/.exec(reference) ?? [];
    return id === undefined ? undefined : { stream: notificationStream(id), part: part! };
  },
  // which gateway an attempt is at is not written down: what comes too early is told again
  expects: async () => false,
  settle: (message, receipt, context) =>
    handler.handle(idOfNotification(message.stream), context, async () => settleNotificationReceipt(message, receipt, (await messages.at(message, message.gateway))?.receipt)),
});
