import { randomUUID } from 'node:crypto';
import type { Context } from '../../commands/context.js';
import { DirectoryUnavailable } from '../../commands/directoryUnavailable.js';
import type { Decision, Undecided } from '../../commands/handler.js';
import { abandonAttempt, claimAttempt, endAttempt, isToBeAttempted, park, recordTry, type Meeting, type Notification, type Tried } from '../../commands/notification.js';
import type { NotificationHandler } from '../../commands/notificationAdministration.js';
import { referenceOfNotification } from '../../commands/notificationReceipts.js';
import type { NotificationRule } from '../../commands/notificationRule.js';
import type { Clock, SettingsReader, Users } from '../../commands/ports.js';
import type { NotificationDraft } from '../../events/notification.js';
import { rendered, sendOne, triedOf, waysOf, type Outlets, type Rendered } from './message.js';
import { occasionOf, unreadable, type OccasionSources } from './occasionOf.js';
import { recipientsOf } from './recipients.js';

export interface AttemptDependencies extends OccasionSources {
  readonly handler: NotificationHandler;
  readonly settings: SettingsReader;
  readonly users: Pick<Users, 'find'>;
  readonly clock: Clock;
  readonly outlets: Outlets;
  /** The rule as it is defined now. */
  readonly rule: (name: string) => Promise<{ readonly revision: number; readonly rule: NotificationRule } | undefined>;
  /** Milliseconds that a list of gateways, or a mail server, may take at the most. */
  readonly leaseFor: (rule: NotificationRule, ways: readonly string[]) => Promise<number>;
  readonly instance: string;
  readonly alone: boolean;
  /** It is written down that a gateway took a message: a receipt may have waited for it. */
  readonly written: (gateway: string, messageId: string) => void;
  readonly ended: (rule: string, outcome: 'sent' | 'failed' | 'parked') => void;
  readonly warn: (problem: string, detail: object) => void;
}

/** The service is being stopped: what was not told then is told after the next start. */
class Interrupted extends Error {}

/** One attempt to tell everybody whom a notification is for and who was not told yet. Never throws. @returns whether something was written down */
export const attempt = async (with_: AttemptDependencies, id: string, signal: AbortSignal): Promise<boolean> => {
  try {
    const { state } = await with_.handler.load(id);
    if (!isToBeAttempted(state, with_.clock.now(), with_)) {
      with_.handler.forget(id);
      return false;
    }
    const prepared = await prepare(with_, state.meeting!);
    if ('reason' in prepared) return await parkIt(with_, id, state.meeting!, prepared.reason);
    const claimed = await decide(with_, id, state.meeting!, (current) => claimAttempt(current, with_.clock.now(), {
      instance: with_.instance, alone: with_.alone, recipients: prepared.addresses.length, ruleRevision: prepared.revision, lease: prepared.lease,
    }));
    if (claimed) await tellEverybody(with_, id, state.meeting!, prepared, claimed, signal);
    return claimed !== undefined;
  } catch (error) {
    if (error instanceof Interrupted) return false;
    with_.warn('a notification could not be attempted', { notification: id, err: error });
    const reason = error instanceof DirectoryUnavailable ? 'the user directory cannot be asked' : 'a fault of the service; its log says more';
    return abandon(with_, id, reason).catch((fault: unknown) => {
      with_.warn('a notification could not be put off', { notification: id, err: fault });
      return false;
    });
  }
};

interface Prepared {
  readonly rule: NotificationRule;
  readonly revision: number;
  readonly addresses: readonly string[];
  readonly ways: readonly string[];
  readonly message: Rendered;
  readonly lease: number;
}

/** Finds out anew whom to tell what: nothing of it is kept. */
const prepare = async (with_: AttemptDependencies, { rule: name, subject, subjectRevision }: Meeting): Promise<Prepared | { readonly reason: string }> => {
  const found = await with_.rule(name);
  if (!found) return { reason: 'the rule was removed' };
  const { rule, revision } = found;
  if (!rule.enabled) return { reason: 'the rule is not in force' };
  const [record] = await with_.journal.store.readStream(subject, subjectRevision, 1);
  if (!record) throw new Error(`there is no event ${subjectRevision} in ${subject}`);
  const occasion = await occasionOf(with_, with_.journal.decode(record));
  if (occasion === unreadable) return { reason: unreadable };
  const user = occasion.login === undefined ? undefined : await with_.users.find(occasion.login, occasion.realm);
  const settings = await with_.settings.current(occasion.realm ?? occasion.realms[0]);
  const recipients = recipientsOf(rule, occasion, user, settings);
  if (recipients.kind === 'nobody') return recipients;
  const ways = waysOf(rule, occasion, settings);
  if (ways.length === 0) return { reason: 'there is no gateway to send with' };
  return { rule, revision, addresses: recipients.addresses, ways, message: rendered(rule, occasion, user, settings), lease: await with_.leaseFor(rule, ways) };
};

/** The attempt that was claimed, and who was told before. */
type Claimed = NonNullable<ReturnType<typeof claimAttempt>['answer']>;

const tellEverybody = async (with_: AttemptDependencies, id: string, meeting: Meeting, prepared: Prepared, claimed: Claimed, signal: AbortSignal): Promise<void> => {
  const tell = async (address: string, recipient: number): Promise<void> => {
    for await (const answer of sendOne(with_.outlets, prepared.rule, prepared.ways, prepared.message, address, referenceOfNotification(id, recipient))) {
      // a gateway that is closed because the service stops says nothing about the message
      if (signal.aborted && answer.outcome.kind === 'unavailable') throw new Interrupted();
      await record(with_, id, meeting, triedOf(answer, recipient, claimed.attempt, prepared.rule, prepared.message.text), signal);
      if (answer.outcome.kind === 'sent' && answer.outcome.messageId !== undefined) with_.written(answer.via, answer.outcome.messageId);
      if (signal.aborted && answer.outcome.kind !== 'sent') throw new Interrupted();
    }
  };
  const told = await Promise.allSettled(prepared.addresses.map((address, recipient) => (claimed.told.includes(recipient) ? undefined : tell(address, recipient))));
  const failed = told.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  const ended = await decide(with_, id, meeting, (current) => endAttempt(current, with_.clock.now(), claimed.attempt, with_.instance));
  if (ended && ended !== 'lost') with_.ended(meeting.rule, ended);
};

/** Writes down how a try ended; tries again while the store takes nothing, for what is not written down is sent again. */
const record = async (with_: AttemptDependencies, id: string, meeting: Meeting, tried: Tried, signal: AbortSignal): Promise<void> => {
  const context = contextOf(id, meeting);
  for (;;) {
    const answer = await with_.handler.handle(id, context, (current) => recordTry(current, tried))
      .catch((error: unknown) => { with_.warn('how a notification was sent could not be written down', { notification: id, err: error }); return undecided; });
    if (answer === undefined) return;
    if (signal.aborted) throw new Interrupted();
    await new Promise((resolve) => setTimeout(resolve, pauseAfterFault));
  }
};

const parkIt = async (with_: AttemptDependencies, id: string, meeting: Meeting, reason: string): Promise<boolean> => {
  const parked = await decide(with_, id, meeting, (current) => park(current, reason));
  if (parked) with_.ended(meeting.rule, 'parked');
  return parked === true;
};

const abandon = async (with_: AttemptDependencies, id: string, reason: string): Promise<boolean> => {
  const { state: { meeting } } = await with_.handler.load(id);
  if (!meeting) return false;
  const ended = await decide(with_, id, meeting, (current) => abandonAttempt(current, with_.clock.now(), with_.instance, reason));
  if (ended && ended !== 'lost') with_.ended(meeting.rule, ended);
  return ended !== undefined;
};

/** @returns undefined when the store takes nothing for the moment: the next look finds it as it was */
const decide = async <Answer>(with_: AttemptDependencies, id: string, meeting: Meeting, decision: (current: Notification) => Decision<Answer, NotificationDraft>): Promise<Answer | undefined> => {
  const answer = await with_.handler.handle(id, contextOf(id, meeting), decision);
  return isUndecided(answer) ? undefined : answer;
};

const isUndecided = (answer: unknown): answer is Undecided => (answer as Partial<Undecided> | undefined)?.kind === 'refused';
const undecided: Undecided = { kind: 'refused', reason: 'overloaded', message: '' };
const pauseAfterFault = 1000;

const contextOf = (id: string, { eventId }: Meeting): Context => ({ commandId: randomUUID(), actor: { kind: 'system', name: 'notify' }, correlationId: id, causationId: eventId });
