import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Projection } from '../../projections/projection.js';
import { openReadModels } from '../../projections/readModels.js';
import { openForWriting, prepareFolder } from './database.js';
import { flightWriter } from './flight.js';
import { lockFolder } from './folderLock.js';
import type { FromWriter, RequestKind, Requests, ToWriter, WriterSettings } from './messages.js';
import { walKeeper } from './wal.js';
import { appendWriter } from './writeAppend.js';

/** Body of the writer thread: holds the folder, answers the requests of the main thread one after the other. */
export const runWriter = (projections: readonly Projection[]): void => {
  if (!parentPort) throw new Error('the writer runs in a thread of its own');
  const port = parentPort;
  const say = (message: FromWriter): void => port.postMessage(message);
  try {
    serve(port, say, projections, workerData as WriterSettings);
  } catch (error) {
    say({ kind: 'refused', message: messageOf(error) });
    port.close();
  }
};

type Handlers = { readonly [K in RequestKind]: (request: Requests[K]['request']) => Requests[K]['reply'] };

const serve = (port: MessagePort, say: (message: FromWriter) => void, projections: readonly Projection[], { folder, ...settings }: WriterSettings): void => {
  prepareFolder(folder);
  const unlock = lockFolder(folder);
  const db = orElse(unlock, () => openForWriting(folder, settings));
  const head = db.prepare<[], number>('SELECT max(position) FROM events').pluck().get() ?? 0;
  const identity = db.prepare<[], string>('SELECT identity FROM log').pluck().get()!;
  const readModels = openReadModels(db, projections, head);
  const wal = walKeeper(db);

  const handlers: Handlers = {
    flight: flightWriter(db, readModels, appendWriter(db, readModels)),
    beginRebuild: (names) => readModels.beginRebuild(names),
    rebuild: (events) => void readModels.rebuild(events),
    finishRebuild: (position) => void readModels.finishRebuild(position),
    abandonRebuild: () => void readModels.abandonRebuild(),
    close: () => {
      wal.close();
      db.close();
      unlock();
      return undefined;
    },
  };

  port.on('message', ({ kind, request }: ToWriter) => {
    try {
      say({ kind: 'reply', value: (handlers[kind] as (request: unknown) => unknown)(request) });
    } catch (error) {
      say({ kind: 'failed', message: messageOf(error) });
    }
    if (kind === 'close') port.close();
    else wal.landed();
  });
  say({ kind: 'ready', identity, head, stale: readModels.stale() });
};

const orElse = <T>(cleanUp: () => void, open: () => T): T => {
  try {
    return open();
  } catch (error) {
    cleanUp();
    throw error;
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
