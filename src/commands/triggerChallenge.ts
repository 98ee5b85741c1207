import type { Rejection, TokenDraft } from '../events/token.js';
import { challengeOf, isLive, type Challenge, type Token } from './token.js';
import type { Decision, Facts } from './tokenHandler.js';
import { rejection, unusable } from './usable.js';

/** Asks for an SMS. Whoever may ask (right PIN, administrator, a success that sends the next code) was settled before. */
export interface TriggerChallenge {
  readonly transactionId: string;
  readonly trigger: 'pin' | 'administrator' | 'success';
  /** Names, tried in this order. */
  readonly gateways: readonly string[];
  /** Seconds that the code lives. */
  readonly life: number;
  /** Whether older challenges of the token stay alive. */
  readonly concurrent: boolean;
  /** Seconds after the last SMS within which no new one is sent; 0 for none. */
  readonly resendAfter: number;
  /** Serials of all tokens that take part. */
  readonly siblings: readonly string[];
  /** Milliseconds within which the sending instance must have an outcome. */
  readonly lease: number;
  /** Text that the caller wants instead of the configured one. */
  readonly text?: string;
}

export type TriggerAnswer =
  | { readonly kind: 'challenged'; readonly transactionId: string; readonly expiresAt: string; readonly recalled: boolean; readonly delivery: Challenge['delivery'] }
  | { readonly kind: 'refused'; readonly reason: Rejection | 'unknown-token' };

/** So many codes of a token may be alive at once: every further one makes a blind guess likelier to hit. */
export const maxLive = 10;

export const triggerChallenge = ({ token, now }: Facts, command: TriggerChallenge): Decision<TriggerAnswer> => {
  if (token.life === 'absent') return { events: [], answer: { kind: 'refused', reason: 'unknown-token' } };
  const reason = unusable(token, now) ?? unsendable(token, command);
  // a code that a success would have sent was nobody's attempt
  if (reason) return { events: command.trigger === 'success' ? [] : rejection(token, { reason, via: 'trigger', counted: false }), answer: { kind: 'refused', reason } };

  const known = challengeOf(token, command.transactionId);
  if (known) return { events: [], answer: answerWith(known, false) };

  const live = token.challenges.filter((challenge) => isLive(challenge, now));
  const recent = live.findLast(({ issuedAt }) => isWithin(now.getTime() - Date.parse(issuedAt), command.resendAfter));
  if (recent) {
    return { events: [{ type: 'TriggerSuppressed', data: { transactionId: recent.transactionId } }], answer: answerWith(recent, true) };
  }

  const surplus = command.concurrent ? live.slice(0, Math.max(0, live.length - (maxLive - 1))) : live;
  const expiresAt = new Date(now.getTime() + command.life * 1000).toISOString();
  const issued: TokenDraft = {
    type: 'ChallengeIssued',
    data: {
      transactionId: command.transactionId,
      counter: token.counter + 1,
      expiresAt,
      trigger: command.trigger,
      gateways: [...command.gateways],
      supersedes: surplus.map((challenge) => challenge.transactionId),
      siblings: [...command.siblings],
      leaseUntil: new Date(now.getTime() + command.lease).toISOString(),
      text: command.text,
    },
  };
  return { events: [issued], answer: { kind: 'challenged', transactionId: command.transactionId, expiresAt, recalled: false, delivery: 'pending' } };
};

/** A clock that was set back must not keep an SMS from being sent for as long as it went back. */
const isWithin = (milliseconds: number, seconds: number): boolean => milliseconds >= 0 && milliseconds < seconds * 1000;

const unsendable = (token: Token, { gateways }: TriggerChallenge): Rejection | undefined =>
  (token.phone === undefined && !token.dynamicPhone ? 'no-phone' : gateways.length === 0 ? 'no-gateway' : undefined);

const answerWith = (challenge: Challenge, recalled: boolean): TriggerAnswer => ({
  kind: 'challenged', transactionId: challenge.transactionId, expiresAt: challenge.expiresAt, recalled, delivery: challenge.delivery,
});
