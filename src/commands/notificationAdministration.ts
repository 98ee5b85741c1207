import { notificationStream, type NotificationDraft, type NotificationEvent } from '../events/notification.js';
import { notificationRuleStream } from '../events/notificationRule.js';
import type { Journal } from '../store/journal.js';
import { refusal } from './change.js';
import type { Context } from './context.js';
import { Handler } from './handler.js';
import { evolveNotification, initialNotification, retry, type Notification } from './notification.js';
import { ruleName, ruleNameRule, type NotificationRule } from './notificationRule.js';
import type { Change } from './outcome.js';
import type { Clock } from './ports.js';
import { writeFacts } from './writeFacts.js';

export type NotificationHandler = Handler<Notification, NotificationEvent, NotificationDraft>;

/** The handler of notifications. Their streams are short: no fold of them needs to be kept. */
export const notificationHandler = (journal: Journal, clock: Clock): NotificationHandler =>
  new Handler({ stream: notificationStream, initial: initialNotification, evolve: evolveNotification, snapshot: async () => undefined }, journal, clock);

/** Rules that say who is told of what, and the messages that were parked. */
export class NotificationAdministration {
  constructor(
    private readonly journal: Journal,
    private readonly handler: NotificationHandler,
    private readonly isDefined: (rule: string) => Promise<boolean>,
  ) {}

  /** Defines, or replaces what was defined. @param rule checked by its schema */
  async define(name: string, rule: NotificationRule, context: Context): Promise<Change> {
    if (!ruleName.test(name)) return refusal('invalid', `The name of a rule has ${ruleNameRule}.`, 'name');
    const { events, channel: { kind: channel }, to, enabled } = rule;
    return writeFacts(this.journal, notificationRuleStream(name), [{
      type: 'NotificationRuleDefined', data: { events, channel, to: typeof to === 'string' ? to : 'address', enabled, definition: JSON.stringify(rule) },
    }], context);
  }

  /** What is due under it is parked. */
  async remove(name: string, context: Context): Promise<Change> {
    if (!(await this.isDefined(name))) return refusal('unknown-rule', 'There is no rule of this name.', 'name');
    return writeFacts(this.journal, notificationRuleStream(name), [{ type: 'NotificationRuleRemoved', data: {} }], context);
  }

  /** Lets a message that failed, was parked or was suppressed be attempted again, at once. */
  retry(id: string, context: Context): Promise<Change> {
    return this.handler.handle(id, context, retry);
  }
}
