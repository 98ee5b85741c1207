import { filter, firstValueFrom, takeUntil, type Observable } from 'rxjs';
import type { Trail, TrailEntry, TrailFilter } from '../../projections/trail.js';

/**
 * Every entry of the trail after a position that matches, in order, until `stop` emits or the store is closed. Nothing is read ahead: a
 * slow reader slows it down, nothing piles up.
 * @param head position of the last event; emits at once and after every commit
 */
export async function* follow(trail: Pick<Trail, 'page'>, head: Observable<number>, wanted: TrailFilter, after: number, stop: Observable<unknown>): AsyncGenerator<TrailEntry, void> {
  let place = after;
  for (;;) {
    const newest = await firstValueFrom(head.pipe(filter((position) => position > place), takeUntil(stop)), { defaultValue: undefined });
    if (newest === undefined) return;
    while (place < newest) {
      const { events, next } = await trail.page(wanted, { limit: pageSize, order: 'asc', cursor: place });
      yield* events;
      // without `next` the page went at least as far as the head that was known before it was read
      place = next ?? Math.max(newest, events.at(-1)?.position ?? 0);
    }
  }
}

const pageSize = 200;
