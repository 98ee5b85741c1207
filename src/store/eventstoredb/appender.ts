import { NO_STREAM, type EventData } from '@eventstore/db-client';
import { StoreSilent } from '../../commands/storeSilent.js';
import type { Append } from '../appendable.js';
import type { AppendResult } from '../port.js';
import { firstAnswer } from '../repeat.js';
import { firstPause, longestPause, TimeOver, within, withJitter, type Patience } from './ask.js';
import type { Connection } from './connection.js';
import { faultOf, inWords } from './faults.js';
import type { Log } from './log.js';
import type { Names } from './names.js';
import { written } from './recorded.js';
import type { Sightings } from './sightings.js';

export interface AppenderParts {
  readonly connection: Connection;
  readonly names: Names;
  readonly log: Log;
  readonly sightings: Sightings;
  readonly placeOf: (id: string) => number | undefined;
  readonly patience: Patience;
  /** Milliseconds that an answer waits for this instance to see what it wrote; left out where nobody follows the log: what the server says is the answer then. */
  readonly seenWithin?: number;
  readonly now: () => Date;
}

type Explicit = number | 'none';
type Tried =
  | { readonly kind: 'written'; readonly revision: number; readonly position?: number }
  | { readonly kind: 'conflict'; readonly actual: number }
  | { readonly kind: 'not-written' | 'refused' | 'unknown'; readonly reason: string };

/**
 * Appends, each with a revision that it expects: then the server knows a repeat by its ids, whenever it comes, and a try whose outcome nobody
 * heard of can be repeated until there is one. Where nothing is expected, the last revision that is known is, and the next one after a conflict.
 */
export const openAppender = (parts: AppenderParts) => {
  const { connection: { client, credentials }, names, log, sightings, placeOf, patience, seenWithin, now } = parts;
  /** Of streams that take everything: where they end, as far as is known. */
  const ends = new Map<string, Explicit>();
  /** Of appends to them that were left in doubt, by the id of the last event: which revision they expected. There the server knows a repeat, and nowhere else. */
  const doubts = new Map<string, Explicit>();
  /** The last piece of work on a stream that takes everything. */
  const turns = new Map<string, Promise<unknown>>();

  const tryOnce = async (stream: string, expected: Explicit, events: EventData[]): Promise<Tried> => {
    try {
      const { success, nextExpectedRevision, position } = await within(patience.oneTry + grace, client.appendToStream(names.onServer(stream), events, {
        expectedRevision: expected === 'none' ? NO_STREAM : BigInt(expected), deadline: patience.oneTry, requiresLeader: true, ...credentials,
      }));
      return success ? { kind: 'written', revision: Number(nextExpectedRevision), ...(position ? { position: Number(position.commit) } : {}) } : { kind: 'conflict', actual: Number(nextExpectedRevision) };
    } catch (error) {
      const fault = faultOf(error);
      if (fault !== 'conflict') return { kind: fault, reason: inWords(error) };
      const { actualVersion } = error as { readonly actualVersion: unknown };
      return { kind: 'conflict', actual: typeof actualVersion === 'bigint' ? Number(actualVersion) : -1 };
    }
  };

  const isOurs = async ({ stream, records }: Append, expected: Explicit): Promise<boolean> => {
    const found = await log.readStream(stream, expected === 'none' ? 0 : expected + 1, records.length);
    return found.length === records.length && found.every(({ id }, index) => id === records[index]!.id);
  };

  /** Tries until it is certain, or the time is over. */
  const settle = (append: Append, expected: Explicit): Promise<AppendResult> =>
    settleOrThrow(append, expected).catch((error: unknown) => {
      // what was written could not be read back
      if (error instanceof StoreSilent) return { kind: 'unknown', reason: error.message };
      throw error;
    });

  const settleOrThrow = async (append: Append, expected: Explicit): Promise<AppendResult> => {
    const recordedAt = now().toISOString();
    const events = append.records.map((record) => written(record, recordedAt));
    const sighting = sightings.expect(append.records.at(-1)!.id);
    const end = performance.now() + patience.allTries;
    /** Whether a try may have been written though nobody said so. */
    let inDoubt = false;
    try {
      for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
        const tried = await Promise.race([tryOnce(append.stream, expected, events), sighting.seen.then(({ revision }): Tried => ({ kind: 'written', revision }))]);
        if (tried.kind === 'written' && seenWithin === undefined) return { kind: 'appended', revision: tried.revision, position: tried.position ?? 0, recordedAt: append.records.at(-1)!.recordedAt ?? recordedAt };
        if (tried.kind === 'written') return await seen(append, tried.revision, sighting.seen);
        if (tried.kind === 'conflict') return inDoubt && (await isOurs(append, expected)) ? await seen(append, revisionOf(append, expected), sighting.seen) : tried;
        if (tried.kind === 'refused' && !inDoubt) return { kind: 'unavailable', reason: tried.reason };
        inDoubt ||= tried.kind === 'unknown';
        if (performance.now() + pause > end) return { kind: inDoubt ? 'unknown' : 'unavailable', reason: tried.reason };
        await Promise.race([new Promise((resolve) => setTimeout(resolve, withJitter(pause))), sighting.seen]);
      }
    } finally {
      sighting.forget();
    }
  };

  /** The answer to what is durable: as soon as this instance has seen it; for whom that takes too long, as the server has it. */
  const seen = async ({ stream }: Append, revision: number, sighting: Promise<{ readonly revision: number; readonly position: number; readonly recordedAt: string }>): Promise<AppendResult> => {
    const record = await within(seenWithin ?? 0, sighting).catch(async (error: unknown) => {
      if (!(error instanceof TimeOver)) throw error;
      return (await log.readStream(stream, revision, 1))[0];
    });
    if (!record) return { kind: 'unknown', reason: `what was written to ${stream} cannot be read` };
    return { kind: 'appended', revision: record.revision, position: record.position, recordedAt: record.recordedAt };
  };

  /** To a stream that takes everything, one after another on this instance; others may come between. */
  const settleAnywhere = (append: Append): Promise<AppendResult> => {
    const { stream, records } = append;
    const { id } = records.at(-1)!;
    const work = async (): Promise<AppendResult> => {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const expected = doubts.get(id) ?? ends.get(stream) ?? 'none';
        const result = await settle(append, expected);
        if (result.kind === 'unknown') remember(doubts, id, expected);
        if (result.kind === 'appended' || result.kind === 'conflict') doubts.delete(id);
        if (result.kind === 'appended') remember(ends, stream, result.revision);
        if (result.kind !== 'conflict') return result;
        remember(ends, stream, result.actual < 0 ? 'none' : result.actual);
      }
      return { kind: 'overloaded' };
    };
    const turn = (turns.get(stream) ?? Promise.resolve()).then(work, work);
    turns.set(stream, turn);
    const leave = (): void => {
      if (turns.get(stream) === turn) turns.delete(stream);
    };
    turn.then(leave, leave);
    return turn;
  };

  const remember = (map: Map<string, Explicit>, key: string, revision: Explicit): void => {
    map.delete(key);
    map.set(key, revision);
    if (map.size > remembered) map.delete(map.keys().next().value!);
  };

  return async (append: Append): Promise<AppendResult> => {
    const places = append.records.map(({ id }) => placeOf(id));
    if (places.some((place) => place !== undefined)) {
      const found = await Promise.all(places.map((place) => (place === undefined ? undefined : log.recordAt(place))));
      const known = firstAnswer(append, found);
      if (known) return known;
    }
    return append.expected === 'any' ? settleAnywhere(append) : settle(append, append.expected);
  };
};

const revisionOf = ({ records }: Append, expected: Explicit): number => (expected === 'none' ? -1 : expected) + records.length;

/** Milliseconds that the client's own deadline comes before ours. */
const grace = 500;
/** Conflicts that one append to a stream that takes everything lives through. */
const attempts = 50;
const remembered = 1_000;
