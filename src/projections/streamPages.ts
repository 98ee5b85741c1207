import type { EventStore, StoredRecord } from '../store/port.js';

type Streams = Pick<EventStore, 'readStream'>;

/**
 * The events of one stream on one side of a position, page by page: after it in order (`asc`), or before it and newest first (`desc`).
 * Costs what the stream is long, not what the log is.
 *
 * @param last the last event of the stream
 */
export async function* streamPages(store: Streams, last: StoredRecord, order: 'asc' | 'desc', position: number, pageSize: number): AsyncGenerator<readonly StoredRecord[], void> {
  const { stream } = last;
  const edge = await firstRevision(store, last, (record) => (order === 'asc' ? record.position > position : record.position >= position));
  if (order === 'asc') {
    for (let from = edge; from <= last.revision;) {
      const records = await store.readStream(stream, from, pageSize);
      if (records.length > 0) yield records;
      if (records.length < pageSize) return;
      from = records.at(-1)!.revision + 1;
    }
    return;
  }
  for (let end = edge; end > 0;) {
    const from = Math.max(0, end - pageSize);
    // a stream whose beginning was given up begins later
    const records = (await store.readStream(stream, from, end - from)).filter(({ revision }) => revision < end);
    if (records.length === 0) return;
    yield records.toReversed();
    end = from;
  }
}

/** The first revision of which something is true; it is true of all that follow. One more than the last where it is true of none. */
const firstRevision = async (store: Streams, last: StoredRecord, isTrue: (record: StoredRecord) => boolean): Promise<number> => {
  if (!isTrue(last)) return last.revision + 1;
  let [low, high] = [0, last.revision];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [record] = await store.readStream(last.stream, middle, 1);
    if (record && !isTrue(record)) low = record.revision + 1;
    // of what was given up nothing is known, and what follows it was found instead
    else high = middle;
  }
  return low;
};
