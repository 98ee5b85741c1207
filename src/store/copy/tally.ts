import { createHash } from 'node:crypto';
import type { StoredRecord } from '../port.js';
import type { KeyCount } from './keys.js';

/** What was found to be the same in both logs, counted and digested. */
export class Tally {
  events = 0;
  /** Events that are in one log alone, because their streams have expired in the source. */
  expired = 0;
  keys = 0;
  destroyedKeys = 0;
  readonly #source = createHash('sha256');
  readonly #target = createHash('sha256');

  same(inSource: string, inTarget: string): void {
    this.#source.update(inSource);
    this.#target.update(inTarget);
    this.events++;
  }

  add({ keys, destroyed }: KeyCount): void {
    this.keys += keys;
    this.destroyedKeys += destroyed;
  }

  /** SHA-256 of the canonical forms of all events that were compared, in order; hex. Can be asked once. */
  digests(): { readonly source: string; readonly target: string } {
    return { source: this.#source.digest('hex'), target: this.#target.digest('hex') };
  }
}

/** Everything of an event but its position, which is each store's own: a JSON array, and a line feed. */
export const canonical = ({ stream, revision, id, type, version, data, meta, recordedAt }: StoredRecord): string =>
  `${JSON.stringify([stream, revision, id, type, version, data, meta, recordedAt])}\n`;
