import type { Rejection, TokenDraft, Via } from '../events/token.js';
import { isLocked, type Token } from './token.js';

/** Why a token takes part in no attempt at all, whatever PIN or code comes with it; undefined when it does. */
export const unusable = (token: Token, now: Date): Rejection | undefined => {
  if (token.revoked || token.erased) return 'revoked';
  if (!token.enabled) return 'disabled';
  if (isLocked(token)) return 'locked';
  if ((token.maxLogins > 0 && token.logins >= token.maxLogins) || (token.maxSuccesses > 0 && token.successes >= token.maxSuccesses)) return 'used-up';
  if ((token.validFrom && now < new Date(token.validFrom)) || (token.validUntil && now > new Date(token.validUntil))) return 'not-valid-now';
  return undefined;
};

/** What a wrong attempt costs: one of the attempts that the token has; with the last of them it locks. */
export const rejection = (
  token: Token,
  attempt: { readonly reason: Rejection; readonly via: Via; readonly transactionId?: string; readonly counted: boolean },
): TokenDraft[] => {
  const rejected: TokenDraft = { type: 'AttemptRejected', data: attempt };
  const failCount = token.failCount + token.unshownFailures + 1;
  const locks = attempt.counted && !isLocked(token) && failCount >= token.maxFail;
  return locks ? [rejected, { type: 'TokenLocked', data: { failCount } }] : [rejected];
};
