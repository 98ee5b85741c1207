import { canExpire } from '../../events/retention.js';
import type { StoredRecord } from '../port.js';
import { CopyStopped, type Log, type Progress } from './ends.js';
import type { KeyCount } from './keys.js';
import { pagesOf, Reading } from './pages.js';
import { canonical, type Tally } from './tally.js';

/** How far both logs were found to be the same: position of the last event in each. */
export interface Place {
  readonly source: number;
  readonly target: number;
}

export interface Comparison {
  /** Position of the last event of the source that counts. */
  readonly until: number;
  readonly tally: Tally;
  /** Called with every stream once, at its first event. */
  readonly keysOf: (stream: string) => Promise<KeyCount>;
  readonly progress: (events: number, position: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Walks through both logs, event by event, from a place on.
 *
 * A stream that has expired in the source (docs/stores.md) may be there in one log and not in the other: what a store still shows of a
 * deleted stream depends on when it cleans up.
 *
 * @returns how far they are the same, and whether the target ended before the source did
 * @throws CopyStopped that names the first event that differs
 */
export const compare = async (source: Log, target: Log, from: Place, { until, tally, keysOf, progress, signal }: Comparison): Promise<Place & { readonly behind: boolean }> => {
  const left = new Reading(pagesOf(source.store, from.source, until));
  const right = new Reading(pagesOf(target.store, from.target));
  const hasExpired = expiredIn(source);
  let place = from;
  let streams: string[] = [];
  let events = 0;
  const settleKeys = async (): Promise<void> => {
    const met = streams;
    streams = [];
    for (const count of await Promise.all(met.map(keysOf))) tally.add(count);
  };

  for (;;) {
    const [ours, theirs] = [await left.peek(), await right.peek()];
    if (ours && theirs && ours.id === theirs.id) {
      const [inSource, inTarget] = [canonical(ours), canonical(theirs)];
      if (inSource !== inTarget) throw new CopyStopped(`${nameOf(ours)} is not the same in both logs`);
      tally.same(inSource, inTarget);
      left.skip();
      right.skip();
      place = { source: ours.position, target: theirs.position };
      if (ours.revision === 0 && streams.push(ours.stream) === keysAtOnce) await settleKeys();
      if (++events % reportEvery === 0) progress(events, ours.position);
    } else if (theirs && (await hasExpired(theirs.stream))) {
      right.skip();
      tally.expired++;
      place = { ...place, target: theirs.position };
    } else if (ours && (await hasExpired(ours.stream))) {
      left.skip();
      tally.expired++;
      place = { ...place, source: ours.position };
    } else if (theirs) {
      throw new CopyStopped(ours ? `the target is not the beginning of the source: where the source has ${nameOf(ours)}, it has ${nameOf(theirs)}` : `the target has events that the source does not have, the first of them ${nameOf(theirs)}`);
    } else {
      await settleKeys();
      progress(events, place.source);
      return { ...place, behind: ours !== undefined };
    }
    if (signal.aborted) throw new CopyStopped('stopped; what was copied stays, and the same command goes on from there');
  }
};

/** Whether a stream is gone for good. The events of one that has expired often lie side by side: the last answer is kept. */
const expiredIn = ({ store }: Log): ((stream: string) => Promise<boolean>) => {
  let last: { readonly stream: string; readonly expired: boolean } | undefined;
  return async (stream) => {
    if (!canExpire(stream)) return false;
    if (last?.stream !== stream) last = { stream, expired: (await store.readStream(stream, 0, 1)).length === 0 };
    return last.expired;
  };
};

export const nameOf = ({ stream, revision, type }: StoredRecord): string => `${type} (${stream}, revision ${revision})`;

export const shareOf = (position: number, until: number): Progress['share'] => (until === 0 ? 1 : Math.min(1, position / until));

const keysAtOnce = 500;
const reportEvery = 1000;
