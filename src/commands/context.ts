import type { Actor } from '../events/event.js';

/** Who asks, from where: goes into the envelope of every event that the command emits. */
export interface Context {
  /** Event ids derive from it, so that a repeat of the command after an unknown outcome writes nothing twice. */
  readonly commandId: string;
  readonly actor: Actor;
  /** Network address of the client. */
  readonly client?: string;
  /** What was called: method and path. */
  readonly action?: string;
  /** The transaction id where there is one, else the id of the request. */
  readonly correlationId: string;
  /** What this follows from; the command itself when left out. */
  readonly causationId?: string;
}
