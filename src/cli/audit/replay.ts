import { firstValueFrom } from 'rxjs';
import type { Sealed } from '../../events/event.js';
import { serialOf, tokenStream, type TokenEvent } from '../../events/token.js';
import { historyOf, upTo, type Extent } from '../../projections/history.js';
import { erased, type TrailEntry } from '../../projections/trail.js';
import type { Audit } from '../../openAudit.js';
import type { EventStore, StoredRecord } from '../../store/port.js';
import { tokenReport, type TokenReport } from './tokenReport.js';

export type Replay =
  | { readonly kind: 'token'; readonly report: TokenReport }
  /** Any other stream: its events, for it has no challenges. */
  | { readonly kind: 'stream'; readonly stream: string; readonly lastRevision: number; readonly events: readonly TrailEntry[] }
  /** `exists`: there are events, but all of them later. */
  | { readonly kind: 'nothing'; readonly exists: boolean };

export type Reader = Pick<Audit, 'store' | 'journal' | 'trail' | 'gapless'>;

/**
 * Replays one stream up to an instant or a revision.
 *
 * @param now the instant to report on where none is given
 */
export const replayStream = async ({ store, journal, trail }: Reader, stream: string, extent: Extent, now: Date): Promise<Replay> => {
  const all = await recordsOf(store, stream);
  const records = upTo(all, extent);
  const last = records.at(-1);
  if (last === undefined) return { kind: 'nothing', exists: all.length > 0 };
  const events: TrailEntry[] = [];
  for (const record of records) events.push(await trail.entry(record));
  const lastRevision = all.at(-1)!.revision;
  if (!stream.startsWith(tokenStream(''))) return { kind: 'stream', stream, lastRevision, events };
  const asOf = extent.until ?? (extent.untilRevision === undefined ? now.toISOString() : last.recordedAt);
  const open = async (sealed: Sealed): Promise<string> => (await journal.unseal(stream, sealed)) ?? erased;
  const history = historyOf(records.map((record) => journal.decode(record) as TokenEvent));
  return { kind: 'token', report: await tokenReport({ serial: serialOf(stream), stream, history, events, lastRevision, asOf, open }) };
};

/** The last events of all streams up to an instant, oldest first. */
export const lastEvents = async ({ store, trail, gapless }: Reader, until: string | undefined, limit: number): Promise<readonly TrailEntry[]> => {
  const events: TrailEntry[] = [];
  // where positions have gaps, what is later is looked at and passed over
  const filter = until === undefined || gapless ? {} : { until };
  let cursor = until !== undefined && gapless ? (await lastPosition(store, until)) + 1 : undefined;
  do {
    const page = await trail.page(filter, { limit: limit - events.length, order: 'desc', ...(cursor === undefined ? {} : { cursor }) });
    events.push(...page.events);
    cursor = page.next;
  } while (cursor !== undefined && events.length < limit);
  return events.reverse();
};

/**
 * Position of the last event up to an instant, 0 for none. Halves the log again and again, which takes times to grow with positions;
 * where clocks disagree the cut is as good as they are.
 */
const lastPosition = async (store: Reader['store'], until: string): Promise<number> => {
  let beyond = (await firstValueFrom(store.head)) + 1;
  let known = 0;
  while (beyond - known > 1) {
    const middle = Math.floor((known + beyond) / 2);
    const [record] = (await store.readAll(middle - 1, 1)).records;
    if (record !== undefined && record.recordedAt <= until) known = middle;
    else beyond = middle;
  }
  return known;
};

const recordsOf = async (store: Pick<EventStore, 'readStream'>, stream: string): Promise<readonly StoredRecord[]> => {
  const records: StoredRecord[] = [];
  for (;;) {
    const page = await store.readStream(stream, (records.at(-1)?.revision ?? -1) + 1, pageSize);
    records.push(...page);
    if (page.length < pageSize) return records;
  }
};

const pageSize = 500;
