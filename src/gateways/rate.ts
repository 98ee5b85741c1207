/** How often messages may leave. */
export interface Rate {
  readonly perSecond: number;
  /** Messages that may leave at once after a pause. */
  readonly burst: number;
}

export interface TokenBucket {
  /** Milliseconds until so many messages may have left; 0 for now. */
  wait(messages: number): number;
  /** One message leaves. */
  take(): void;
}

/**
 * A token bucket: full at first, filled at an even pace, each message takes one out. In any stretch of t seconds at most
 * `burst + perSecond * t` messages leave.
 *
 * @param now milliseconds of a clock that is never set back
 */
export const tokenBucket = ({ perSecond, burst }: Rate, now: () => number): TokenBucket => {
  let tokens = burst;
  let at = now();
  const fill = (): void => {
    const time = now();
    tokens = Math.min(burst, tokens + ((time - at) / 1_000) * perSecond);
    at = time;
  };
  return {
    wait: (messages) => {
      fill();
      // timers count in whole milliseconds, and sums of fractions are a little off
      return Math.max(0, Math.ceil(((messages - tokens) / perSecond) * 1_000 - 1e-6));
    },
    take: () => {
      fill();
      tokens -= 1;
    },
  };
};
