import { connectionFault } from '../connectionFault.js';
import type { SendOutcome } from '../gateway.js';
import type { Exchange } from './exchange.js';
import { SocksRefusal } from './socks.js';

/** TLS alerts by which a server turns down who we are (RFC 8446, 6.2). In TLS 1.3 they come when the request is written already, and unread. */
const turnedDown = /^ERR_SSL_\w+_ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_REVOKED|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)$/;

/** What a failed exchange means: before the request was written nothing was sent, afterwards nobody knows. */
export const outcomeOfFailure = ({ written, cause }: Extract<Exchange, { kind: 'failed' }>, host: string): SendOutcome => {
  if (cause === 'connect timeout') return { kind: 'unavailable', reason: `no connection to ${host} in time` };
  if (cause === 'timeout') return { kind: 'unknown', reason: `no reply from ${host} in time` };
  if (turnedDown.test(String((cause as NodeJS.ErrnoException).code))) return { kind: 'unavailable', reason: `${host} was not reached: it does not take our certificate, or wants one` };
  const refusedBy = /^Proxy response \((\d{3})\)/.exec(cause.message)?.[1];
  const why = refusedBy ? `the proxy answered HTTP ${refusedBy}` : cause instanceof SocksRefusal ? cause.message : connectionFault(cause);
  return written
    ? { kind: 'unknown', reason: `${why} while ${host} had the message` }
    : { kind: 'unavailable', reason: `${host} was not reached: ${why}` };
};
