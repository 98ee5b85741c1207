import type { Attempt } from '../../commands/login/attempt.js';
import { linotpTransactionId } from '../transactionIds.js';
import type { LinotpSettings } from './settings.js';

/** How every attempt to log in is dealt with in LinOTP, whichever way it comes. */
export const mannerOf = ({ blockingTime }: LinotpSettings): Pick<Attempt, 'resendAfter' | 'together' | 'newTransactionId'> => ({
  resendAfter: blockingTime, together: true, newTransactionId: linotpTransactionId,
});
