import { z } from 'zod';
import type { BreakerRules } from './breaker.js';
import { faultsOf, inWords } from './faults.js';
import type { Fault } from './gateway.js';
import type { Rate } from './rate.js';

/** What may be asked of a gateway, whatever its kind, and when it is passed over. */
export interface Limits {
  /** Messages at once. */
  readonly concurrency?: number;
  readonly rate?: Rate;
  readonly breaker: BreakerRules;
}

const day = 86_400;

/** As it is written down beside the options; times in seconds. */
export const limitsSchema = z.strictObject({
  concurrency: z.int().min(1).max(1_000).optional().describe('Messages at once'),
  rate: z.strictObject({
    perSecond: z.number().positive().max(10_000).describe('Messages in a second, on the average; 0.5 is one in two seconds'),
    burst: z.int().min(1).max(10_000).optional().describe('Messages that may leave at once after a pause; `perSecond` when left out, at least one'),
  }).optional().describe('How often messages may leave; without it, as they come'),
  breaker: z.strictObject({
    failures: z.int().min(0).max(1_000).optional().describe('Sends that fail in a row before the gateway is passed over; 5 when left out, 0 for never'),
    pause: z.number().positive().max(day).optional().describe('Seconds that it is passed over at first; 30 when left out'),
    longestPause: z.number().positive().max(day).optional().describe('What the pause grows to; 300 when left out'),
  }).optional().describe('When the gateway is passed over'),
});

export const usualBreaker: BreakerRules = { failures: 5, pause: 30_000, longestPause: 300_000 };

/** @param written as the definition has it; every fault names its key below `limits` */
export const readLimits = (written: unknown): { readonly limits: Limits } | { readonly faults: readonly Fault[] } => {
  const checked = z.object({ limits: limitsSchema }).safeParse({ limits: written ?? {} }, { error: inWords });
  if (!checked.success) return { faults: checked.error.issues.flatMap((issue) => faultsOf(issue, {}, 'is no limit of a gateway')) };
  const { concurrency, rate, breaker: { failures = usualBreaker.failures, pause, longestPause } = {} } = checked.data.limits;
  const first = pause === undefined ? usualBreaker.pause : pause * 1_000;
  const longest = longestPause === undefined ? Math.max(first, usualBreaker.longestPause) : longestPause * 1_000;
  if (longest < first) return { faults: [{ key: 'limits.breaker.longestPause', problem: 'must be at least limits.breaker.pause' }] };
  return {
    limits: {
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(rate ? { rate: { perSecond: rate.perSecond, burst: rate.burst ?? Math.max(1, Math.ceil(rate.perSecond)) } } : {}),
      breaker: { failures, pause: first, longestPause: longest },
    },
  };
};
