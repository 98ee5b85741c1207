import type { StoredRecord } from '../port.js';

/** Who waits for which event to be taken in, and for which place in the log to be reached. */
export class Sightings {
  readonly #byId = new Map<string, Set<(record: StoredRecord) => void>>();
  #byPlace: { readonly place: number; readonly reached: () => void }[] = [];

  /** To be called before the event is written, and forgotten when nobody waits any more. */
  expect(id: string): { readonly seen: Promise<StoredRecord>; forget(): void } {
    let tell: (record: StoredRecord) => void = () => undefined;
    const seen = new Promise<StoredRecord>((resolve) => (tell = resolve));
    const waiting = this.#byId.get(id) ?? new Set();
    this.#byId.set(id, waiting.add(tell));
    return {
      seen,
      forget: () => {
        waiting.delete(tell);
        if (waiting.size === 0 && this.#byId.get(id) === waiting) this.#byId.delete(id);
      },
    };
  }

  /** @param now the place that has been reached already */
  reached(place: number, now: number): Promise<void> {
    return place <= now ? Promise.resolve() : new Promise((reached) => this.#byPlace.push({ place, reached }));
  }

  tell(records: readonly StoredRecord[]): void {
    for (const record of records) for (const tell of this.#byId.get(record.id) ?? []) tell(record);
    const now = records.at(-1)!.position;
    if (this.#byPlace.length === 0) return;
    for (const { reached } of this.#byPlace.filter(({ place }) => place <= now)) reached();
    this.#byPlace = this.#byPlace.filter(({ place }) => place > now);
  }

  /** Nothing will be seen any more: nobody is kept waiting for a place. */
  close(): void {
    for (const { reached } of this.#byPlace.splice(0)) reached();
  }
}
