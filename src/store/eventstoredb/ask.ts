import type { ResolvedEvent } from '@eventstore/db-client';
import { StoreSilent } from '../../commands/storeSilent.js';
import { inWords, isNoPlace, isPassing } from './faults.js';

/** Milliseconds: for one try, and for all of them. */
export interface Patience {
  readonly oneTry: number;
  readonly allTries: number;
}

export const usualPatience: Patience = { oneTry: 5_000, allTries: 15_000 };

/** The time was over before there was an answer: nobody knows what came of the call. */
export class TimeOver extends Error {}

/** An answer within the time, whatever the client's own deadline does: it has none while it looks for a node. */
export const within = <T>(milliseconds: number, answer: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeOver(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  answer.catch(() => undefined);
  return Promise.race([answer, over]).finally(() => clearTimeout(timer));
};

/** A place in the log was asked for at which no event begins. */
export class NoSuchPlace extends Error {
  /** Such places come from clients: a cursor that was not given out. */
  readonly status = 400;

  constructor() {
    super('no event begins at this place of the log');
  }
}

/** Asks a question that changes nothing, again and again while the fault may pass. @throws StoreSilent when the time is over, NoSuchPlace, or Error with what the client threw as its cause */
export const askUntilAnswered = async <T>({ oneTry, allTries }: Patience, ask: () => Promise<T>): Promise<T> => {
  const end = performance.now() + allTries;
  for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
    try {
      return await within(oneTry, ask());
    } catch (error) {
      if (isNoPlace(error)) throw new NoSuchPlace();
      if (!isPassing(error)) throw new Error(`the event store refuses: ${inWords(error)}`, { cause: error });
      if (performance.now() + pause > end) throw new StoreSilent(inWords(error), { cause: error });
      await new Promise((resolve) => setTimeout(resolve, withJitter(pause)));
    }
  }
};

/** Between two tries, in milliseconds. */
export const firstPause = 20;
export const longestPause = 1_000;
export const withJitter = (milliseconds: number): number => milliseconds * (0.5 + Math.random() / 2);

/** What the client's streams of events have in common. */
interface Reading {
  on(what: 'data', listener: (event: ResolvedEvent) => void): unknown;
  on(what: 'error', listener: (error: Error) => void): unknown;
  on(what: 'end', listener: () => void): unknown;
  cancel(): Promise<void>;
}

/** All events of a bounded read. The read is ended when nobody waits for it any more. */
export const collect = (reading: Reading, patience: number): Promise<ResolvedEvent[]> => {
  const collected = new Promise<ResolvedEvent[]>((resolve, reject) => {
    const events: ResolvedEvent[] = [];
    reading.on('data', (event) => events.push(event));
    reading.on('error', reject);
    reading.on('end', () => resolve(events));
  });
  return within(patience, collected).catch((error: unknown) => {
    reading.cancel().catch(() => undefined);
    throw error;
  });
};
