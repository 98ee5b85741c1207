import type { TokenDraft } from '../events/token.js';
import { done, refused, revokedToken } from './change.js';
import type { Change } from './outcome.js';
import type { Token } from './token.js';
import type { Decision, Facts } from './tokenHandler.js';

/** Enrols a token, or gives an existing one a new seed. Plain text; it is sealed when it is written. */
export interface EnrolToken {
  /** HOTP key, hex. */
  readonly seed: string;
  readonly digits: number;
  readonly algorithm: Token['algorithm'];
  readonly phone?: string;
  readonly dynamicPhone: boolean;
  readonly description?: string;
  readonly maxFail: number;
  readonly countWindow: number;
  readonly syncWindow: number;
  readonly gateway?: string;
  readonly realms: readonly string[];
  /** Absent: the PIN stays as it is, which for a new token means that the empty PIN is right. */
  readonly pinHash?: string;
  readonly owner?: { readonly login: string; readonly realm: string; readonly resolver?: string; readonly userId?: string };
  /** Whether a token that is there already gets the new seed; else it is refused. */
  readonly renew: boolean;
}

export const enrolToken = ({ token }: Facts, command: EnrolToken): Decision<Change> => {
  if (token.life === 'present' && !command.renew) return refused('exists', 'There is a token with this serial already.', 'serial');
  if (token.revoked) return revokedToken();
  if (command.phone === undefined && !command.dynamicPhone) return refused('invalid', 'An SMS token needs a phone number.', 'phone');
  const { seed, digits, algorithm, phone, dynamicPhone, description, maxFail, gateway, realms, pinHash, owner, countWindow, syncWindow } = command;
  const events: TokenDraft[] = [
    { type: 'TokenEnrolled', data: { seed, digits, algorithm, phone, dynamicPhone, description, maxFail, gateway, realms: [...realms] } },
  ];
  if (countWindow !== token.countWindow || syncWindow !== token.syncWindow) events.push({ type: 'TokenAdjusted', data: { countWindow, syncWindow } });
  if (owner) events.push({ type: 'TokenAssigned', data: { ...owner } });
  if (pinHash !== undefined) events.push({ type: 'PinSet', data: { pinHash } });
  return done(events);
};
