import { ErrorType } from '@eventstore/db-client';
import { TimeOver } from './ask.js';
import type { Place } from './localFile.js';
import type { Log } from './log.js';

/**
 * Whether the last event that was taken in is still where it was. A log that was restored from a backup is shorter, or has gone on
 * differently from there; what was remembered of it must not be used.
 *
 * @throws Error when the server does not answer
 */
export const isSameLog = async (log: Pick<Log, 'end' | 'eventAt'>, { head, headId }: Place): Promise<boolean> => {
  if (head === 0) return true;
  if ((await log.end()) < head) return false;
  for (let tries = 1; ; tries++) {
    try {
      return (await log.eventAt(head))?.id === headId;
    } catch (error) {
      // a place at which no event begins is an error on the server, and not always one with a name
      if (isOfTheConnection(error)) throw error;
      if (tries === 3) return false;
    }
  }
};

const isOfTheConnection = (error: unknown): boolean => {
  const type = (error as { readonly type?: unknown }).type;
  return error instanceof TimeOver || ([ErrorType.UNAVAILABLE, ErrorType.CANCELLED, ErrorType.DEADLINE_EXCEEDED, ErrorType.ACCESS_DENIED, ErrorType.NOT_LEADER] as unknown[]).includes(type);
};
