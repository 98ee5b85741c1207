import type { SendOutcome } from './gateway.js';

/** When a gateway is passed over; times in milliseconds. */
export interface BreakerRules {
  /** Failures in a row; 0 for never. */
  readonly failures: number;
  readonly pause: number;
  readonly longestPause: number;
}

/** Why messages are turned away. */
export type Shut =
  /** For so long, in milliseconds. */
  | { readonly kind: 'open'; readonly failures: number; readonly left: number }
  /** One message is on trial. */
  | { readonly kind: 'trial'; readonly failures: number };

export type BreakerState = Shut | { readonly kind: 'closed'; readonly failures: number };

export interface Breaker {
  /** An open one whose pause is over lets the next message through as the trial. */
  state(): BreakerState;
  /** Why no message may go now; undefined where one may. */
  shut(): Shut | undefined;
  /** Lets a message go, perhaps as the trial, or says why it may not. What may go has to be settled. */
  pass(): 'go' | 'trial' | Shut;
  /** How it ended. A gateway that answers, be it yes or no, is alive. */
  settle(outcome: SendOutcome['kind'], passed: 'go' | 'trial'): void;
}

/**
 * A circuit breaker (M. Nygard, Release It!). After some failures in a row a gateway is passed over for a pause, so that nobody waits for its
 * time-out. Then one message at a time tries it; each failure doubles the pause, and any answer ends it.
 *
 * @param now milliseconds of a clock that is never set back
 */
export const circuitBreaker = (rules: BreakerRules, now: () => number): Breaker => {
  let failures = 0;
  /** The pause that began last; undefined while messages go. */
  let pause: { readonly length: number; readonly until: number } | undefined;
  let onTrial = false;
  const begin = (length: number): void => {
    pause = { length, until: now() + length };
  };
  const state = (): BreakerState => {
    if (!pause) return { kind: 'closed', failures };
    return onTrial ? { kind: 'trial', failures } : { kind: 'open', failures, left: Math.max(0, pause.until - now()) };
  };
  const shut = (): Shut | undefined => {
    const current = state();
    return current.kind === 'closed' || (current.kind === 'open' && current.left === 0) ? undefined : current;
  };
  return {
    state,
    shut,
    pass: () => {
      const refused = shut();
      if (refused) return refused;
      if (!pause) return 'go';
      onTrial = true;
      return 'trial';
    },
    settle: (outcome, passed) => {
      if (passed === 'trial') onTrial = false;
      if (outcome === 'sent' || outcome === 'rejected') {
        failures = 0;
        pause = undefined;
        return;
      }
      failures += 1;
      // what was on its way when the pause began says nothing new
      if (pause && passed === 'trial') begin(Math.min(2 * pause.length, rules.longestPause));
      else if (!pause && rules.failures > 0 && failures >= rules.failures) begin(rules.pause);
    },
  };
};
