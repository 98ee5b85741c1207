import { filter, merge, Observable, of, timer } from 'rxjs';
import { serialOf } from '../events/token.js';
import type { WrittenEvent } from '../store/journal.js';
import { sendChallenge, type SendChallengeDependencies, type Unsent } from './sendChallenge.js';

export interface DispatchSmsDependencies extends SendChallengeDependencies {
  /** Challenges that are alive and that this instance may send, those that end soonest first; so many at the most. */
  readonly unsent: (now: Date, limit: number) => Promise<readonly Unsent[]>;
}

/** So many sends are under way at once; what comes on top is found by a look when there is room. */
const concurrentSends = 1000;
const lookEvery = 1000;

/**
 * Sends the SMS of every challenge that this instance issues, as soon as it is durable. Everything else that waits to be sent and is in
 * nobody's hands is found by looking at the read models: what an instance left behind that died, and what was passed over here.
 *
 * It has no place in the order of events: what was sent is in the token's stream. So reading the events again sends nothing.
 */
export const dispatchSms = (with_: DispatchSmsDependencies): Observable<unknown> =>
  new Observable((subscriber) => {
    const abort = new AbortController();
    const underWay = new Set<string>();
    let leftOver = false;
    const begin = (unsent: Unsent): void => {
      const key = `${unsent.transactionId}\0${unsent.serial}`;
      if (underWay.has(key) || abort.signal.aborted) return;
      if (underWay.size >= concurrentSends) return void (leftOver = true);
      underWay.add(key);
      with_.deliveries.awaitBeforeClosing(sendChallenge(with_, unsent, abort.signal).finally(() => {
        underWay.delete(key);
        if (leftOver && underWay.size <= concurrentSends / 2) void look();
      }));
    };
    const look = async (): Promise<void> => {
      leftOver = false;
      try {
        // those that are under way may be among the first
        (await with_.unsent(with_.clock.now(), concurrentSends + underWay.size)).forEach(begin);
      } catch (error) {
        with_.warn('SMS that are still to be sent cannot be found', { err: error });
      }
    };
    subscriber.add(() => abort.abort());
    subscriber.add(with_.journal.written.pipe(filter(isIssued)).subscribe(({ id, stream, data: { transactionId } }) =>
      begin({ serial: serialOf(stream), transactionId, issuedBy: id })));
    // each instance at moments of its own, so that not all claim the same
    subscriber.add(merge(of(0), timer(Math.random() * lookEvery, lookEvery)).subscribe(look));
  });

type Issued = Extract<WrittenEvent, { type: 'ChallengeIssued' }>;
const isIssued = (event: WrittenEvent): event is Issued => event.type === 'ChallengeIssued';
