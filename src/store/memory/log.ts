import type { Append } from '../appendable.js';
import type { AppendResult, StoredRecord } from '../port.js';
import { firstAnswer } from '../repeat.js';

/** The events of a memory store: an array, and where to find things in it. */
export class Log {
  /** Position p lies at index p - 1. */
  readonly records: StoredRecord[] = [];
  readonly #streams = new Map<string, StoredRecord[]>();
  readonly #ids = new Map<string, StoredRecord>();

  get head(): number {
    return this.records.length;
  }

  stream(name: string): readonly StoredRecord[] {
    return this.#streams.get(name) ?? [];
  }

  /** What an append comes to, without doing it: an answer, or the records that are to be added. */
  decide(append: Append, recordedAt: string): Exclude<AppendResult, { kind: 'overloaded' | 'unavailable' | 'unknown' }> | { readonly kind: 'add'; readonly records: readonly StoredRecord[] } {
    const known = firstAnswer(append, append.records.map(({ id }) => this.#ids.get(id)));
    if (known) return known;
    const { stream, expected, records } = append;
    const actual = this.stream(stream).length - 1;
    if (expected !== 'any' && actual !== (expected === 'none' ? -1 : expected)) return { kind: 'conflict', actual };
    return {
      kind: 'add',
      records: records.map(({ id, type, version, data, meta, recordedAt: earlier }, index) =>
        ({ id, type, version, data, meta, stream, recordedAt: earlier ?? recordedAt, revision: actual + 1 + index, position: this.head + 1 + index })),
    };
  }

  add(records: readonly StoredRecord[]): void {
    for (const record of records) {
      this.records.push(record);
      this.#ids.set(record.id, record);
      const stream = this.#streams.get(record.stream);
      if (stream) stream.push(record);
      else this.#streams.set(record.stream, [record]);
    }
  }
}
