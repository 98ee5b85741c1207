import { firstValueFrom } from 'rxjs';
import { sizeOf, maxAppendBytes } from '../appendable.js';
import type { StoredRecord } from '../port.js';
import { appendAll } from './appendAll.js';
import { compare, shareOf, type Comparison, type Place } from './compare.js';
import { CopyStopped, type Log, type Progress, type Target } from './ends.js';
import { bringKeys, compareKeys, type KeyCount } from './keys.js';
import { pagesOf } from './pages.js';
import { Tally } from './tally.js';

export interface Copied {
  /** Events that were there before, and such as were copied now. */
  readonly before: number;
  readonly copied: number;
  /** Events that the source got after the copy began; they were not looked at. */
  readonly later: number;
  readonly tally: Tally;
}

export interface Watching {
  readonly progress: (progress: Progress) => void;
  /** When it aborts the copy stops after the page that it is at. */
  readonly signal: AbortSignal;
}

/**
 * Copies a log and its data keys up to the source's head of now: compares what is there, appends the rest in the order of the source, and
 * compares that too. Where it was interrupted is seen from the target alone.
 *
 * @throws CopyStopped when the target is not the beginning of the source, when a store takes nothing any more, or when it is told to stop
 */
export const copyLog = async (source: Log, target: Target, { progress, signal }: Watching): Promise<Copied> => {
  const until = await firstValueFrom(source.store.head);
  const tally = new Tally();
  // an erasure in the source since the last copy reaches what was copied then
  const keysOf = (stream: string): Promise<KeyCount> => bringKeys(source.keys, target.keys, stream);
  const comparison = (phase: Progress['phase']): Comparison => ({
    until, tally, keysOf, signal, progress: (events, position) => progress({ phase, events, share: shareOf(position, until) }),
  });
  const place = await compare(source, target, { source: 0, target: 0 }, comparison('comparing'));
  const before = tally.events;
  if (place.behind) {
    await append(source, target, place, until, { progress, signal });
    const end = await compare(source, target, place, comparison('verifying'));
    if (end.behind) throw new CopyStopped('the target lost events while they were copied');
  }
  return { before, copied: tally.events - before, later: await countAfter(source, until, signal), tally };
};

/**
 * Compares two logs and their data keys, and writes nothing.
 * @throws CopyStopped that names the first difference
 */
export const verifyLog = async (source: Log, target: Log, { progress, signal }: Watching): Promise<Tally> => {
  const until = await firstValueFrom(source.store.head);
  const tally = new Tally();
  const { behind } = await compare(source, target, { source: 0, target: 0 }, {
    until, tally, signal,
    keysOf: (stream) => compareKeys(source.keys, target.keys, stream),
    progress: (events, position) => progress({ phase: 'verifying', events, share: shareOf(position, until) }),
  });
  if (behind) throw new CopyStopped(`the target ends after ${tally.events} events, and the source goes on`);
  return tally;
};

const append = async (source: Log, target: Target, from: Place, until: number, { progress, signal }: Watching): Promise<void> => {
  let events = 0;
  for await (const page of pagesOf(source.store, from.source, until)) {
    if (signal.aborted) throw new CopyStopped('stopped; what was copied stays, and the same command goes on from there');
    const begun = page.filter(({ revision }) => revision === 0).map(({ stream }) => stream);
    await Promise.all(begun.map((stream) => bringKeys(source.keys, target.keys, stream)));
    for (const batch of batchesOf(runsOf(page), target.atOnce)) {
      await appendAll(source, target, batch);
      events += batch.reduce((sum, run) => sum + run.length, 0);
      progress({ phase: 'copying', events, share: shareOf(batch.at(-1)!.at(-1)!.position, until) });
    }
  }
};

/** Events of one stream that follow one another, as many as one append takes. */
const runsOf = (page: readonly StoredRecord[]): readonly StoredRecord[][] => {
  const runs: StoredRecord[][] = [];
  let bytes = 0;
  for (const record of page) {
    const size = Buffer.byteLength(record.data) + Buffer.byteLength(record.meta);
    const run = runs.at(-1);
    if (run?.[0]?.stream === record.stream && bytes + size <= maxAppendBytes) {
      run.push(record);
      bytes += size;
    } else {
      runs.push([record]);
      bytes = size;
    }
  }
  return runs;
};

const batchesOf = (runs: readonly StoredRecord[][], { appends, bytes }: Target['atOnce']): readonly StoredRecord[][][] => {
  const batches: StoredRecord[][][] = [];
  let filled = 0;
  for (const run of runs) {
    const size = sizeOf({ stream: run[0]!.stream, expected: 'any', records: run });
    const batch = batches.at(-1);
    if (batch && batch.length < appends && filled + size <= bytes) {
      batch.push(run);
      filled += size;
    } else {
      batches.push([run]);
      filled = size;
    }
  }
  return batches;
};

const countAfter = async ({ store }: Log, position: number, signal: AbortSignal): Promise<number> => {
  let count = 0;
  for await (const page of pagesOf(store, position)) {
    count += page.length;
    if (signal.aborted) break;
  }
  return count;
};
