import { z } from 'zod';
import { notificationRule, ruleName, ruleNameRule } from '../../commands/notificationRule.js';
import type { DefinedRule } from '../../projections/notificationQueries.js';
import { notificationStates, type NotificationView } from '../../projections/notifications.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { answer, endpoint, nothing, type Endpoint } from './endpoint.js';
import * as field from './fields.js';
import { problem } from './problem.js';

const tag = 'Notifications';
const name = z.string().regex(ruleName, { error: `must have ${ruleNameRule}` }).describe('Name of a rule');
const parameters = z.strictObject({ name });
const ruleForm = z.strictObject({ name, definedAt: z.string(), rule: notificationRule }).meta({ id: 'NotificationRule' });

const outcome = z.enum(['sent', 'rejected', 'unavailable', 'unknown']);
const trialForm = z.strictObject({
  outcome: outcome.describe('`unknown`: it may have been sent'),
  tries: z.array(z.strictObject({ via: z.string(), outcome, reason: z.string().optional(), messageId: z.string().optional() })).describe('Every gateway or mail server that was tried, in order'),
  subject: z.string().optional(),
  text: z.string(),
  encoding: z.enum(['gsm-7', 'ucs-2']).optional(),
  segments: z.int().optional().describe('How many SMS the text takes'),
});

const notificationForm = z.strictObject({
  id: z.string(),
  rule: z.string(),
  state: z.enum(notificationStates).describe('`failed`: there will be another attempt; `parked`: not unless an administrator asks for it; `suppressed`: a limit of the rule was reached'),
  event: z.strictObject({ id: z.string(), type: z.string(), position: z.int(), stream: z.string() }),
  attempts: z.int(),
  reason: z.string().optional().describe('Why it was not sent'),
  nextAttemptAt: z.string().optional(),
  recipients: z.int().describe('How many are to be told; 0 before the first attempt'),
  told: z.int(),
  delivered: z.int().describe('Of how many the gateway has said that it arrived'),
  undelivered: z.int(),
  madeAt: z.string(),
  changedAt: z.string(),
}).meta({ id: 'Notification' });

/** Who is told of what, and what became of the messages. */
export const notificationEndpoints = ({ application: { notifications: { administration, queries, trials } } }: HttpDependencies): Endpoint[] => [
  endpoint({
    method: 'get', path: '/notification-rules', tag, access: 'administrator', status: 200,
    summary: 'List rules', result: z.strictObject({ rules: z.array(ruleForm) }),
    handle: async () => answer({ rules: (await queries.rules()).map(ruleFormOf) }),
  }),
  endpoint({
    method: 'get', path: '/notification-rules/{name}', tag, access: 'administrator', status: 200,
    summary: 'Read a rule', parameters, result: ruleForm,
    handle: async ({ path }) => {
      const found = await queries.rule(path.name);
      return found ? answer(ruleFormOf(found)) : unknownRule;
    },
  }),
  endpoint({
    method: 'put', path: '/notification-rules/{name}', tag, access: 'administrator', status: 200,
    summary: 'Define a rule, or define it anew',
    description: 'docs/notifications.md says what a rule may hold. It is about events that follow; nobody is told of the past.',
    parameters, body: notificationRule, result: ruleForm,
    handle: async ({ path, body, context }) => {
      const refused = refusalOf(await administration.define(path.name, body, context));
      if (refused) return refused;
      const found = await queries.rule(path.name);
      return found ? answer(ruleFormOf(found)) : unknownRule;
    },
  }),
  endpoint({
    method: 'delete', path: '/notification-rules/{name}', tag, access: 'administrator', status: 204,
    summary: 'Remove a rule', description: 'Messages of the rule that were not sent yet are parked.', parameters,
    handle: async ({ path, context }) => refusalOf(await administration.remove(path.name, context)) ?? nothing,
  }),
  endpoint({
    method: 'post', path: '/notification-rules/{name}/test', tag, access: 'administrator', status: 200,
    summary: "Send a rule's message on trial",
    description: 'Really sends, to the one who is given and to nobody else, whether or not the rule is in force. Counts towards no limit.',
    parameters,
    body: z.strictObject({
      to: z.string().min(1).max(200).describe('Phone number or e-mail address'),
      position: z.int().min(1).optional().describe('Position of the event that it tells of; made-up values stand in the text without one'),
    }),
    result: trialForm,
    handle: async ({ path, body, context }) => {
      const change = await trials.send({ rule: path.name, ...body }, context);
      return change.kind === 'refused' ? refusalOf(change)! : answer({ ...change.value, tries: [...change.value.tries] });
    },
  }),
  endpoint({
    method: 'get', path: '/notifications', tag, access: 'administrator', status: 200,
    summary: 'List notifications', description: 'Newest first. Hand `next` back as `cursor` to read on.',
    query: z.strictObject({
      state: z.enum(notificationStates).optional(),
      rule: name.optional(),
      limit: field.count(1, 1000, 100),
      cursor: z.string().regex(/^\d{1,15}$/, { error: 'must be the `next` of the page before' }).transform(Number).optional().describe('`next` of the page before'),
    }),
    result: z.strictObject({ notifications: z.array(notificationForm), next: z.string().optional() }),
    handle: async ({ query: { state, rule, limit, cursor } }) => {
      const found = await queries.notifications({ state, rule, before: cursor }, limit + 1);
      const page = found.slice(0, limit);
      return answer({ notifications: page.map(notificationFormOf), ...(found.length > limit ? { next: String(page.at(-1)!.number) } : {}) });
    },
  }),
  endpoint({
    method: 'post', path: '/notifications/{id}/retry', tag, access: 'administrator', status: 200,
    summary: 'Attempt a notification again',
    description: 'One that failed, was parked or was suppressed is attempted at once, and again after the usual pauses, by the rule as it is now.',
    parameters: z.strictObject({ id: z.string().regex(/^[0-9A-Za-z_.-]{1,100}$/).describe('Id of a notification') }),
    result: z.strictObject({ changed: z.boolean().describe('Whether it was waiting, parked or suppressed'), notification: notificationForm }),
    handle: async ({ path: { id }, context }) => {
      const change = await administration.retry(id, context);
      const refused = refusalOf(change);
      if (refused) return refused;
      return answer({ changed: change.kind === 'done' && change.changed, notification: notificationFormOf((await queries.notification(id))!) });
    },
  }),
];

const unknownRule = problem(404, 'unknown-rule', 'There is no rule of this name.');

const ruleFormOf = ({ name: its, definedAt, rule }: DefinedRule): z.output<typeof ruleForm> => ({ name: its, definedAt, rule });

const notificationFormOf = ({ id, state, madeAt, changedAt, notification }: NotificationView): z.infer<typeof notificationForm> => {
  const { rule, eventId, eventType, eventPosition, subject } = notification.meeting!;
  const { attempts, reason, sender, lookAt, recipients, told } = notification;
  const receipts = Object.values(notification.receipts);
  return {
    id, rule, state, event: { id: eventId, type: eventType, position: eventPosition, stream: subject }, attempts,
    ...(reason === undefined || state === 'sent' ? {} : { reason }), ...(lookAt !== '' && sender === '' ? { nextAttemptAt: lookAt } : {}),
    recipients, told: told.length, delivered: receipts.filter((each) => each === 'delivered').length, undelivered: receipts.filter((each) => each === 'undelivered').length,
    madeAt, changedAt,
  };
};
