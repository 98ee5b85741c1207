import { canExpire, expiringPrefixes } from '../../events/retention.js';
import { compareKeys } from '../copy/keys.js';
import { CopyStopped, type Log } from '../copy/ends.js';
import { pagesOf } from '../copy/pages.js';
import { canonical } from '../copy/tally.js';
import type { EventStore, StoredRecord } from '../port.js';

/** A stream that can be given up. */
export interface Expiring {
  readonly stream: string;
  readonly lastRevision: number;
  readonly lastId: string;
  readonly events: number;
  /** When its last event was recorded. */
  readonly newest: string;
}

/** Old enough, and yet it has to stay. */
export interface Staying {
  readonly stream: string;
  readonly reason: string;
}

export interface Looking {
  readonly cluster: Log;
  readonly archive: Log;
  /** ISO 8601, UTC: streams that got an event since are left alone. */
  readonly olderThan: string;
  /** Whether nothing will be done with what these streams hold any more. @param records all events of one of them */
  readonly isEnded: (stream: string, records: readonly StoredRecord[]) => boolean;
  readonly progress: (looked: number, position: number) => void;
}

/**
 * Looks through the old part of a log for streams that can be given up: of a family that no state hangs on, older than the limit, ended, and
 * found in the archive event by event, with their data keys.
 */
export async function* lookForExpiring(looking: Looking): AsyncGenerator<{ readonly expiring: readonly Expiring[]; readonly staying: readonly Staying[] }, void> {
  const { cluster, olderThan, progress } = looking;
  const farEnough = new Date(Date.parse(olderThan) + clocksDiffer).toISOString();
  let looked = 0;
  for await (const page of pagesOf(cluster.store, 0, Infinity, { streamPrefixes: expiringPrefixes })) {
    const begun = page.filter(({ stream, revision, recordedAt }) => revision === 0 && recordedAt <= olderThan && canExpire(stream)).map(({ stream }) => stream);
    for (let done = 0; done < begun.length; done += atOnce) {
      const verdicts = await Promise.all(begun.slice(done, done + atOnce).map((stream) => judge(looking, stream)));
      const found = verdicts.filter((verdict) => verdict !== undefined);
      yield { expiring: found.filter((each): each is Expiring => 'lastId' in each), staying: found.filter((each): each is Staying => 'reason' in each) };
    }
    looked += page.length;
    progress(looked, page.at(-1)!.position);
    if (page.at(-1)!.recordedAt > farEnough) return;
  }
}

/** @returns undefined for a stream that is not to be given up yet, or was before */
const judge = async ({ cluster, archive, olderThan, isEnded }: Looking, stream: string): Promise<Expiring | Staying | undefined> => {
  const records = await wholeStream(cluster.store, stream);
  const last = records.at(-1);
  if (!last || last.recordedAt > olderThan || !isEnded(stream, records)) return undefined;
  const archived = await wholeStream(archive.store, stream);
  const differs = records.findIndex((record, place) => !archived[place] || canonical(record) !== canonical(archived[place]));
  if (differs >= 0) return { stream, reason: `its event ${records[differs]!.revision} is not in the archive as it is on the cluster` };
  try {
    await compareKeys(cluster.keys, archive.keys, stream);
  } catch (error) {
    if (error instanceof CopyStopped) return { stream, reason: 'its data keys are not in the archive as they are on the cluster' };
    throw error;
  }
  return { stream, lastRevision: last.revision, lastId: last.id, events: records.length, newest: last.recordedAt };
};

const wholeStream = async (store: Pick<EventStore, 'readStream'>, stream: string): Promise<readonly StoredRecord[]> => {
  const records: StoredRecord[] = [];
  for (;;) {
    const page = await store.readStream(stream, (records.at(-1)?.revision ?? -1) + 1, pageSize);
    records.push(...page);
    if (page.length < pageSize) return records;
  }
};

/** Milliseconds by which the clocks of instances may differ, and more. */
const clocksDiffer = 24 * 3600_000;
const atOnce = 50;
const pageSize = 500;
