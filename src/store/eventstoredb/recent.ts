import { matches } from '../filter.js';
import type { Filter, Page, StoredRecord } from '../port.js';

export interface RecentLimits {
  readonly records: number;
  readonly bytes: number;
}

/** The newest events, in memory: whoever follows the log reads them from here and not from the server. */
export class Recent {
  #records: StoredRecord[] = [];
  #bytes = 0;
  /** Everything after it is here. */
  #after: number;

  /** @param after position of the last event before those that will be added */
  constructor(after: number, private readonly most: RecentLimits) {
    this.#after = after;
  }

  add(records: readonly StoredRecord[]): void {
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += sizeOf(record);
    }
    if (this.#records.length <= this.most.records && this.#bytes <= this.most.bytes) return;
    // down to three quarters: an array that loses its first element with every event is copied with every event
    let gone = 0;
    while (gone < this.#records.length && (this.#records.length - gone > 0.75 * this.most.records || this.#bytes > 0.75 * this.most.bytes)) this.#bytes -= sizeOf(this.#records[gone++]!);
    this.#after = this.#records[gone - 1]!.position;
    this.#records = this.#records.slice(gone);
  }

  /** @returns undefined when what is asked for begins before what is here */
  forwards(after: number, limit: number, filter: Filter): Page | undefined {
    if (after < this.#after) return undefined;
    const found: StoredRecord[] = [];
    let next = after;
    for (let index = this.#firstAfter(after); index < this.#records.length && found.length < limit; index++) {
      const record = this.#records[index]!;
      if (matches(filter, record)) found.push(record);
      next = record.position;
    }
    return { records: found, next };
  }

  /** @returns undefined when what is asked for lies before what is here */
  backwards(before: number, limit: number, filter: Filter): Page | undefined {
    const oldest = this.#records[0]?.position;
    if (this.#after > 0 && (oldest === undefined || before <= oldest)) return undefined;
    const found: StoredRecord[] = [];
    for (let index = this.#firstAfter(before - 1) - 1; index >= 0; index--) {
      const record = this.#records[index]!;
      if (matches(filter, record)) found.push(record);
      if (found.length === limit) return { records: found, next: record.position };
    }
    return { records: found, next: this.#after > 0 ? oldest! : 0 };
  }

  #firstAfter(position: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#records[middle]!.position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const sizeOf = ({ data, meta }: StoredRecord): number => data.length + meta.length + 400;
