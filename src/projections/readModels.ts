import type { Database } from 'better-sqlite3';
import { openCatalogue } from './tableCatalogue.js';
import { createTables, dropTables, physicalName, preparedSql, tablesOf } from './generation.js';
import { projectedFrom, type Indexed } from './projected.js';
import type { Projection, Sql } from './projection.js';

/** A projection could not take an event. A bug: the event is not recorded, the tables stay as they were. */
export class ProjectionFailed extends Error {
  constructor(projection: string, { record }: Indexed, cause: unknown) {
    super(`projection ${projection} cannot take ${record.type} (${record.stream}, revision ${record.revision}): ${messageOf(cause)}`, { cause });
  }
}

/**
 * The side of the read models that writes: the tables of all projections in one database, and a catalogue that says in which
 * generation, made by which version, as of which position they stand.
 */
export interface ReadModels {
  /** Whether any projection wants events of this type. */
  wants(type: string): boolean;
  /** Shows an event to all projections that want it. Inside the caller's transaction. @throws ProjectionFailed */
  apply(event: Indexed): void;
  /** Notes that the current tables have seen everything up to a position. Inside the caller's transaction. */
  moveTo(position: number): void;
  /** Names of the projections whose tables did not say what the log said when it was opened: another version, missing, or left behind. They are not fed. */
  stale(): string[];
  /** Makes empty tables beside the old. Starts over when it is called again. @returns the event types that are wanted */
  beginRebuild(names: readonly string[]): string[];
  /** Fills the new tables, in order and in one transaction. @throws ProjectionFailed */
  rebuild(events: readonly Indexed[]): void;
  /** Puts the new tables, which have seen everything up to `head`, in the place of the old, and drops those. */
  finishRebuild(head: number): void;
  /** Drops the unfinished tables; the old ones stay. */
  abandonRebuild(): void;
}

/** @param head position of the last event of the log beside which the tables stand */
export const openReadModels = (db: Database, projections: readonly Projection[], head: number): ReadModels => {
  refuseDoubleNames(projections);
  const catalogue = openCatalogue(db);
  inTransaction(db, () => {
    catalogue.dropOrphans(projections);
    for (const projection of projections) {
      const row = catalogue.find(projection.name);
      if (row && catalogue.isComplete(row)) continue;
      const generation = (row?.generation ?? 0) + 1;
      if (row) dropTables(db, row.tables, row.generation);
      createTables(db, projection, generation);
      catalogue.enter(projection, generation, 0);
    }
  });

  let current: readonly Built[] = [];
  let feeds: Feeds = new Map();
  let moveCurrent: (position: number) => void = () => undefined;
  /** What is fed is decided when tables come into being; from then on they follow every event. */
  const follow = (position: number): void => {
    current = projections.flatMap((projection) => {
      const row = catalogue.find(projection.name);
      return row?.version === projection.version && row.position === position ? [{ projection, generation: row.generation }] : [];
    });
    feeds = feedsOf(db, current);
    moveCurrent = catalogue.mover(current.map(({ projection }) => projection.name));
  };
  follow(head);

  let building: readonly Built[] = [];
  let buildingFeeds: Feeds = new Map();
  const dropUnfinished = (): void => {
    for (const { projection, generation } of building) dropTables(db, tablesOf(projection), generation);
    building = [];
    buildingFeeds = new Map();
  };

  return {
    wants: (type) => feeds.has(type),
    apply: (event) => feed(feeds, event),
    moveTo: (position) => moveCurrent(position),
    stale: () => projections.filter((projection) => !current.some((built) => built.projection === projection)).map(({ name }) => name),
    beginRebuild(names) {
      inTransaction(db, () => {
        dropUnfinished();
        building = projections
          .filter(({ name }) => names.includes(name))
          .map((projection) => ({ projection, generation: (catalogue.find(projection.name)?.generation ?? 0) + 1 }));
        for (const { projection, generation } of building) createTables(db, projection, generation);
      });
      buildingFeeds = feedsOf(db, building);
      return [...buildingFeeds.keys()];
    },
    rebuild(events) {
      inTransaction(db, () => {
        for (const event of events) feed(buildingFeeds, event);
      });
    },
    finishRebuild(position) {
      inTransaction(db, () => {
        for (const { projection, generation } of building) {
          const old = catalogue.find(projection.name);
          if (old) dropTables(db, old.tables, old.generation);
          catalogue.enter(projection, generation, position);
        }
      });
      building = [];
      buildingFeeds = new Map();
      follow(position);
    },
    abandonRebuild: () => inTransaction(db, dropUnfinished),
  };
};

interface Built {
  readonly projection: Projection;
  readonly generation: number;
}

/** Who wants events of a type, and the tables that it fills. */
type Feeds = ReadonlyMap<string, readonly { readonly projection: Projection; readonly sql: Sql }[]>;

const feedsOf = (db: Database, built: readonly Built[]): Feeds => {
  const feeds = new Map<string, { projection: Projection; sql: Sql }[]>();
  for (const { projection, generation } of built) {
    const sql = preparedSql(db, (name) => physicalName(name, generation));
    for (const type of projection.types) feeds.set(type, [...(feeds.get(type) ?? []), { projection, sql }]);
  }
  return feeds;
};

const feed = (feeds: Feeds, event: Indexed): void => {
  const fed = feeds.get(event.record.type);
  if (!fed) return;
  const projected = projectedFrom(event);
  for (const { projection, sql } of fed) {
    try {
      projection.apply(projected, sql);
    } catch (error) {
      throw isStorageFault(error) ? error : new ProjectionFailed(projection.name, event, error);
    }
  }
};

const inTransaction = (db: Database, work: () => void): void => db.transaction(work).immediate();

/** Faults of the disk or the file, as opposed to mistakes of a statement. */
export const isStorageFault = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^SQLITE_(FULL|IOERR|NOMEM|CORRUPT|BUSY|LOCKED|READONLY|CANTOPEN|NOTADB|PROTOCOL|INTERRUPT)/.test(code);
};

const refuseDoubleNames = (projections: readonly Projection[]): void => {
  const seen = new Set<string>();
  for (const name of projections.flatMap((projection) => [`projection ${projection.name}`, ...tablesOf(projection).map((table) => `table ${table}`)])) {
    if (seen.has(name)) throw new Error(`${name} is defined twice`);
    seen.add(name);
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
