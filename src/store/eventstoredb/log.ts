import { BACKWARDS, END, FORWARDS, START, type ReadPosition, type ResolvedEvent } from '@eventstore/db-client';
import { matches } from '../filter.js';
import type { Filter, Page, StoredRecord } from '../port.js';
import { askUntilAnswered, collect, type Patience } from './ask.js';
import type { Connection } from './connection.js';
import { isDeleted, isNotFound } from './faults.js';
import type { Place } from './localFile.js';
import type { Names } from './names.js';
import { positionOf, recordOf, type ReadRecord } from './recorded.js';

export interface LogParts {
  readonly connection: Connection;
  readonly names: Names;
  readonly patience: Patience;
  /** Place in the log of an event whose place the server does not say; undefined for one that nobody knows. */
  readonly placeOf: (id: string) => number | undefined;
  /** Whether the leader alone is asked, which has everything that anybody wrote. */
  readonly fromLeader?: boolean;
}

/** The log as the server has it. What a filter wants is picked out on this side: the client cannot ask for it but in a subscription. */
export const openLog = ({ connection: { client, credentials }, names, patience, placeOf, fromLeader = false }: LogParts) => {
  const readStreamWith = async (stream: string, options: { readonly maxCount: number; readonly fromRevision?: bigint; readonly direction: typeof FORWARDS | typeof BACKWARDS }) => {
    if (options.maxCount <= 0) return [];
    const fromRevision = options.fromRevision ?? (options.direction === FORWARDS ? START : END);
    const events = await askUntilAnswered(patience, () =>
      // what is decided on must be the newest that there is
      collect(client.readStream(names.onServer(stream), { ...options, fromRevision, ...credentials, requiresLeader: true }), patience.oneTry)
        .catch((error: unknown) => { if (isNotFound(error) || isDeleted(error)) return []; throw error; }));
    return events.flatMap((event) => recordOf(event, names) ?? []).map(placed);
  };
  const placed = (record: ReadRecord): StoredRecord => ({ ...record, position: record.position ?? placeOf(record.id) ?? 0 });

  const readAllWith = (fromPosition: ReadPosition, maxCount: number, direction: typeof FORWARDS | typeof BACKWARDS, requiresLeader = fromLeader): Promise<readonly ResolvedEvent[]> =>
    askUntilAnswered(patience, () => collect(client.readAll({ fromPosition, maxCount, direction, requiresLeader, ...credentials }), patience.oneTry));

  /** @param extent first and last event of this service: nothing beyond the last is given out, nothing before the first is looked at */
  const forwards = async (after: number, limit: number, filter: Filter, { first, head }: Extent): Promise<Page> => {
    const records: StoredRecord[] = [];
    let next = after;
    for (let looked = 0; looked < stretch && next < head && records.length < limit; ) {
      const count = pageOf(looked, limit - records.length + 1, filter);
      const events = await readAllWith(at(Math.max(next, first)), count, FORWARDS);
      for (const event of events) {
        const position = positionOf(event) ?? next;
        // the first is the one that was begun with
        if (position <= next) continue;
        if (position > head) return { records, next: head };
        next = position;
        looked++;
        const record = recordOf(event, names);
        if (record && matches(filter, record)) records.push({ ...record, position });
        if (records.length === limit) return { records, next };
      }
      if (events.length < count) return { records, next: Math.max(next, head) };
    }
    return { records, next };
  };

  const backwards = async (before: number, limit: number, filter: Filter, { first, head }: Extent): Promise<Page> => {
    const records: StoredRecord[] = [];
    let next = before;
    for (let looked = 0; looked < stretch && next > first && records.length < limit; ) {
      const count = pageOf(looked, limit - records.length, filter);
      const events = await readAllWith(next > head ? END : at(next), count, BACKWARDS);
      for (const event of events) {
        const position = positionOf(event) ?? next;
        looked++;
        next = position;
        const record = position <= head ? recordOf(event, names) : undefined;
        if (record && matches(filter, record)) records.push({ ...record, position });
        if (records.length === limit || next <= first) return { records, next: next > first ? next : 0 };
      }
      if (events.length < count) return { records, next: 0 };
    }
    return { records, next: next > first ? next : 0 };
  };

  return {
    readStream: (stream: string, from: number, limit: number) => readStreamWith(stream, { maxCount: limit, fromRevision: BigInt(Math.max(0, from)), direction: FORWARDS }),
    readStreamBackwards: (stream: string, limit: number) => readStreamWith(stream, { maxCount: limit, direction: BACKWARDS }),
    forwards,
    backwards,
    /**
     * Place of the newest event of this service beyond a place; undefined when there is none.
     * @param ofLeader whether the leader is asked: another node may not have heard yet of what was acknowledged
     */
    async newestBeyond(place: number, ofLeader = false): Promise<number | undefined> {
      for (let from: ReadPosition = END; ; ) {
        const events: readonly ResolvedEvent[] = await readAllWith(from, from === END ? few : chunk, BACKWARDS, ofLeader || fromLeader);
        for (const event of events) {
          const position = positionOf(event)!;
          if (position <= place) return undefined;
          if (recordOf(event, names)) return position;
          from = at(position);
        }
        if (events.length === 0) return undefined;
      }
    },
    /** Place of the newest event, whoseever it is; 0 for an empty log. Asked of the leader: a node that lags behind looks like a log that was restored. */
    async end(): Promise<number> {
      const [event] = await readAllWith(END, 1, BACKWARDS, true);
      return event ? positionOf(event)! : 0;
    },
    /** The event that lies at a place, whoseever it is; undefined where there is none. @throws what the client throws, at once */
    async eventAt(place: number): Promise<{ readonly id: string } | undefined> {
      const [event] = await collect(client.readAll({ fromPosition: at(place), maxCount: 1, direction: FORWARDS, requiresLeader: true, ...credentials }), patience.oneTry);
      return event?.event && positionOf(event) === place ? { id: event.event.id } : undefined;
    },
    /** A record of this service at a place. */
    async recordAt(place: number): Promise<StoredRecord | undefined> {
      const [event] = await readAllWith(at(place), 1, FORWARDS);
      const record = event && recordOf(event, names);
      return record && record.position === place ? { ...record, position: place } : undefined;
    },
  };
};

export type Extent = Pick<Place, 'first' | 'head'>;

export type Log = ReturnType<typeof openLog>;

export const at = (place: number): { commit: bigint; prepare: bigint } => ({ commit: BigInt(place), prepare: BigInt(place) });

/** How many events are read next: as many as are wanted; with a filter more and more, for nobody knows how far the next one is. */
const pageOf = (looked: number, wanted: number, { types, streamPrefixes }: Filter): number => Math.min(chunk, types || streamPrefixes ? Math.max(wanted, firstLook, looked) : wanted);

/** Events in one read at the most, with a filter at first, and events that are looked at in one call. */
const chunk = 500;
const firstLook = 32;
const stretch = 5_000;
/** Of the end of the log, where the newest event is of this service as a rule. */
const few = 8;
