import type { TanagerEvent } from '../events/catalogue.js';
import { catalogue } from '../events/catalogue.js';
import type { Sealed } from '../events/event.js';
import type { Journal } from '../store/journal.js';
import type { Page, StoredRecord } from '../store/port.js';
import { streamPages } from './streamPages.js';

/** An event as an auditor reads it: personal data opened, secrets never, and what was erased said to be. */
export interface TrailEntry {
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
  readonly actor: TanagerEvent['actor'];
  readonly client?: string;
  /** Method and path of the request. */
  readonly action?: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly origin: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface TrailFilter {
  readonly types?: readonly string[];
  readonly stream?: string;
  readonly transactionId?: string;
  /** ISO 8601; by the time of recording. */
  readonly since?: string;
  readonly until?: string;
}

export interface TrailPage {
  readonly events: readonly TrailEntry[];
  /** Hand it back to read on; absent when there is nothing more. */
  readonly next?: number;
}

/** Fields that nobody may read, administrators neither. */
const secretFields = new Set(['seed', 'pinHash', 'passwordHash', 'keyHash', 'options', 'text']);
const hidden = '***';
export const erased = '(erased)';

/** So many events are looked through for one page; a rarer match takes several pages. */
const lookThrough = 20_000;

export class Trail {
  constructor(private readonly journal: Journal) {}

  /**
   * Events in order of position.
   * @param order `asc` from the oldest, `desc` from the newest
   * @param cursor `next` of the page before
   */
  async page(filter: TrailFilter, { limit, order, cursor }: { readonly limit: number; readonly order: 'asc' | 'desc'; readonly cursor?: number }): Promise<TrailPage> {
    const start = cursor ?? (order === 'asc' ? 0 : Number.MAX_SAFE_INTEGER);
    const [last] = filter.stream === undefined ? [] : await this.journal.store.readStreamBackwards(filter.stream, 1);
    if (filter.stream !== undefined && !last) return { events: [] };
    // some clusters do not say where an event lies that is read from its stream
    const pages = last && last.position > 0 ? this.ofStream(last, order, start) : this.ofAll(filter, order, start);
    const events: TrailEntry[] = [];
    let seen = 0;
    for await (const { records, next } of pages) {
      for (const record of records) {
        if (!this.matches(record, filter)) continue;
        events.push(await this.entry(record));
        if (events.length === limit) return { events, next: record.position };
      }
      seen += Math.max(1, records.length);
      if (seen >= lookThrough) return { events, next };
    }
    return { events };
  }

  private async *ofAll({ types, stream }: TrailFilter, order: 'asc' | 'desc', start: number): AsyncGenerator<Page, void> {
    const { store } = this.journal;
    const wanted = { ...(types?.length ? { types } : {}), ...(stream === undefined ? {} : { streamPrefixes: [stream] }) };
    for (let place = start; ;) {
      const page = order === 'asc' ? await store.readAll(place, pageSize, wanted) : await store.readAllBackwards(place, pageSize, wanted);
      yield page;
      if (page.next === place || page.next === 0) return;
      place = page.next;
    }
  }

  private async *ofStream(last: StoredRecord, order: 'asc' | 'desc', start: number): AsyncGenerator<Page, void> {
    for await (const records of streamPages(this.journal.store, last, order, start, pageSize)) yield { records, next: records.at(-1)!.position };
  }

  /** Opens what an auditor may read of an event. */
  async entry(record: StoredRecord): Promise<TrailEntry> {
    const event = this.journal.decode(record);
    const data: Record<string, unknown> = { ...event.data };
    for (const field of catalogue[event.type]?.sealedFields ?? []) {
      if (data[field] === undefined) continue;
      data[field] = secretFields.has(field) || data['secret'] === true ? hidden : ((await this.journal.unseal(event.stream, data[field] as Sealed)) ?? erased);
    }
    for (const field of Object.keys(data)) if (secretFields.has(field)) data[field] = hidden;
    const client = event.client && ((await this.journal.unseal(event.stream, event.client)) ?? erased);
    const { position, id, type, stream, revision, recordedAt, actor, action, correlationId, causationId, origin } = event;
    return { position, id, type, stream, revision, recordedAt, actor, ...(client ? { client } : {}), ...(action ? { action } : {}), correlationId, causationId, origin, data };
  }

  private matches(record: StoredRecord, { types, stream, transactionId, since, until }: TrailFilter): boolean {
    if (stream !== undefined && record.stream !== stream) return false;
    if (types?.length && !types.includes(record.type)) return false;
    if (since !== undefined && record.recordedAt < since) return false;
    if (until !== undefined && record.recordedAt > until) return false;
    if (transactionId === undefined) return true;
    return (JSON.parse(record.meta) as { correlationId?: string }).correlationId === transactionId || record.data.includes(`"${transactionId}"`);
  }
}

const pageSize = 500;
