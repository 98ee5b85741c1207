import { BehaviorSubject } from 'rxjs';
import { readModelsView } from '../../projections/readModelsView.js';
import { checkAppend } from '../appendable.js';
import { ownedAlone, type OpenedStore } from '../opened.js';
import type { Checkpoints, EventStore } from '../port.js';
import { rebuildBeside } from '../rebuild.js';
import { openForReading } from './database.js';
import { defaultLimits, Flights, type Limits } from './flights.js';
import { startWriter, type Link } from './link.js';
import { openReader } from './reader.js';

export interface SqliteStoreOptions {
  /** Data folder; made with mode 0700 when it is missing. The events lie in `events.db`. */
  readonly folder: string;
  /** The built writer thread, src/writer.ts; it knows the projections. */
  readonly writer: URL;
  /** What `recordedAt` is taken from. */
  readonly now?: () => Date;
  /** Called once if the writer thread dies: the store can be read from then on, not written. The process had better start anew. */
  readonly onFault?: (reason: string) => void;
  readonly limits?: Partial<Limits>;
  /** Pages of 4 KiB that the file may have; what does not fit is answered `unavailable`. No limit when left out. */
  readonly maxPages?: number;
}

/**
 * Opens the embedded store: one SQLite file, one writer thread with group commit, reads in this thread.
 *
 * @throws Error, for people, when the folder is in use by another process, lies on a network file system or holds a foreign file,
 *   or when SQLite is too old or does not promise durability
 */
export const openSqliteStore = async ({ folder, writer, now = () => new Date(), onFault = () => undefined, limits, maxPages }: SqliteStoreOptions): Promise<OpenedStore> => {
  let grounded = (reason: string): void => void reason;
  const link = await startWriter(writer, { folder, ...(maxPages === undefined ? {} : { maxPages }) }, (reason) => {
    grounded(reason);
    onFault(reason);
  });
  const { identity, head: lastPosition, stale } = link.opened;
  /** Projections that have not been rebuilt yet. */
  const waiting = new Set(stale);
  const db = await openBeside(link, folder);
  const savedPlace = db.prepare<[string], number>('SELECT position FROM checkpoints WHERE name = ?').pluck();
  const head = new BehaviorSubject(lastPosition);
  const reader = openReader(db, () => {
    if (!db.open) throw new Error('the event store is closed');
    return head.value;
  });
  const landed = (position: number): void => {
    if (position > head.value) head.next(position);
  };
  const flights = new Flights((flight) => link.request('flight', flight), landed, now, { ...defaultLimits, ...limits });
  grounded = (reason) => flights.ground(reason);

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await flights.drain('the event store is closed');
    head.complete();
    db.close();
    await lettingGo(link);
  };

  const store: EventStore = {
    async append(stream, expected, records) {
      const append = { stream, expected, records };
      checkAppend(append);
      return flights.append(append);
    },
    readStream: async (stream, from, limit) => reader.readStream(stream, from, limit),
    readStreamBackwards: async (stream, limit) => reader.readStreamBackwards(stream, limit),
    readAll: async (after, limit, filter) => reader.readAll(after, limit, filter),
    readAllBackwards: async (before, limit, filter) => reader.readAllBackwards(before, limit, filter),
    head: head.asObservable(),
    identity: async () => identity,
    close: () => (closed ??= close()),
  };

  const checkpoints: Checkpoints = {
    load: async (name) => flights.place(name) ?? savedPlace.get(name) ?? 0,
    save: async (name, position) => flights.savePlace(name, position),
  };

  return {
    store,
    checkpoints,
    readModels: readModelsView(db),
    ...ownedAlone,
    stale,
    rebuild: async (indexOf, names = [...waiting]) => {
      const shown = await rebuildBeside(store, {
        begin: (wanted) => link.request('beginRebuild', wanted),
        page: (events) => link.request('rebuild', events),
        finish: (position) => link.request('finishRebuild', position),
        abandon: () => link.request('abandonRebuild', undefined),
        pause: () => flights.pause(),
        resume: () => flights.resume(),
      }, indexOf, names);
      for (const name of names) waiting.delete(name);
      return shown;
    },
  };
};

/** A writer whose reader cannot be opened must not stay behind. */
const openBeside = async (link: Link, folder: string): Promise<ReturnType<typeof openForReading>> => {
  try {
    return openForReading(folder);
  } catch (error) {
    await lettingGo(link);
    throw error;
  }
};

/** A writer that is already gone has let go of everything. */
const lettingGo = async (link: Link): Promise<void> => {
  await link.request('close', undefined).catch(() => undefined);
  await link.ended;
};
