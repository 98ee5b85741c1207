import type { Indexed } from '../../projections/projected.js';
import type { Append } from '../appendable.js';
import type { AppendResult } from '../port.js';

/** What the store in the main thread and the writer thread say to each other. Every request gets one reply, in order. */
export interface Requests {
  flight: { request: Flight; reply: Landing };
  beginRebuild: { request: readonly string[]; reply: readonly string[] };
  rebuild: { request: readonly Indexed[]; reply: undefined };
  finishRebuild: { request: number; reply: undefined };
  abandonRebuild: { request: undefined; reply: undefined };
  close: { request: undefined; reply: undefined };
}
export type RequestKind = keyof Requests;

/** Appends that share one commit, and the reactors' places that ride along. */
export interface Flight {
  readonly recordedAt: string;
  readonly appends: readonly Append[];
  readonly checkpoints: readonly (readonly [name: string, position: number])[];
}

export interface Landing {
  /** In the order of the appends. */
  readonly answers: readonly Answer[];
  /** Position of the last event now. */
  readonly head: number;
}

/** What an append is told; `bug` becomes a rejection. */
export type Answer = Exclude<AppendResult, { kind: 'overloaded' }> | { readonly kind: 'bug'; readonly message: string };

export interface WriterSettings {
  readonly folder: string;
  /** Pages of 4 KiB that the file may have; what does not fit is answered `unavailable`. */
  readonly maxPages?: number;
}

export type FromWriter =
  | { readonly kind: 'ready'; readonly identity: string; readonly head: number; readonly stale: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'reply'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly message: string };

export interface ToWriter {
  readonly kind: RequestKind;
  readonly request: unknown;
}
