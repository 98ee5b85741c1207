import { randomUUID } from 'node:crypto';
import { FORWARDS, jsonEvent, NO_STREAM, START, type EventData } from '@eventstore/db-client';
import { askUntilAnswered, collect, type Patience } from './ask.js';
import type { Connection } from './connection.js';
import { faultOf, isNotFound } from './faults.js';
import type { Names } from './names.js';

/** Random id of a log, made by the first instance that comes to it. */
export const identityOf = async ({ connection: { client, credentials }, names, patience }: { connection: Connection; names: Names; patience: Patience }): Promise<string> => {
  const name = names.own('log');
  const options = { ...credentials, requiresLeader: true };
  const read = () => collect(client.readStream(name, { maxCount: 1, direction: FORWARDS, fromRevision: START, ...options }), patience.oneTry)
    .catch((error: unknown) => { if (isNotFound(error)) return []; throw error; });
  return askUntilAnswered(patience, async () => {
    const [first] = await read();
    if (first?.event) return (first.event.data as { readonly identity: string }).identity;
    const event = jsonEvent({ type: 'LogBegun', data: { identity: randomUUID() } }) as EventData;
    await client.appendToStream(name, [event], { expectedRevision: NO_STREAM, deadline: patience.oneTry, ...options })
      .catch((error: unknown) => { if (faultOf(error) !== 'conflict') throw error; });
    // read back: where another instance was faster, its id is the one
    return ((await read())[0]!.event!.data as { readonly identity: string }).identity;
  });
};
