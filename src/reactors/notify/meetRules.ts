import { concatMap, defer, expand, finalize, firstValueFrom, from, of, retry, take, timer, type Observable } from 'rxjs';
import type { NotificationHandler } from '../../commands/notificationAdministration.js';
import { fallDue } from '../../commands/notification.js';
import type { NotificationRule } from '../../commands/notificationRule.js';
import { meets } from '../../commands/occasion.js';
import type { Clock } from '../../commands/ports.js';
import type { TanagerEvent } from '../../events/catalogue.js';
import { notificationId } from '../../events/notification.js';
import type { NotificationRuleEvent } from '../../events/notificationRule.js';
import { tokenStream } from '../../events/token.js';
import type { Checkpoints, StoredRecord } from '../../store/port.js';
import { subscribe } from '../../store/subscription.js';
import { InOrder } from '../inOrder.js';
import { occasionOf, unreadable, type OccasionSources } from './occasionOf.js';
import { RuleBook, ruleChanges } from './ruleBook.js';

export interface MeetRulesDependencies extends OccasionSources {
  readonly checkpoints: Checkpoints;
  readonly handler: NotificationHandler;
  readonly clock: Clock;
  /** How many messages of a rule fell due since an instant, in all or about the events of one stream; need not count further than `most`. */
  readonly count: (rule: string, since: Date, most: number, subject?: string) => Promise<number>;
  readonly suppressed: (rule: string) => void;
  /** Resolves when what other instances have written is counted. */
  readonly caughtUp: () => Promise<unknown>;
  readonly warn: (problem: string, detail: object) => void;
}

const name = 'notify';
const pauseAfterFault = 1000;
const hour = 3600_000;

/**
 * Where the reading of events begins: after the last one that was looked at, or, at the very first start, at the head. To be asked before
 * anybody can define a rule.
 */
export const placeOfNotify = async ({ checkpoints, journal }: Pick<MeetRulesDependencies, 'checkpoints' | 'journal'>): Promise<number> => {
  const known = await checkpoints.load(name);
  if (known > 0) return known;
  const head = await firstValueFrom(journal.store.head);
  await checkpoints.save(name, head);
  return head;
};

/**
 * Looks at every event that a rule is about and writes down who is to be told. It has a position of its own and cannot be rebuilt; an event
 * that is met a second time finds its notification there. One event after another, so that limits are exact.
 */
export const meetRules = (with_: MeetRulesDependencies): Observable<unknown> =>
  defer(() => from(placeOfNotify(with_))).pipe(
    concatMap(async (after) => ({ after, book: await RuleBook.asOf(with_.journal, after) })),
    concatMap(({ after, book }) => {
      const abort = new AbortController();
      const inOrder = new InOrder(after, 1, (position) => with_.checkpoints.save(name, position));
      // what is read hangs on the rules: when they ask for other events, the reading goes on from there with these
      const read = (place: number): Observable<number> => {
        const types = book.types();
        return subscribe(with_.journal.store, { after: place, filter: { types: [...types, ...ruleChanges] } }, async (record) => {
          // what fails is met again, from the last place on that was kept
          await takeUp(with_, book, record, abort.signal);
          await inOrder.start(record.position, async () => undefined);
          return String(book.types()) === String(types) ? [] : [record.position];
        }).pipe(concatMap((positions) => positions), take(1));
      };
      return of(after).pipe(expand(read), finalize(() => abort.abort()));
    }),
    retry({
      delay: (error: unknown) => {
        with_.warn('the reading of events to notify of was interrupted and begins again', { err: error });
        return timer(pauseAfterFault);
      },
    }),
  );

/** One event: a change of the rules, or an occasion. What cannot be read holds up no other. */
const takeUp = async (with_: MeetRulesDependencies, book: RuleBook, record: StoredRecord, signal: AbortSignal): Promise<void> => {
  let event: TanagerEvent;
  try {
    event = with_.journal.decode(record);
    if (isRuleChange(event)) return await book.take(event);
  } catch (error) {
    return with_.warn('an event cannot be read and nobody is told of it', { position: record.position, err: error });
  }
  for (const [rule, definition] of book.about(event.type)) {
    try {
      if (!(await concerns(with_, definition, event))) continue;
    } catch (error) {
      with_.warn('it cannot be said whether an event meets a rule, and nobody is told of it', { rule, position: event.position, err: error });
      continue;
    }
    await writeDown(with_, rule, definition, event, signal);
  }
};

const isRuleChange = (event: TanagerEvent): event is NotificationRuleEvent => (ruleChanges as readonly string[]).includes(event.type);

const concerns = async (with_: MeetRulesDependencies, { conditions }: NotificationRule, event: TanagerEvent): Promise<boolean> => {
  if (Object.keys(conditions).length === 0) return true;
  const occasion = await occasionOf(with_, event);
  return occasion !== unreadable && meets(conditions, occasion);
};

/** Goes on until the store takes it: an event that was passed over would never be met again. */
const writeDown = async (with_: MeetRulesDependencies, rule: string, { limits }: NotificationRule, event: TanagerEvent, signal: AbortSignal): Promise<void> => {
  const { id, type, position, stream, revision, correlationId } = event;
  const context = { commandId: `${id}/${name}/${rule}`, actor: { kind: 'system', name } as const, correlationId, causationId: id };
  const meeting = { rule, eventId: id, eventType: type, eventPosition: position, subject: stream, subjectRevision: revision };
  for (;;) {
    const since = new Date(with_.clock.now().getTime() - hour);
    const sent = {
      inAll: await with_.count(rule, since, limits.perHour),
      aboutToken: stream.startsWith(tokenStream('')) ? await with_.count(rule, since, limits.perTokenPerHour, stream) : 0,
    };
    const answer = await with_.handler.handle(notificationId(id, rule), context, (notification) => fallDue(notification, meeting, limits, sent));
    if (answer === 'suppressed') with_.suppressed(rule);
    // another instance was faster; the next event must find its message among those that were sent
    if (answer === 'known') await with_.caughtUp();
    if (typeof answer === 'string') return;
    if (signal.aborted) throw new Error('the service is being stopped');
    await new Promise((resolve) => setTimeout(resolve, pauseAfterFault).unref());
  }
};
