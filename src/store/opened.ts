import type { ReadOnlySql } from '../projections/readModelsView.js';
import { EMPTY, type Observable } from 'rxjs';
import type { Checkpoints, EventStore, StoredRecord, StreamChange } from './port.js';

/** An event store with the read models that it keeps up to date: what every adapter opens to. */
export interface OpenedStore {
  readonly store: EventStore;
  readonly checkpoints: Checkpoints;
  /** As new as the last append that was answered. */
  readonly readModels: ReadOnlySql;
  /** Whether no other instance can write to the store. */
  readonly alone: boolean;
  /** Streams that anybody wrote to, as soon as the read models have it. Says nothing where the store is this instance's alone: it knows what it writes. */
  readonly changed: Observable<StreamChange>;
  /** Whether what this instance had remembered of the log, if anything, could not be used: it is new here, or the log was restored or is another one. */
  readonly isMadeAnew: boolean;
  /**
   * Begins to bring events, of this and of other instances, to the read models; resolves when they have seen all that there is. To be called
   * once, before anything is appended. Does nothing where the store is this instance's alone: it brings them along with each append.
   *
   * @param indexOf is shown every event before it is brought
   */
  follow(indexOf: IndexOf): Promise<void>;
  /** Resolves when the read models have seen everything that was in the store when it was asked. @throws StoreSilent when that cannot be said */
  caughtUp(): Promise<void>;
  /** Why what the read models say may be old, for operators; undefined when it is not. */
  problem(): string | undefined;
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

/** What a store answers that only this instance writes to: its read models are brought along with each append, and there is nobody else to hear of. */
export const ownedAlone: Pick<OpenedStore, 'alone' | 'isMadeAnew' | 'changed' | 'follow' | 'caughtUp' | 'problem'> = {
  alone: true,
  isMadeAnew: false,
  changed: EMPTY,
  follow: async () => undefined,
  caughtUp: async () => undefined,
  problem: () => undefined,
};
