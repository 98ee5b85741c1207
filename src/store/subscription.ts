import { concat, concatMap, defer, EMPTY, filter, from, ignoreElements, type Observable, type ObservableInput, repeat, take } from 'rxjs';
import type { EventStore, Filter, StoredRecord } from './port.js';

/**
 * Every event after a position, once, in order, for as long as somebody listens.
 *
 * The next page is read only when `handle` has finished with the last one: a slow handler slows the reading, nothing piles up.
 * Each page begins strictly after the one before, and the wait for the head compares positions, so that no event that is
 * written meanwhile is missed and none comes twice.
 *
 * @param after position of the last event that is not wanted; 0 for all
 * @param handle what to do with an event; its output is the output of the subscription
 */
export const subscribe = <T>(
  store: EventStore,
  { after, filter: wanted, pageSize = 256 }: { after: number; filter?: Filter; pageSize?: number },
  handle: (record: StoredRecord) => ObservableInput<T>,
): Observable<T> =>
  defer(() => {
    let position = after;
    const nextPage = defer(() => store.readAll(position, pageSize, wanted)).pipe(
      concatMap((page) => {
        if (page.next === position) return untilHeadIsPast(store, position);
        return concat(
          from(page.records).pipe(concatMap(handle)),
          defer(() => {
            position = page.next;
            return EMPTY;
          }),
        );
      }),
    );
    return nextPage.pipe(repeat());
  });

const untilHeadIsPast = (store: EventStore, position: number): Observable<never> =>
  store.head.pipe(filter((head) => head > position), take(1), ignoreElements());
