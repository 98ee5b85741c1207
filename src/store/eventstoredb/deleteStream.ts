import { askUntilAnswered, type Patience } from './ask.js';
import type { Connection } from './connection.js';
import { faultOf, isDeleted, isNotFound } from './faults.js';
import type { Names } from './names.js';

/**
 * Deletes a stream in such a way that its name can be used again: the server gives out none of its events when the stream is read from then on,
 * and removes them at the next scavenge. Not an operation of the port: events of the embedded store are never deleted.
 *
 * @param lastRevision what must be the last revision of the stream
 * @returns false when it has another one; nothing was deleted then
 */
export type Deleter = (stream: string, lastRevision: number) => Promise<boolean>;

export const deleterOf = ({ connection: { client, credentials }, names, patience }: { connection: Connection; names: Names; patience: Patience }): Deleter =>
  (stream, lastRevision) =>
    askUntilAnswered(patience, () =>
      client.deleteStream(names.onServer(stream), { expectedRevision: BigInt(lastRevision), deadline: patience.oneTry, requiresLeader: true, ...credentials })
        .then(() => true)
        .catch((error: unknown) => {
          // a try that nobody heard of may have done it
          if (isNotFound(error) || isDeleted(error)) return true;
          if (faultOf(error) === 'conflict') return false;
          throw error;
        }));
