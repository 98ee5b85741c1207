import { filter, merge, Observable, of, timer } from 'rxjs';
import { notificationStream } from '../../events/notification.js';
import { attempt, type AttemptDependencies } from './attempt.js';

export interface SendDueDependencies extends AttemptDependencies {
  /** Ids of notifications that somebody has to look after now, the longest waiting first; so many at the most. */
  readonly due: (now: Date, limit: number) => Promise<readonly string[]>;
  /** What is under way must be written down before the store is closed. */
  readonly awaitBeforeClosing: (sending: Promise<unknown>) => void;
}

const lookEvery = 1000;
/** So many notifications are attempted at once. They have nothing to do with the SMS of logins: a gateway that hangs holds up notifications only. */
const concurrentAttempts = 20;

/** Attempts what is due: what this instance found to be due at once, and everything whenever a pause or a lease has run out. */
export const sendDue = (with_: SendDueDependencies): Observable<unknown> =>
  new Observable((subscriber) => {
    const abort = new AbortController();
    const underWay = new Set<string>();
    const begin = (id: string): void => {
      underWay.add(id);
      with_.awaitBeforeClosing(attempt(with_, id, abort.signal).then((settled) => {
        underWay.delete(id);
        // else it is as due as before, and the next look is early enough
        if (settled) look();
      }));
    };
    let looking = false;
    let again = false;
    const look = (): void => {
      again = true;
      if (!looking) void lookUntilNothingIsNew();
    };
    const lookUntilNothingIsNew = async (): Promise<void> => {
      looking = true;
      while (again && !abort.signal.aborted && underWay.size < concurrentAttempts) {
        again = false;
        // those that are under way may be among the first
        const ids = await with_.due(with_.clock.now(), concurrentAttempts + underWay.size).catch((error: unknown) => {
          with_.warn('notifications that are due cannot be found', { err: error });
          return [];
        });
        if (!abort.signal.aborted) ids.filter((id) => !underWay.has(id)).slice(0, concurrentAttempts - underWay.size).forEach(begin);
      }
      looking = false;
    };
    const fellDue = with_.journal.written.pipe(filter(({ stream }) => stream.startsWith(notificationStream(''))));
    subscriber.add(() => abort.abort());
    // each instance at moments of its own, so that not all claim the same
    subscriber.add(merge(of(0), timer(Math.random() * lookEvery, lookEvery), fellDue).subscribe(look));
  });
