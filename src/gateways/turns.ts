import { tokenBucket, type Rate } from './rate.js';

/** `again`: the definition has changed meanwhile. Anything else but `go` is the reason why it is never this message's turn. */
export type Turn = 'go' | 'again' | { readonly reason: string };

/** Whose turn it is at one gateway: so many at once, so many in a second, first come, first served. */
export interface Turns {
  /** Messages that the gateway has now. */
  readonly busy: number;
  readonly waiting: number;
  /** Takes one of the gateway's places, now or when it may; what got `go` has to leave. */
  take(): Promise<Turn>;
  leave(): void;
  /** Sends all away who wait. */
  dismiss(turn: Turn): void;
}

export interface TurnRules {
  readonly concurrency: number;
  readonly rate?: Rate;
  /** Milliseconds that a message may wait. */
  readonly longestWait: number;
  /** Messages that may wait. */
  readonly mostWaiting: number;
}

/** @param now milliseconds of a clock that is never set back */
export const takingTurns = ({ concurrency, rate, longestWait, mostWaiting }: TurnRules, now: () => number): Turns => {
  const bucket = rate && tokenBucket(rate, now);
  const waiting: ((turn: Turn) => void)[] = [];
  let busy = 0;
  let next: NodeJS.Timeout | undefined;

  /** Lets in who may come in; where it is too early for the first, comes back in time. */
  const admit = (): void => {
    clearTimeout(next);
    next = undefined;
    while (waiting.length > 0 && busy < concurrency) {
      const early = bucket?.wait(1) ?? 0;
      if (early > 0) {
        next = setTimeout(admit, early);
        return;
      }
      bucket?.take();
      busy += 1;
      waiting.shift()!('go');
    }
  };

  return {
    get busy() { return busy; },
    get waiting() { return waiting.length; },
    take: async () => {
      if (waiting.length >= mostWaiting) return { reason: 'too many messages wait for this gateway' };
      // who would wait in vain hears it now, while another gateway can still be tried
      if (bucket && bucket.wait(waiting.length + 1) > longestWait) return { reason: 'more messages come than may leave in a second through this gateway' };
      return new Promise((resolve) => {
        const waiter = (turn: Turn): void => {
          clearTimeout(timer);
          resolve(turn);
        };
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(waiter), 1);
          resolve({ reason: 'the gateway was busy for too long' });
        }, longestWait);
        waiting.push(waiter);
        admit();
      });
    },
    leave: () => {
      busy -= 1;
      admit();
    },
    dismiss: (turn) => {
      clearTimeout(next);
      for (const waiter of waiting.splice(0)) waiter(turn);
    },
  };
};
