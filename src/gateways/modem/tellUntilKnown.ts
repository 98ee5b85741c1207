import type { Receipt } from '../gateway.js';

/** A receipt may be faster than the note that its message was sent: it is told again for about half a minute. */
const times = 5;

/**
 * @param tell answers whether the message is known
 * @param first milliseconds before the second time; every further pause is twice as long
 */
export const tellUntilKnown = (tell: (receipt: Receipt) => Promise<boolean>, first: number): { tell(receipt: Receipt): void; close(): void } => {
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;
  const attempt = async (receipt: Receipt, left: number, pause: number): Promise<void> => {
    const known = await tell(receipt).catch(() => false);
    if (known || closed || left === 0) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(receipt, left - 1, 2 * pause);
    }, pause);
    timers.add(timer);
  };
  return {
    tell: (receipt) => void attempt(receipt, times, first),
    close: () => {
      closed = true;
      timers.forEach((timer) => clearTimeout(timer));
    },
  };
};
