import { defer, distinctUntilChanged, exhaustMap, ReplaySubject, takeUntil, timer } from 'rxjs';
import type { KeyStore } from '../../security/keyStore.js';
import { checkAppend } from '../appendable.js';
import type { EventStore } from '../port.js';
import { openAppender } from './appender.js';
import { usualPatience, type Patience } from './ask.js';
import { beginningOf } from './beginning.js';
import { clusterKeys } from './clusterKeys.js';
import { connect } from './connection.js';
import { deleterOf, type Deleter } from './deleteStream.js';
import { openLog } from './log.js';
import { namesWith } from './names.js';
import { Sightings } from './sightings.js';

export interface DirectOptions {
  readonly connectionString: string;
  /** Begins the name of every stream. */
  readonly prefix: string;
  readonly patience?: Partial<Patience>;
  /** Milliseconds between two looks for new events, for whoever listens to `head`. */
  readonly every?: number;
}

export interface DirectStore {
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly deleteStream: Deleter;
}

/**
 * The store on a cluster for those who copy it, read it or clean it up: everything is asked of the server, nothing is kept on this machine, and
 * there are no read models. `head` is the end of the whole log, whoseever its last event is. A server older than 22.6 does not say where
 * an event lies that is read from its stream, and for an append that it knew already: the position is 0 then.
 *
 * @throws Error, for people, when the connection string cannot be read
 */
export const openDirectly = ({ connectionString, prefix, patience: given, every = 500 }: DirectOptions): DirectStore => {
  const names = namesWith(prefix);
  const patience = { ...usualPatience, ...given };
  const connection = connect(connectionString);
  const placeOf = (): undefined => undefined;
  const log = openLog({ connection, names, patience, placeOf, fromLeader: true });
  const append = openAppender({ connection, names, log, sightings: new Sightings(), placeOf, patience, now: () => new Date() });
  const closed = new ReplaySubject<void>(1);
  const store: EventStore = {
    async append(stream, expected, records) {
      const wanted = { stream, expected, records };
      checkAppend(wanted);
      return append(wanted);
    },
    readStream: log.readStream,
    readStreamBackwards: log.readStreamBackwards,
    readAll: async (after, limit, filter = {}) => log.forwards(after, limit, filter, { first: 0, head: await log.end() }),
    readAllBackwards: async (before, limit, filter = {}) => log.backwards(before, limit, filter, { first: 0, head: await log.end() }),
    head: defer(() => timer(0, every)).pipe(exhaustMap(() => log.end()), distinctUntilChanged(), takeUntil(closed)),
    identity: async () => (await beginningOf({ connection, names, patience })).identity,
    async close() {
      closed.next();
      await connection.close();
    },
  };
  return { store, keys: clusterKeys({ connection, names, patience }), deleteStream: deleterOf({ connection, names, patience }) };
};

/** The same for those who only read. */
export const openEventStoreDbReader = (options: DirectOptions): Pick<DirectStore, 'store' | 'keys'> => {
  const { store, keys } = openDirectly(options);
  const refuse = async (): Promise<never> => {
    throw new Error('the event store was opened for reading');
  };
  return {
    store: { ...store, append: async () => ({ kind: 'unavailable', reason: 'the store was opened for reading' }) },
    keys: { ...keys, put: refuse, destroy: refuse, checkValue: async (offered) => ((await keys.isEmpty()) ? offered : keys.checkValue(offered)) },
  };
};
