import { z } from 'zod';
import { event, sealed, type Draft, type Recorded } from './event.js';

/** Stream of one rule that says who is told of what. */
export const notificationRuleStream = (name: string): string => `notification-rule-${name}`;
export const nameOfNotificationRule = (stream: string): string => stream.slice('notification-rule-'.length);

export const notificationRuleEvents = {
  NotificationRuleDefined: event('A rule was defined, or defined anew; what is given replaces what was. It holds for events after this one.', {
    events: z.array(z.string()).describe('Types of events that it is about'),
    channel: z.enum(['sms', 'email']).describe('How the message goes'),
    to: z.enum(['token', 'former', 'owner', 'address', 'administrators']).describe("To the token's number, to the number before the event, to the owner, to fixed addresses, or to the administrators"),
    enabled: z.boolean().describe('Whether it is in force'),
    definition: sealed('The whole rule as JSON; sealed, since it holds addresses, texts and names of users'),
  }),
  NotificationRuleRemoved: event('The rule was removed.', {}),
  NotificationRuleTested: event('A message of the rule was sent on trial, to an address that the administrator gave.', {
    outcome: z.enum(['sent', 'rejected', 'unavailable', 'unknown']).describe('How the gateway answered'),
    via: z.string().describe('Name of the gateway or mail server').optional(),
    reason: z.string().describe('Why it was not sent, without address, text or secret').optional(),
  }),
} as const;

export type NotificationRuleDraft = Draft<typeof notificationRuleEvents>;
export type NotificationRuleEvent = Recorded<typeof notificationRuleEvents>;
