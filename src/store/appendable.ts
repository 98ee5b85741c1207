import type { Expected, NewRecord } from './port.js';

/** One append as it waits to be written. */
export interface Append {
  readonly stream: string;
  readonly expected: Expected;
  readonly records: readonly NewRecord[];
}

/**
 * Bytes of one append. An EventStoreDB server takes 1,048,576 by default, of which the names of types and what its adapter adds to an event
 * need some; every adapter takes the same.
 */
export const maxAppendBytes = 1_000_000;

/** Bytes that an append takes up while it waits; characters count as bytes, which is near enough for JSON. */
export const sizeOf = ({ records }: Append): number =>
  records.reduce((sum, { data, meta }) => sum + data.length + meta.length + envelopeBytes, 0);

/**
 * What no adapter takes; a caller that sends it has a bug.
 * @throws Error that says which rule was broken
 */
export const checkAppend = (append: Append): void => {
  const { stream, expected, records } = append;
  if (stream.length === 0 || stream.length > 500 || unfit.test(stream)) throw new Error('a stream has a name of 1 to 500 characters, none of them a control character');
  if (typeof expected === 'number' && !(Number.isSafeInteger(expected) && expected >= 0)) throw new Error(`not a revision: ${expected}`);
  if (records.length === 0) throw new Error(`an append to ${stream} has no event`);
  for (const { id, type, version } of records) {
    if (!uuid.test(id)) throw new Error(`an event for ${stream} has an id that is not a UUID in lower case`);
    if (type.length === 0 || type.length > 200 || unfit.test(type)) throw new Error(`an event for ${stream} has no proper type`);
    if (!(Number.isSafeInteger(version) && version >= 1)) throw new Error(`an event for ${stream} has no proper version`);
  }
  if (new Set(records.map(({ id }) => id)).size < records.length) throw new Error(`an append to ${stream} has the same event id twice`);
  const bytes = records.reduce((sum, { data, meta }) => sum + Buffer.byteLength(data) + Buffer.byteLength(meta), 0);
  if (bytes > maxAppendBytes) throw new Error(`an append to ${stream} has ${bytes} bytes, more than ${maxAppendBytes}`);
};

const envelopeBytes = 200;
/** Control characters, and halves of characters that have no UTF-8 form. */
const unfit = /[\p{Cc}\p{Cs}]/u;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
