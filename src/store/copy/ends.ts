import type { KeyStore } from '../../security/keyStore.js';
import type { EventStore, StoredRecord } from '../port.js';

/** One side of a copy: a log, and the data keys that its sealed fields hang on. */
export interface Log {
  readonly store: Pick<EventStore, 'readAll' | 'readStream' | 'head'>;
  readonly keys: Pick<KeyStore, 'get'>;
}

/** The side that is written to. */
export interface Target extends Log {
  readonly store: Pick<EventStore, 'append' | 'readAll' | 'readStream' | 'head'>;
  readonly keys: KeyStore;
  /** Appends that may be made at once, because the store takes them in the order of the calls and all or none of them; one where it promises less. */
  readonly atOnce: { readonly appends: number; readonly bytes: number };
  /** Digests that the target's read models look an event up by. */
  readonly indexOf: (record: StoredRecord) => Promise<Readonly<Record<string, string>>>;
}

/** What a copy is doing, for whoever waits for it. */
export interface Progress {
  readonly phase: 'comparing' | 'copying' | 'verifying' | 'looking';
  /** In this phase. */
  readonly events: number;
  /** How much of the source's log is behind, from 0 to 1. */
  readonly share: number;
}

/** A copy that cannot go on, in words for the operator. */
export class CopyStopped extends Error {}
