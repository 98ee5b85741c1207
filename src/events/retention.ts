import { notificationStream } from './notification.js';
import { notificationRuleStream } from './notificationRule.js';
import { transactionStream } from './transaction.js';

const refusals = 'refusals-';

/**
 * Whether a stream is of a family that can be given up once it is old and lies in an archive: no state hangs on it. What hangs on
 * tokens, gateways, settings and accounts stays.
 */
export const canExpire = (stream: string): boolean =>
  stream.startsWith(refusals) || stream.startsWith(transactionStream('')) || (stream.startsWith(notificationStream('')) && !stream.startsWith(notificationRuleStream('')));
