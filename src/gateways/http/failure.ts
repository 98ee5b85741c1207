import { connectionFault } from '../connectionFault.js';
import type { SendOutcome } from '../gateway.js';
import type { Exchange } from './exchange.js';

/** What a failed exchange means: before the request was written nothing was sent, afterwards nobody knows. */
export const outcomeOfFailure = ({ written, cause }: Extract<Exchange, { kind: 'failed' }>, host: string): SendOutcome => {
  if (cause === 'connect timeout') return { kind: 'unavailable', reason: `no connection to ${host} in time` };
  if (cause === 'timeout') return { kind: 'unknown', reason: `no reply from ${host} in time` };
  const refusedBy = /^Proxy response \((\d{3})\)/.exec(cause.message)?.[1];
  const why = refusedBy ? `the proxy answered HTTP ${refusedBy}` : connectionFault(cause);
  return written
    ? { kind: 'unknown', reason: `${why} while ${host} had the message` }
    : { kind: 'unavailable', reason: `${host} was not reached: ${why}` };
};
