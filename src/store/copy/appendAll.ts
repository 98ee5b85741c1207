import { setTimeout as pause } from 'node:timers/promises';
import type { AppendResult, NewRecord, StoredRecord } from '../port.js';
import { nameOf } from './compare.js';
import { canExpire } from '../../events/retention.js';
import { CopyStopped, type Log, type Target } from './ends.js';

/**
 * Appends runs of events, each of one stream and at the revision that it has in the source. What may have been written, or could not be
 * written for the moment, is repeated as it was: the ids are the same, and so is the expected revision.
 *
 * @throws CopyStopped
 */
export const appendAll = async (source: Log, target: Target, runs: readonly (readonly StoredRecord[])[]): Promise<void> => {
  const appends = await Promise.all(runs.map(async (run) => ({ run, records: await Promise.all(run.map((record) => recordFor(target, record))) })));
  for (let attempt = 1; ; attempt++) {
    const results = await Promise.all(appends.map(({ run, records }) => target.store.append(run[0]!.stream, expectedBy(run[0]!), records)));
    const faults = (await Promise.all(results.map((result, place) => faultOf(source, result, runs[place]!)))).filter((fault) => fault !== undefined);
    if (faults.length === 0) return;
    if (attempt === attempts) throw new CopyStopped(`the target takes nothing any more: ${faults[0]}; the same command goes on from there`);
    await pause(Math.min(longestPause, attempt * firstPause));
  }
};

const recordFor = async (target: Target, record: StoredRecord): Promise<NewRecord> => {
  const { id, type, version, data, meta, recordedAt } = record;
  return { id, type, version, data, meta, recordedAt, index: await target.indexOf(record) };
};

const expectedBy = ({ revision }: StoredRecord): number | 'none' => (revision === 0 ? 'none' : revision - 1);

/** Why a run is not there yet. @throws CopyStopped when it will never be */
const faultOf = async (source: Log, result: AppendResult, run: readonly StoredRecord[]): Promise<string | undefined> => {
  const first = run[0]!;
  switch (result.kind) {
    case 'appended':
      if (result.revision === run.at(-1)!.revision) return undefined;
      throw new CopyStopped(`the target took ${nameOf(first)} at another revision`);
    case 'conflict':
      // the rest of a stream that has expired and is being cleaned up: its beginning is gone already
      if (canExpire(first.stream) && (await source.store.readStream(first.stream, 0, 1)).length === 0) return undefined;
      throw new CopyStopped(`the target has something else where ${nameOf(first)} belongs: does somebody else write to it?`);
    case 'overloaded':
      return 'it is overloaded';
    default:
      return result.reason;
  }
};

/** Together about half a minute. */
const attempts = 10;
const firstPause = 500;
const longestPause = 5000;
