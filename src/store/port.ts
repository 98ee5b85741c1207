import type { Observable } from 'rxjs';

/** An event as a store keeps it: names and JSON text, no domain in it. */
export interface NewRecord {
  /** UUID, derived from the command: repeating an append repeats the ids. */
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** JSON object; sealed fields are ciphertext. */
  readonly data: string;
  /** JSON object: actor, client, correlation, causation, origin. */
  readonly meta: string;
  /** Keyed digests of sealed fields, for the look-ups of projections; handed to them, never stored with the event. */
  readonly index?: Readonly<Record<string, string>>;
  /** Of an event that was recorded in another store before: ISO 8601, UTC. Left out, it is now. */
  readonly recordedAt?: string;
}

export interface StoredRecord extends Omit<NewRecord, 'index' | 'recordedAt'> {
  readonly stream: string;
  /** 0 for the first event of a stream. */
  readonly revision: number;
  /** Grows with every event of the store; order of commit. */
  readonly position: number;
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
}

/** `none`: the stream must not exist. A number: it must be the revision of the last event. `any`: no check. */
export type Expected = 'none' | 'any' | number;

export type AppendResult =
  /** Of the last record; `recordedAt` is that of all of them, unless they brought their own. */
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number; readonly recordedAt: string }
  /** Somebody else was faster; `actual` is the last revision, -1 for no stream. Nothing was written. */
  | { readonly kind: 'conflict'; readonly actual: number }
  /** The queue is full. Nothing was written. */
  | { readonly kind: 'overloaded' }
  /** The store cannot write now: disk full, closed, its writer gone. Nothing was written. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** It may have been written: repeat with the same ids and the same expected revision. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface Filter {
  readonly types?: readonly string[];
  /** Streams whose names begin with one of these. */
  readonly streamPrefixes?: readonly string[];
}

export interface Page {
  readonly records: readonly StoredRecord[];
  /**
   * Where to go on reading: everything up to here was looked at. A page may hold fewer records than asked for, or none, and still
   * not be the last. Forwards, nothing is left (for now) when it is what `after` was; backwards, when it is 0.
   */
  readonly next: number;
}

/**
 * Where events are kept. Results are values; only bugs throw. Every adapter passes test/contract/eventStore.ts.
 * Positions begin at 1; position 0 is before the first event.
 */
export interface EventStore {
  /**
   * Appends all records or none. Durable when it answers `appended`. A repeat with the same ids answers as the first did, whatever
   * happened to the stream since.
   * Rejects for bugs only: ids that are known from elsewhere, names or sizes beyond store/appendable.ts, a projection that throws
   * (nothing is written then: what cannot be projected is not recorded).
   */
  append(stream: string, expected: Expected, records: readonly NewRecord[]): Promise<AppendResult>;
  /** Records of one stream with revision >= `from`, in order; empty for a stream that does not exist. */
  readStream(stream: string, from: number, limit: number): Promise<readonly StoredRecord[]>;
  /** The last records of one stream, newest first. */
  readStreamBackwards(stream: string, limit: number): Promise<readonly StoredRecord[]>;
  /** Records of all streams with position > `after`, in order. */
  readAll(after: number, limit: number, filter?: Filter): Promise<Page>;
  /** Records of all streams with position < `before`, newest first. */
  readAllBackwards(before: number, limit: number, filter?: Filter): Promise<Page>;
  /** Position of the last event; 0 for an empty store. Emits at once and after every commit, before the append answers; completes at `close`. */
  readonly head: Observable<number>;
  /** Random id of this log; what was remembered about another log must not be used with it. */
  identity(): Promise<string>;
  /** Waits for what was accepted, then lets go of everything. Appends answer `unavailable` from then on; reads are bugs. */
  close(): Promise<void>;
}

/** A stream that was written to, by whomever. */
export interface StreamChange {
  readonly stream: string;
  /** Of the last event that is known of. */
  readonly revision: number;
}

/** Durable places of reactors and asynchronous projections. */
export interface Checkpoints {
  /** 0 when nothing was saved. */
  load(name: string): Promise<number>;
  /** Resolves when it is taken down, not when it is durable: a crash within the next second may lose it, so what follows must bear repeating. */
  save(name: string, position: number): Promise<void>;
}
