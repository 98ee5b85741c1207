import { sameSecret, type Secret } from '../security/secret.js';
import { done, revokedToken, unknownToken } from './change.js';
import type { Change } from './outcome.js';
import type { Decision, Facts } from './tokenHandler.js';

/**
 * Looks for two consecutive codes ahead of the counter and moves it behind them (RFC 4226, 7.4). An administrator's tool, kept for
 * the old servers' scripts: nobody but this service uses the counter of an SMS token.
 */
export const resyncCounter = ({ token, codeAt }: Facts, first: Secret, second: Secret): Decision<Change<boolean>> => {
  if (token.life === 'absent') return unknownToken();
  if (token.revoked || token.erased) return revokedToken();
  for (let counter = token.counter; counter < token.counter + token.syncWindow; counter++) {
    if (sameSecret(codeAt(counter), first) && sameSecret(codeAt(counter + 1), second)) {
      return done([{ type: 'CounterResynced', data: { counter: counter + 2 } }], true);
    }
  }
  return done([], false);
};
