import { jsonEvent, type EventData, type ResolvedEvent } from '@eventstore/db-client';
import type { NewRecord, StoredRecord } from '../port.js';
import type { Names } from './names.js';

/** What the metadata of an event holds on the server; `meta` is that of the port. */
interface Envelope {
  readonly version: number;
  readonly recordedAt: string;
  readonly meta: unknown;
}

/** An event in the form in which it is written: JSON, so that whoever looks at the server's own pages can read it. */
export const written = ({ id, type, version, data, meta, recordedAt }: NewRecord, now: string): EventData => {
  const envelope: Envelope = { version, recordedAt: recordedAt ?? now, meta: JSON.parse(meta) };
  return jsonEvent({ id, type, data: JSON.parse(data) as Record<string, unknown>, metadata: envelope as unknown as Record<string, unknown> }) as EventData;
};

/** A record as it is read; what the server does not say is missing. */
export type ReadRecord = Omit<StoredRecord, 'position'> & { readonly position: number | undefined };

/** What was read, or undefined for an event that is not one of this service. */
export const recordOf = ({ event }: Pick<ResolvedEvent, 'event'>, names: Names): ReadRecord | undefined => {
  const stream = event && names.known(event.streamId);
  if (stream === undefined || !event?.isJson) return undefined;
  const envelope = event.metadata as Partial<Envelope> | undefined;
  if (typeof envelope?.version !== 'number' || typeof envelope.recordedAt !== 'string' || envelope.meta === undefined) return undefined;
  const { version, recordedAt, meta } = envelope;
  return {
    id: event.id, type: event.type, version, data: JSON.stringify(event.data), meta: JSON.stringify(meta), stream, recordedAt,
    revision: Number(event.revision), position: positionOf({ event }),
  };
};

/**
 * Place of an event in the log; commit position and prepare position are the same for whatever is written by gRPC. Undefined where the server
 * does not say, as servers before 22.6 when a stream is read.
 */
export const positionOf = ({ event }: Pick<ResolvedEvent, 'event'>): number | undefined => {
  const commit = event?.position?.commit;
  return commit === undefined || commit === unsaid ? undefined : Number(commit);
};

const unsaid = 0xffff_ffff_ffff_ffffn;
