import { catchError, concatMap, defer, EMPTY, filter, from, type Observable, type ObservableInput, repeat, take, tap, throwError, throwIfEmpty } from 'rxjs';
import type { EventStore, Filter, StoredRecord } from './port.js';

/**
 * Every event after a position, once, in order, for as long as somebody listens. Completes when the store is closed.
 *
 * The next page is read only when `handle` has finished with the last one: a slow handler slows the reading, nothing piles up.
 * Each page begins strictly after the one before, and the wait for the head compares positions, so that no event that is
 * written meanwhile is missed and none comes twice.
 *
 * @param after position of the last event that is not wanted; 0 for all
 * @param handle what to do with an event; its output is the output of the subscription, its error ends the subscription
 */
export const subscribe = <T>(
  store: Pick<EventStore, 'head' | 'readAll'>,
  { after, filter: wanted, pageSize = 256 }: { after: number; filter?: Filter; pageSize?: number },
  handle: (record: StoredRecord) => ObservableInput<T>,
): Observable<T> =>
  defer(() => {
    let position = after;
    const headIsPast = store.head.pipe(
      filter((head) => head > position),
      take(1),
      throwIfEmpty(() => closed),
    );
    return headIsPast.pipe(
      concatMap(() => store.readAll(position, pageSize, wanted)),
      concatMap(({ records, next }) =>
        from(records).pipe(
          concatMap((record) => handle(record)),
          tap({ complete: () => void (position = next) }),
        )),
      repeat(),
      catchError((error: unknown) => (error === closed ? EMPTY : throwError(() => error))),
    );
  });

/** Why a wait ended without an event; no error that anybody hears. */
const closed = Symbol('the store is closed');
