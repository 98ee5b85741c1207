import { randomUUID } from 'node:crypto';
import { FORWARDS, jsonEvent, NO_STREAM, START, type EventData } from '@eventstore/db-client';
import { askUntilAnswered, collect, type Patience } from './ask.js';
import type { Connection } from './connection.js';
import { faultOf, isNotFound } from './faults.js';
import type { Names } from './names.js';
import { positionOf } from './recorded.js';

/** A log of this service, begun by the first instance that comes to it. */
export interface Beginning {
  /** Random id. */
  readonly identity: string;
  /** Nothing of this service lies before this place; 0 where the server does not say. */
  readonly place: number;
}

export const beginningOf = async ({ connection: { client, credentials }, names, patience }: { connection: Connection; names: Names; patience: Patience }): Promise<Beginning> => {
  const name = names.own('log');
  const options = { ...credentials, requiresLeader: true };
  const read = async (): Promise<Beginning | undefined> => {
    const [first] = await collect(client.readStream(name, { maxCount: 1, direction: FORWARDS, fromRevision: START, ...options }), patience.oneTry)
      .catch((error: unknown) => { if (isNotFound(error)) return []; throw error; });
    return first?.event && { identity: (first.event.data as { readonly identity: string }).identity, place: positionOf(first) ?? 0 };
  };
  return askUntilAnswered(patience, async () => {
    const known = await read();
    if (known) return known;
    const event = jsonEvent({ type: 'LogBegun', data: { identity: randomUUID() } }) as EventData;
    await client.appendToStream(name, [event], { expectedRevision: NO_STREAM, deadline: patience.oneTry, ...options })
      .catch((error: unknown) => { if (faultOf(error) !== 'conflict') throw error; });
    // read back: where another instance was faster, its id is the one
    return (await read())!;
  });
};
