import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { BehaviorSubject } from 'rxjs';
import type { Projection } from '../../projections/projection.js';
import { openReadModels } from '../../projections/readModels.js';
import { readModelsView } from '../../projections/readModelsView.js';
import { checkAppend, type Append } from '../appendable.js';
import { matches } from '../filter.js';
import { ownedAlone, type OpenedStore } from '../opened.js';
import type { AppendResult, EventStore, Filter, Page, StoredRecord } from '../port.js';
import { rebuildBeside } from '../rebuild.js';
import { Log } from './log.js';

/**
 * A store that forgets everything at its end: for tests, and for trying things out. Its read models lie in a `:memory:` database.
 *
 * @param options.now what `recordedAt` is taken from
 */
export const openMemoryStore = ({ projections = [], now = () => new Date() }: { projections?: readonly Projection[]; now?: () => Date } = {}): OpenedStore => {
  const log = new Log();
  const db = new Database(':memory:');
  const readModels = openReadModels(db, projections, 0);
  const head = new BehaviorSubject(0);
  const identity = randomUUID();
  let isOpen = true;
  /** Appends wait for it while a rebuild switches. */
  let gate: Promise<void> | undefined;
  let openGate = (): void => undefined;

  const write = (append: Append): AppendResult => {
    const decided = log.decide(append, now().toISOString());
    if (decided.kind !== 'add') return decided;
    project(append, decided.records);
    log.add(decided.records);
    head.next(log.head);
    const { revision, position, recordedAt } = decided.records.at(-1)!;
    return { kind: 'appended', revision, position, recordedAt };
  };

  const inTransaction = db.transaction((work: () => void) => work());
  const project = ({ records }: Append, stored: readonly StoredRecord[]): void => {
    const wanted = stored.flatMap((record, place) => (readModels.wants(record.type) ? [{ record, index: records[place]!.index ?? {} }] : []));
    inTransaction(() => {
      for (const event of wanted) readModels.apply(event);
      readModels.moveTo(log.head + stored.length);
    });
  };

  const reading = <T>(read: () => T): T => {
    if (!isOpen) throw new Error('the event store is closed');
    return read();
  };

  const store: EventStore = {
    async append(stream, expected, records) {
      const append = { stream, expected, records };
      checkAppend(append);
      while (gate) await gate;
      return isOpen ? write(append) : { kind: 'unavailable', reason: 'the event store is closed' };
    },
    readStream: async (stream, from, limit) => reading(() => log.stream(stream).slice(Math.max(0, from), Math.max(0, from) + limit)),
    readStreamBackwards: async (stream, limit) => reading(() => log.stream(stream).slice(-limit).reverse()),
    readAll: async (after, limit, filter = {}) => reading(() => forwards(log.records, after, limit, filter)),
    readAllBackwards: async (before, limit, filter = {}) => reading(() => backwards(log.records, before, limit, filter)),
    head: head.asObservable(),
    identity: async () => identity,
    async close() {
      isOpen = false;
      head.complete();
    },
  };

  const places = new Map<string, number>();
  return {
    store,
    checkpoints: {
      load: async (name) => places.get(name) ?? 0,
      save: async (name, position) => void places.set(name, position),
    },
    readModels: readModelsView(db),
    ...ownedAlone,
    stale: readModels.stale(),
    rebuild: (indexOf, names = readModels.stale()) =>
      rebuildBeside(store, {
        begin: async (wanted) => readModels.beginRebuild(wanted),
        page: async (events) => readModels.rebuild(events),
        finish: async (position) => readModels.finishRebuild(position),
        abandon: async () => readModels.abandonRebuild(),
        pause: async () => {
          gate = new Promise((resolve) => (openGate = resolve));
        },
        resume: () => {
          gate = undefined;
          openGate();
        },
      }, indexOf, names),
  };
};

const forwards = (records: readonly StoredRecord[], after: number, limit: number, filter: Filter): Page => {
  const found: StoredRecord[] = [];
  let next = Math.max(0, after);
  while (next < records.length && found.length < limit) {
    const record = records[next]!;
    if (matches(filter, record)) found.push(record);
    next++;
  }
  return { records: found, next };
};

const backwards = (records: readonly StoredRecord[], before: number, limit: number, filter: Filter): Page => {
  const found: StoredRecord[] = [];
  let next = Math.min(records.length + 1, before);
  while (next > 1 && found.length < limit) {
    const record = records[next - 2]!;
    if (matches(filter, record)) found.push(record);
    next--;
  }
  return { records: found, next: next <= 1 ? 0 : next };
};
