import type { Projection } from '../../projections/projection.js';
import { readModelsView } from '../../projections/readModelsView.js';
import type { KeyStore } from '../../security/keyStore.js';
import { StoreSilent } from '../../commands/storeSilent.js';
import { checkAppend, sizeOf } from '../appendable.js';
import type { OpenedStore } from '../opened.js';
import type { EventStore } from '../port.js';
import { rebuildBeside } from '../rebuild.js';
import { openAppender } from './appender.js';
import { usualPatience, within, type Patience } from './ask.js';
import { clusterKeys } from './clusterKeys.js';
import { connect } from './connection.js';
import { Feed } from './feed.js';
import { inWords } from './faults.js';
import { beginningOf, type Beginning } from './beginning.js';
import { Lanes } from './lanes.js';
import { forgetLocalFile, openLocalFile, type LocalFile } from './localFile.js';
import { openLog } from './log.js';
import { namesWith } from './names.js';
import type { RecentLimits } from './recent.js';
import { isSameLog } from './sameLog.js';

export interface EventStoreDbOptions {
  /** `esdb://…` or `esdb+discover://…`; docs/scaling.md. */
  readonly connectionString: string;
  /** Begins the name of every stream. */
  readonly prefix: string;
  /** Where the local file lies; one folder for one instance. */
  readonly folder: string;
  readonly projections: readonly Projection[];
  /** What `recordedAt` is taken from. */
  readonly now?: () => Date;
  /** Called once when nothing can be followed any more: the process had better start anew. */
  readonly onFault?: (reason: string) => void;
  readonly warn?: (problem: string, detail: object) => void;
  readonly patience?: Partial<Patience>;
  /** Milliseconds that an answer waits for this instance to see what it wrote. */
  readonly seenWithin?: number;
  /** Milliseconds between two looks at a subscription that says nothing. */
  readonly watchEvery?: number;
  readonly limits?: Partial<typeof usualLimits>;
  /** How many of the newest events are kept in memory. */
  readonly recent?: RecentLimits;
}

/** Appends that are under way at once, and that may wait. */
const usualLimits = { atOnce: 64, waiting: 10_000, waitingBytes: 67_108_864 };

const usualRecent: RecentLimits = { records: 20_000, bytes: 33_554_432 };

export interface ClusterStore extends OpenedStore {
  /** Data keys on the same cluster. */
  readonly keys: KeyStore;
}

/**
 * Opens the store on an EventStoreDB / KurrentDB cluster, which several instances of the service share. Events are on the cluster; read models
 * lie in a file of this instance, which one subscription keeps up to date. An append is answered when this instance has seen it.
 *
 * @throws Error, for people, when the connection string cannot be read, the cluster does not answer or lets nobody in, or another process
 *   has the folder
 */
export const openEventStoreDb = async (options: EventStoreDbOptions): Promise<ClusterStore> => {
  const { folder, projections, now = () => new Date(), onFault = () => undefined, warn = () => undefined, seenWithin = 2_000, watchEvery = 2_000 } = options;
  const names = namesWith(options.prefix);
  const patience = { ...usualPatience, ...options.patience };
  // what follows the log may have another node than what writes, and its troubles are not those of the writers
  const connection = connect(options.connectionString);
  const following = connect(options.connectionString);
  let file: LocalFile | undefined;
  try {
    const beginning = await beginningOf({ connection, names, patience });
    const { identity } = beginning;
    file = openLocalFile(folder, projections);
    const log = openLog({ connection, names, patience, placeOf: (id) => file?.placeOf(id) });
    if (file.identity !== undefined && (file.identity !== identity || !(await isSameLog(log, file.place())))) {
      warn('the local file followed another log, or one from before it was restored: it is made anew', { folder });
      file.close();
      forgetLocalFile(folder);
      file = openLocalFile(folder, projections);
    }
    file.follow(identity);
    return put(file, beginning);
  } catch (error) {
    file?.close();
    await Promise.all([connection.close(), following.close()]);
    throw new Error(`the event store cannot be opened: ${inWords(error)}`, { cause: error });
  }

  function put(local: LocalFile, { identity, place: begins }: Beginning): ClusterStore {
    const placeOf = local.placeOf;
    const log = openLog({ connection, names, patience, placeOf });
    const feed = new Feed({ begins, connection: following, names, log, file: local, onFault, warn, watchEvery, recent: options.recent ?? usualRecent });
    const append = openAppender({ connection, names, log, sightings: feed.sightings, placeOf, patience, seenWithin, now });
    const lanes = new Lanes({ ...usualLimits, ...options.limits });
    let closed: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await lanes.idle();
      await feed.close();
      await Promise.allSettled(reads);
      await Promise.all([connection.close(), following.close()]);
      local.close();
    };
    const reads = new Set<Promise<unknown>>();
    const reading = <T>(read: () => Promise<T>): Promise<T> => {
      if (closed) return Promise.reject(new Error('the event store is closed'));
      const answer = read();
      const done = (): void => void reads.delete(answer);
      reads.add(answer);
      answer.then(done, done);
      return answer;
    };

    const store: EventStore = {
      async append(stream, expected, records) {
        const wanted = { stream, expected, records };
        checkAppend(wanted);
        names.onServer(stream);
        if (closed) return { kind: 'unavailable', reason: 'the event store is closed' };
        return (await lanes.take(sizeOf(wanted), () => append(wanted))) ?? { kind: 'overloaded' };
      },
      readStream: (stream, from, limit) => reading(() => log.readStream(stream, from, limit)),
      readStreamBackwards: (stream, limit) => reading(() => log.readStreamBackwards(stream, limit)),
      readAll: (after, limit, filter = {}) => reading(async () => feed.recent.forwards(after, limit, filter) ?? log.forwards(after, limit, filter, local.place())),
      readAllBackwards: (before, limit, filter = {}) => reading(async () => feed.recent.backwards(before, limit, filter) ?? log.backwards(before, limit, filter, local.place())),
      head: feed.head,
      identity: async () => identity,
      close: () => (closed ??= close()),
    };

    /** Those who ask at the same time share the answer to the next question. */
    let asking: Promise<void> | undefined;
    let next: Promise<void> | undefined;
    const ask = (): Promise<void> => {
      asking = within(patience.oneTry, feed.caughtUp()).catch((error: unknown) => {
        throw new StoreSilent(`it is not known whether the read models are up to date: ${inWords(error)}`, { cause: error });
      }).finally(() => (asking = undefined));
      return asking;
    };

    return {
      store, keys: clusterKeys({ connection, names, patience }), checkpoints: local.checkpoints, readModels: readModelsView(local.db), stale: local.readModels.stale(),
      alone: false, isMadeAnew: local.identity === undefined, changed: feed.changed,
      async follow(indexOf) {
        feed.start(indexOf);
        await feed.caughtUp();
      },
      caughtUp() {
        if (!asking) return ask();
        const then = (): Promise<void> => { next = undefined; return ask(); };
        return next ??= asking.then(then, then);
      },
      problem: () => feed.problem,
      rebuild: (indexOf, wanted = local.readModels.stale()) => rebuildBeside(store, {
        begin: async (which) => local.readModels.beginRebuild(which),
        page: async (events) => local.readModels.rebuild(events),
        finish: async (position) => local.readModels.finishRebuild(position),
        abandon: async () => local.readModels.abandonRebuild(),
        pause: () => feed.pause(),
        resume: () => feed.resume(),
      }, indexOf, wanted),
    };
  }
};
