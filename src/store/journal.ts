import { hash } from 'node:crypto';
import { EMPTY, merge, Subject, type Observable } from 'rxjs';
import type { Context } from '../commands/context.js';
import type { StreamKey, Vault } from '../commands/ports.js';
import { catalogue, upcast, type TanagerEvent } from '../events/catalogue.js';
import type { Sealed } from '../events/event.js';
import type { Projected } from '../projections/projection.js';
import { boundTo } from '../security/vault.js';
import type { AppendResult, EventStore, Expected, NewRecord, StoredRecord, StreamChange } from './port.js';

/** An event that is to be written: plain text in the sealed fields. */
export interface AnyDraft {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Its position is the store's to say: between the events of one append there may be gaps. */
export type WrittenEvent = TanagerEvent extends infer Event ? (Event extends unknown ? Omit<Event, 'position'> : never) : never;

export type Appended =
  | { readonly kind: 'appended'; readonly events: readonly WrittenEvent[] }
  | Exclude<AppendResult, { kind: 'appended' }>;

/** A store as the domain sees it: typed events in, sealed on the way; typed events out, still sealed. */
export class Journal {
  readonly #changed = new Subject<StreamChange>();
  /** Streams that this instance wrote to, or may have, as soon as it is durable and before the writer is answered; and those that others wrote to, as soon as it is known. */
  readonly changed: Observable<StreamChange>;
  readonly #written = new Subject<WrittenEvent>();
  /** Events of this instance, one by one, as soon as they are durable and before the writer is answered. One whose append ended in doubt is not among them. */
  readonly written = this.#written.asObservable();

  constructor(
    readonly store: EventStore,
    private readonly vault: Vault,
    /** Name of this instance, written into every event. */
    readonly origin: string,
    /** What others change; see OpenedStore. */
    changedByOthers: Observable<StreamChange> = EMPTY,
  ) {
    this.changed = merge(this.#changed, changedByOthers);
  }

  /** Appends all drafts or none; an unknown outcome is repeated with the same ids until it is certain. */
  async append(stream: string, expected: Expected, drafts: readonly AnyDraft[], context: Context): Promise<Appended> {
    // only for what there is to seal: a key is made once and kept for ever
    const key = context.client === undefined && drafts.every(sealsNothing) ? undefined : await this.vault.keyFor(stream);
    const sealed = drafts.map((draft, index) => this.seal(key, draft, eventId(context.commandId, stream, index), context));
    const records = sealed.map(({ record }) => record);
    const began = performance.now();
    for (let attempt = 1; ; attempt++) {
      const result = await this.store.append(stream, expected, records);
      if (result.kind === 'unknown' && attempt < unknownRepeats && performance.now() - began < longestDoubt) continue;
      if (result.kind === 'appended' || result.kind === 'unknown') this.#changed.next({ stream, revision: result.kind === 'appended' ? result.revision : Infinity });
      if (result.kind !== 'appended') return result;
      const behind = records.length - 1;
      const events = sealed.map(({ record: { id, type, version }, data, meta }, index) => ({
        ...meta, id, type, version, stream, revision: result.revision - behind + index, recordedAt: result.recordedAt, data,
      }) as unknown as WrittenEvent);
      for (const event of events) this.#written.next(event);
      return { kind: 'appended', events };
    }
  }

  /** All events of a stream from a revision on, in order. */
  async read(stream: string, from = 0): Promise<TanagerEvent[]> {
    const events: TanagerEvent[] = [];
    for (;;) {
      const records = await this.store.readStream(stream, from + events.length, pageSize);
      for (const record of records) this.heed(record);
      events.push(...records.map((record) => this.decode(record)));
      if (records.length < pageSize) return events;
    }
  }

  /** @throws Error when the event does not fit its schema, or a sealed field was moved here from another event */
  decode(record: StoredRecord): TanagerEvent {
    const data = upcast(record.type, record.version, JSON.parse(record.data) as Record<string, unknown>);
    for (const field of catalogue[record.type]?.sealedFields ?? []) {
      const value = data[field];
      if (value === undefined) continue;
      const bound = boundTo(value as Sealed);
      if (bound.eventId !== record.id || bound.field !== field) throw new Error(`sealed field ${field} of event ${record.id} belongs to another event`);
    }
    const { id, version, stream, revision, position, recordedAt, type } = record;
    return { ...(JSON.parse(record.meta) as object), id, type, version, stream, revision, position, recordedAt, data } as TanagerEvent;
  }

  /** Plain text of a sealed field, undefined once its key was destroyed. */
  async unseal(stream: string, sealed: Sealed | undefined): Promise<string | undefined> {
    return sealed === undefined ? undefined : (await this.vault.readerFor(stream)).unseal(sealed);
  }

  /** The form in which projections take an event; for rebuilding and for stores that project on their own. */
  async projected(record: StoredRecord): Promise<Projected> {
    const event = this.decode(record);
    const data = event.data as Readonly<Record<string, unknown>>;
    const plain: Record<string, unknown> = { ...data };
    const lookUps = lookedUp[event.type];
    if (lookUps) {
      const key = await this.vault.readerFor(record.stream);
      for (const field of catalogue[event.type]?.sealedFields ?? []) {
        if (data[field] !== undefined) plain[field] = key.unseal(data[field] as Sealed);
      }
    }
    return { ...event, index: this.indexOf(event.type, plain) };
  }

  /** The digests that projections look an event up by; most events have none. */
  async lookUps(record: StoredRecord): Promise<Readonly<Record<string, string>>> {
    this.heed(record);
    return lookedUp[record.type] ? (await this.projected(record)).index : {};
  }

  /** Wherever an erasure is met, by another instance perhaps, the destroyed key must not be remembered any longer: nothing may be sealed under it, or opened. */
  private heed({ type, stream }: StoredRecord): void {
    if (type === 'PersonErased') this.vault.forget(stream);
  }

  private seal(key: StreamKey | undefined, draft: AnyDraft, id: string, context: Context): { record: NewRecord; data: object; meta: object } {
    const definition = catalogue[draft.type];
    if (!definition) throw new Error(`no such event type: ${draft.type}`);
    const data: Record<string, unknown> = { ...draft.data };
    for (const field of definition.sealedFields) {
      if (data[field] !== undefined) data[field] = key!.seal(id, field, data[field] as string);
    }
    const checked = definition.schema.parse(data) as object;
    const meta = {
      actor: context.actor,
      ...(context.client === undefined ? {} : { client: key!.seal(id, 'client', context.client) }),
      ...(context.action === undefined ? {} : { action: context.action }),
      // the transaction, where the event is about one, whatever the request knew of it
      correlationId: typeof draft.data['transactionId'] === 'string' ? draft.data['transactionId'] : context.correlationId,
      causationId: context.causationId ?? context.commandId,
      origin: this.origin,
    };
    return {
      record: {
        id, type: draft.type, version: definition.version, data: JSON.stringify(checked), meta: JSON.stringify(meta),
        index: this.indexOf(draft.type, draft.data),
      },
      data: checked, meta,
    };
  }

  private indexOf(type: string, plain: Readonly<Record<string, unknown>>): Record<string, string> {
    const value = lookedUp[type]?.(plain);
    return value === undefined ? {} : { owner: ownerIndex(this.vault, value.login, value.realm) };
  }
}

const sealsNothing = ({ type, data }: AnyDraft): boolean => catalogue[type]?.sealedFields.every((field) => data[field] === undefined) === true;

/** Events whose sealed fields are looked up by, and by what. */
const lookedUp: Readonly<Record<string, (plain: Readonly<Record<string, unknown>>) => { login: string; realm: string } | undefined>> = {
  TokenAssigned: ({ login, realm }) => (typeof login === 'string' ? { login, realm: realm as string } : undefined),
};

/** Digest under which the tokens of a user are found; the login itself stands nowhere in the read models. */
export const ownerIndex = (vault: Vault, login: string, realm: string): string => vault.index(`owner\0${realm.toLowerCase()}\0${login}`);

const pageSize = 500;
const unknownRepeats = 5;
/** Milliseconds after which nothing is repeated any more: a store that has tried for so long by itself has the caller, and all behind him, wait long enough. */
const longestDoubt = 10_000;

/**
 * UUID (RFC 9562, version 8) from the command, the stream and the place in the append: the same for a repeat. It begins as the command's
 * id does, so that ids of one time lie side by side in a store's index; ids in random order cost a third of all appends.
 */
const eventId = (commandId: string, stream: string, index: number): string => {
  const digest = hash('sha256', `${commandId}\0${stream}\0${index}`);
  const time = /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(commandId) ? commandId.slice(0, 13) : `${digest.slice(0, 8)}-${digest.slice(8, 12)}`;
  return `${time}-8${digest.slice(13, 16)}-9${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
};
