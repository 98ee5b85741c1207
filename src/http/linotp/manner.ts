import type { Attempt } from '../../commands/login/attempt.js';
import { linotpTransactionIds } from '../transactionIds.js';
import type { LinotpSettings } from './settings.js';

/** How every attempt to log in is dealt with in LinOTP, whichever way it comes. */
export const mannerOf = ({ blockingTime, transactionIdLength }: LinotpSettings): Pick<Attempt, 'resendAfter' | 'together' | 'newTransactionId'> => ({
  resendAfter: blockingTime, together: true, newTransactionId: linotpTransactionIds(transactionIdLength),
});
