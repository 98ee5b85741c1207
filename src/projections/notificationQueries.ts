import type { NotificationRule } from '../commands/notificationRule.js';
import { notificationRuleStream } from '../events/notificationRule.js';
import type { Journal } from '../store/journal.js';
import { listNotificationRules, notificationRuleByName, type NotificationRuleView } from './notificationRules.js';
import { countNotifications, dueNotifications, listNotifications, notificationById, type NotificationState, type NotificationView } from './notifications.js';
import type { ReadOnlySql } from './readModelsView.js';

/** A rule, opened. */
export interface DefinedRule {
  readonly name: string;
  /** Of the event that defined it. */
  readonly revision: number;
  readonly definedAt: string;
  readonly rule: NotificationRule;
}

/** What there is to know of rules and notifications. As new as this instance's own writes. */
export class NotificationQueries {
  constructor(private readonly sql: ReadOnlySql, private readonly journal: Journal) {}

  async rule(name: string): Promise<DefinedRule | undefined> {
    const found = notificationRuleByName(this.sql, name);
    return found && this.opened(found);
  }

  async rules(): Promise<readonly DefinedRule[]> {
    return (await Promise.all(listNotificationRules(this.sql).map((view) => this.opened(view)))).filter((rule) => rule !== undefined);
  }

  async notification(id: string): Promise<NotificationView | undefined> {
    return notificationById(this.sql, id);
  }

  /** Newest first. @param narrowing.before `number` of the last one of the page before */
  async notifications(narrowing: { readonly state?: NotificationState | undefined; readonly rule?: string | undefined; readonly before?: number | undefined }, limit: number): Promise<readonly NotificationView[]> {
    return listNotifications(this.sql, narrowing, limit);
  }

  /** Ids of those that somebody has to look after now. @param dead also such as are in the hands of an instance other than this one */
  async due(now: Date, limit: number, dead?: string): Promise<readonly string[]> {
    return dueNotifications(this.sql, now, limit, dead);
  }

  /** How many messages of a rule fell due since an instant, in all or about the events of one stream. */
  async count(rule: string, since: Date, most: number, subject?: string): Promise<number> {
    return countNotifications(this.sql, rule, since, most, subject);
  }

  /** Nothing where the key is gone that it was sealed under. */
  private async opened({ name, revision, definedAt, definition }: NotificationRuleView): Promise<DefinedRule | undefined> {
    const text = await this.journal.unseal(notificationRuleStream(name), definition);
    return text === undefined ? undefined : { name, revision, definedAt, rule: JSON.parse(text) as NotificationRule };
  }
}
