import { randomUUID } from 'node:crypto';
import { refusal } from '../../commands/change.js';
import type { Context } from '../../commands/context.js';
import { notifiable } from '../../commands/notifiable.js';
import { isAddress, isNumber } from '../../commands/notificationRule.js';
import type { Trial, Trials } from '../../commands/notificationTrial.js';
import type { Occasion } from '../../commands/occasion.js';
import type { User } from '../../commands/ports.js';
import { writeFacts } from '../../commands/writeFacts.js';
import type { TanagerEvent } from '../../events/catalogue.js';
import { notificationRuleStream, type NotificationRuleDraft } from '../../events/notificationRule.js';
import { measure } from '../../sms/measure.js';
import type { AttemptDependencies } from './attempt.js';
import { rendered, sendOne, waysOf, type Answer } from './message.js';
import { occasionOf, unreadable } from './occasionOf.js';

export type TrialDependencies = Pick<AttemptDependencies, 'journal' | 'tokens' | 'users' | 'settings' | 'clock' | 'outlets' | 'rule'>;

/** Sends messages of rules on trial, in force or not, beside all limits. That it was done is written down. */
export const trials = (with_: TrialDependencies): Trials => ({
  async send({ rule: name, to, position }, context) {
    const found = await with_.rule(name);
    if (!found) return refusal('unknown-rule', 'There is no rule of this name.', 'name');
    const { rule } = found;
    const bySms = rule.channel.kind === 'sms';
    if (!(bySms ? isNumber : isAddress)(to)) return refusal('invalid', bySms ? 'The rule sends SMS: to must be a phone number.' : 'The rule sends e-mail: to must be an e-mail address.', 'to');
    const about = position === undefined ? sample(rule.events[0]!, with_.clock.now(), context) : await told(with_, position);
    if (!about) return refusal('invalid', 'There is no event at this position that somebody can be told of, or the person was erased.', 'position');
    const settings = await with_.settings.current(about.occasion.realm ?? about.occasion.realms[0]);
    const ways = waysOf(rule, about.occasion, settings);
    if (ways.length === 0) return refusal('invalid', 'There is no gateway to send with: neither the rule nor the system names one.', 'name');
    const message = rendered(rule, about.occasion, about.user, settings);
    const answers: Answer[] = [];
    for await (const answer of sendOne(with_.outlets, rule, ways, message, to, `test-${randomUUID()}`)) answers.push(answer);
    const trial = trialOf(answers);
    const last = trial.tries.at(-1)!;
    const tested: NotificationRuleDraft = { type: 'NotificationRuleTested', data: { outcome: trial.outcome, via: last.via, reason: last.reason } };
    const written = await writeFacts(with_.journal, notificationRuleStream(name), [tested], context);
    if (written.kind === 'refused') return written;
    const { encoding, segments } = measure(message.text);
    return { kind: 'done', changed: true, value: { ...trial, ...message, ...(bySms ? { encoding, segments } : {}) } };
  },
});

/** It may have gone out as long as one of the tries may have. */
const trialOf = (answers: readonly Answer[]): Pick<Trial, 'outcome' | 'tries'> => {
  const kinds = answers.map(({ outcome }) => outcome.kind);
  return {
    outcome: kinds.includes('sent') ? 'sent' : kinds.includes('unknown') ? 'unknown' : kinds.at(-1)!,
    tries: answers.map(({ via, outcome: { kind, ...more } }) => ({ via, outcome: kind, ...more })),
  };
};

const told = async (with_: TrialDependencies, position: number): Promise<{ occasion: Occasion; user: User | undefined } | undefined> => {
  const { store } = with_.journal;
  // positions have gaps on some stores: the reading begins with the event before it
  const { records: [before] } = await store.readAllBackwards(position, 1);
  const { records: [record] } = await store.readAll(before?.position ?? 0, 1);
  if (record?.position !== position || !Object.hasOwn(notifiable, record.type)) return undefined;
  const occasion = await occasionOf(with_, with_.journal.decode(record));
  if (occasion === unreadable) return undefined;
  return { occasion, user: occasion.login === undefined ? undefined : await with_.users.find(occasion.login, occasion.realm) };
};

/** An event that never was, about a person who is not. */
const sample = (type: string, now: Date, { actor, client }: Context): { occasion: Occasion; user: User } => ({
  occasion: {
    event: { type, recordedAt: now.toISOString(), actor, data: {} } as unknown as TanagerEvent,
    serial: 'TNGR00000000', login: 'sample', realm: 'sample', realms: ['sample'], description: 'a sample', phone: '+49 170 0000000', formerPhone: '+49 170 1111111', dynamicPhone: false,
    ...(client === undefined ? {} : { client }),
  },
  user: { login: 'sample', realm: 'sample', resolver: 'sample', userId: '', givenName: 'Sample', surname: 'Sample' },
});
