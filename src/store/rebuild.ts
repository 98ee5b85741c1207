import type { Indexed } from '../projections/projected.js';
import type { IndexOf } from './opened.js';
import type { EventStore } from './port.js';

/** What a rebuild asks of the side that writes; see projections/readModels.ts. */
export interface RebuildSteps {
  /** @returns the event types that are wanted */
  begin(names: readonly string[]): Promise<readonly string[]>;
  page(events: readonly Indexed[]): Promise<void>;
  finish(head: number): Promise<void>;
  abandon(): Promise<void>;
  /** Lets no append through until `resume`; resolves when none is under way. */
  pause(): Promise<void>;
  resume(): void;
}

/** Reads the log and shows it to the new tables; two pages are under way at a time, one being read and one being applied. */
export const rebuildBeside = async (store: Pick<EventStore, 'readAll'>, steps: RebuildSteps, indexOf: IndexOf, names: readonly string[]): Promise<number> => {
  if (names.length === 0) return 0;
  const types = await steps.begin(names);
  let position = 0;
  let shown = 0;
  /** @param near how many events may be left when it stops; whoever writes on would keep it from ever reaching the very end */
  const catchUp = async (near: number): Promise<void> => {
    let applied = Promise.resolve();
    for (let looked = Infinity; looked > near; ) {
      const page = await store.readAll(position, pageSize, { types });
      const events = await Promise.all(page.records.map(async (record): Promise<Indexed> => ({ record, index: await indexOf(record) })));
      await applied;
      applied = steps.page(events);
      // a page that fails is reported where it is awaited, at the next round
      applied.catch(() => undefined);
      looked = page.next - position;
      position = page.next;
      shown += events.length;
    }
    await applied;
  };
  try {
    await catchUp(pageSize);
    await steps.pause();
    try {
      await catchUp(0);
      await steps.finish(position);
    } finally {
      steps.resume();
    }
  } catch (error) {
    // should that fail too, the next rebuild clears up
    await steps.abandon().catch(() => undefined);
    throw error;
  }
  return shown;
};

const pageSize = 1000;
