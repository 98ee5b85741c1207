import type { EventStore, Filter, StoredRecord } from '../port.js';

/** A log in pages, the next of which is read while the last is being looked at. @param until position of the last event that is wanted */
export async function* pagesOf(store: Pick<EventStore, 'readAll'>, after: number, until = Infinity, filter?: Filter): AsyncGenerator<readonly StoredRecord[], void> {
  const read = (place: number): ReturnType<EventStore['readAll']> => {
    const page = store.readAll(place, pageSize, filter);
    // reported where it is awaited, if anybody gets there
    page.catch(() => undefined);
    return page;
  };
  let place = after;
  let coming = read(place);
  for (;;) {
    const { records, next } = await coming;
    const goesOn = next !== place && next < until;
    if (goesOn) coming = read(next);
    const wanted = next > until ? records.filter(({ position }) => position <= until) : records;
    if (wanted.length > 0) yield wanted;
    if (!goesOn) return;
    place = next;
  }
}

/** A log event by event. */
export class Reading {
  #page: readonly StoredRecord[] = [];
  #at = 0;

  constructor(private readonly pages: AsyncGenerator<readonly StoredRecord[], void>) {}

  /** The event that comes next; undefined at the end. */
  async peek(): Promise<StoredRecord | undefined> {
    if (this.#at === this.#page.length) {
      const { done, value } = await this.pages.next();
      if (done) return undefined;
      this.#page = value;
      this.#at = 0;
    }
    return this.#page[this.#at];
  }

  skip(): void {
    this.#at++;
  }
}

/** Fewer than one commit of the embedded store takes, and than one read of a cluster gives. */
const pageSize = 450;
