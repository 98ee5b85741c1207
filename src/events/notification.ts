import { z } from 'zod';
import { event, type Draft, type Recorded } from './event.js';

/** Stream of one notification: what became of one event under one rule. Neither address nor text stands in it: both are found anew at each attempt. */
export const notificationStream = (id: string): string => `notification-${id}`;
export const idOfNotification = (stream: string): string => stream.slice('notification-'.length);
/** There is one notification per event and rule, however often the event is met. */
export const notificationId = (eventId: string, rule: string): string => `${eventId}-${rule}`;

const recipient = z.int().min(0).describe('Place of the recipient among those of the rule, from 0');
const via = z.string().describe('Name of the gateway or mail server');
const occasion = {
  rule: z.string().describe('Name of the rule'),
  eventId: z.string().describe('The event that it tells of'),
  eventType: z.string().describe('Type of that event'),
  eventPosition: z.int().describe('Position of that event'),
  subject: z.string().describe('Stream of that event'),
  subjectRevision: z.int().describe('Its revision in that stream'),
};

export const notificationEvents = {
  NotificationDue: event('An event met a rule: somebody is to be told. The event is the outbox of the message.', occasion),
  NotificationSuppressed: event('An event met a rule, and nobody is told: the limit of the rule was reached.', {
    ...occasion,
    limit: z.enum(['perHour', 'perTokenPerHour']).describe('Which limit'),
  }),
  NotificationClaimed: event('An attempt begins.', {
    attempt: z.int().min(1).describe('Which one, from 1'),
    recipients: z.int().min(1).describe('How many are to be told'),
    ruleRevision: z.int().min(0).describe('Revision of the definition of the rule that it is made by'),
    leaseUntil: z.iso.datetime().describe('Until then only the writing instance may send'),
  }),
  NotificationSent: event('A gateway or mail server took the message to one recipient.', {
    recipient, via,
    messageId: z.string().describe("The gateway's id of the message").optional(),
    encoding: z.enum(['gsm-7', 'ucs-2']).describe('How an SMS was written').optional(),
    segments: z.int().min(1).describe('How many SMS it took').optional(),
  }),
  NotificationFailed: event('A gateway or mail server did not take the message to one recipient, or it is unknown whether it did.', {
    attempt: z.int().min(1).describe('Which attempt, from 1'),
    recipient, via,
    outcome: z.enum(['rejected', 'unavailable', 'unknown']).describe('It said no; it was not reached; it may have sent'),
    reason: z.string().describe('In words, without address, text or secret'),
  }),
  NotificationPostponed: event('The attempt is over and not everybody was told; there will be another.', {
    attempt: z.int().min(1).describe('Which attempt, from 1'),
    retryAt: z.iso.datetime().describe('When the next one begins'),
    reason: z.string().describe('Why, in words').optional(),
  }),
  NotificationParked: event('There will be no further attempt unless an administrator asks for it.', { reason: z.string().describe('Why, in words') }),
  NotificationRetried: event('An administrator asked for new attempts.', {}),
  NotificationDelivered: event('The gateway says that the message has arrived.', { recipient, via }),
  NotificationUndelivered: event('The gateway says that the message will not arrive.', { recipient, via, detail: z.string().describe("The gateway's word for it").optional() }),
} as const;

export type NotificationDraft = Draft<typeof notificationEvents>;
export type NotificationEvent = Recorded<typeof notificationEvents>;
