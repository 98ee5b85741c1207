import type { BreakerState, Shut } from './breaker.js';
import type { GatewayStatus } from './gateway.js';
import type { Turns } from './turns.js';

/** How a gateway stands, for operators. */
export type Standing =
  | {
      /** `passed-over`: it failed too often; `on-trial`: one message finds out whether it is well again. */
      readonly state: 'in-use' | 'passed-over' | 'on-trial';
      /** Sends that failed in a row. */
      readonly failures: number;
      /** End of the pause, where it is passed over. */
      readonly until?: string;
      /** Messages that it has now. */
      readonly busy: number;
      readonly waiting: number;
      /** What the gateway says of its own line; absent where it has none between messages. */
      readonly line?: GatewayStatus;
    }
  /** It cannot be opened, and why. */
  | { readonly state: 'unusable'; readonly problem: string };

const states = { closed: 'in-use', open: 'passed-over', trial: 'on-trial' } as const;

export const standing = (breaker: BreakerState, { busy, waiting }: Turns, line: GatewayStatus | undefined, now: Date): Standing => ({
  state: states[breaker.kind], failures: breaker.failures, ...(breaker.kind === 'open' ? { until: endOf(breaker, now) } : {}), busy, waiting, ...(line ? { line } : {}),
});

/** Why a message is not let through. */
export const turnedAway = (shut: Shut, now: Date): string => {
  const why = `after ${shut.failures === 1 ? 'a failure' : `${shut.failures} failures in a row`} the gateway is passed over`;
  return shut.kind === 'open' ? `${why} until ${endOf(shut, now)}` : `${why}; another message is trying it`;
};

const endOf = ({ left }: Extract<Shut, { kind: 'open' }>, now: Date): string => new Date(now.getTime() + left).toISOString();
