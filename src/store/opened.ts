import type { ReadOnlySql } from '../projections/readModelsView.js';
import type { Checkpoints, EventStore, StoredRecord } from './port.js';

/** An event store with the read models that it keeps up to date in the same transaction: what every local adapter opens to. */
export interface OpenedStore {
  readonly store: EventStore;
  readonly checkpoints: Checkpoints;
  /** As new as the last append that was answered. */
  readonly readModels: ReadOnlySql;
  /** Projections whose tables must be rebuilt before anybody reads them: new ones, new versions, and such as were left behind. */
  readonly stale: readonly string[];
  /**
   * Fills new tables from the log and puts them in the place of the old, page by page, so that memory stays flat. Appends go on
   * meanwhile; they wait for the last page and the switch only. When it fails the old tables stay.
   *
   * @param indexOf digests that an event is looked up by; they are not stored, and only the caller can unseal what they are made of
   * @param names projections to rebuild; all stale ones when left out
   * @returns how many events were shown to projections
   * @throws ProjectionFailed when a projection cannot take an event
   */
  rebuild(indexOf: IndexOf, names?: readonly string[]): Promise<number>;
}

export type IndexOf = (record: StoredRecord) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
