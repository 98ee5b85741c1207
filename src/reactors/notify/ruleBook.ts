import type { NotificationRule } from '../../commands/notificationRule.js';
import { nameOfNotificationRule, notificationRuleStream, type NotificationRuleEvent } from '../../events/notificationRule.js';
import type { Journal } from '../../store/journal.js';

/** Types of events that change what the book says. */
export const ruleChanges = ['NotificationRuleDefined', 'NotificationRuleRemoved'] as const;

/**
 * The rules as they stood at one place in the order of events. Whoever reads on shows it every change that he meets, so that an event meets
 * the rules that were in force when it happened, however late it is read: a rule never reaches back.
 */
export class RuleBook {
  readonly #rules = new Map<string, NotificationRule>();

  private constructor(private readonly journal: Journal) {}

  /** @param position of the last event that counts */
  static async asOf(journal: Journal, position: number): Promise<RuleBook> {
    const book = new RuleBook(journal);
    for (let after = 0; after < position;) {
      const { records, next } = await journal.store.readAll(after, pageSize, { types: ruleChanges });
      for (const record of records) if (record.position <= position) await book.take(journal.decode(record) as NotificationRuleEvent);
      if (next === after) break;
      after = next;
    }
    return book;
  }

  async take(event: NotificationRuleEvent): Promise<void> {
    const name = nameOfNotificationRule(event.stream);
    this.#rules.delete(name);
    if (event.type !== 'NotificationRuleDefined') return;
    const definition = await this.journal.unseal(notificationRuleStream(name), event.data.definition);
    if (definition !== undefined) this.#rules.set(name, JSON.parse(definition) as NotificationRule);
  }

  /** Types of the events that any rule in force is about. */
  types(): readonly string[] {
    return [...new Set([...this.#rules.values()].flatMap(({ enabled, events }) => (enabled ? events : [])))].sort();
  }

  /** The rules in force that are about events of a type. */
  about(type: string): readonly (readonly [name: string, rule: NotificationRule])[] {
    return [...this.#rules].filter(([, { enabled, events }]) => enabled && events.includes(type));
  }
}

const pageSize = 500;
