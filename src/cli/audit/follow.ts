import { firstValueFrom, from, lastValueFrom, takeUntil, type Observable } from 'rxjs';
import type { TrailEntry } from '../../projections/trail.js';
import { subscribe } from '../../store/subscription.js';
import type { Reader } from './replay.js';

export interface Following {
  /** Position to begin after; the events before are not shown. */
  readonly after: number;
  /** Only this stream. */
  readonly stream?: string;
  readonly stop: Observable<unknown>;
}

/**
 * Shows every event once, in order, and waits for more, until it is told to stop.
 *
 * @param show the next event is read when it has resolved
 */
export const follow = async ({ store, trail }: Reader, { after, stream, stop }: Following, show: (entry: TrailEntry) => Promise<void>): Promise<void> => {
  const wanted = stream === undefined ? {} : { filter: { streamPrefixes: [stream] } };
  const shown = subscribe(store, { after, ...wanted }, (record) =>
    // a prefix finds token-SMS10 for token-SMS1 too
    from(stream === undefined || record.stream === stream ? trail.entry(record).then(show) : Promise.resolve()));
  await lastValueFrom(shown.pipe(takeUntil(stop)), { defaultValue: undefined });
};

/** Position after which the last few events of all streams, or of one, begin. */
export const beforeLast = async ({ store, trail }: Reader, stream: string | undefined, count: number): Promise<number> => {
  if (count === 0) return firstValueFrom(store.head);
  let cursor: number | undefined;
  // one more than is shown: the reading begins after it
  let missing = count + 1;
  do {
    const page = await trail.page(stream === undefined ? {} : { stream }, { limit: missing, order: 'desc', ...(cursor === undefined ? {} : { cursor }) });
    missing -= page.events.length;
    if (missing === 0) return page.events.at(-1)!.position;
    cursor = page.next;
  } while (cursor !== undefined);
  return 0;
};

/** Position after which the event at a position comes: that of the event before it, since between two there may be gaps. */
export const before = async ({ store }: Reader, position: number): Promise<number> => (await store.readAllBackwards(position, 1)).records[0]?.position ?? 0;
