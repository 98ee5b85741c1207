import type { TokenDraft } from '../events/token.js';
import type { Measure } from '../sms/measure.js';
import { challengeOf, isLive, type Challenge } from './token.js';
import type { Decision, Facts } from './tokenHandler.js';

/** How a gateway answered, as the events say it. */
export type Attempted =
  | ({ readonly kind: 'sent'; readonly gateway: string; readonly messageId?: string } & Partial<Pick<Measure, 'encoding' | 'segments'>>)
  | { readonly kind: 'rejected' | 'unavailable' | 'unknown'; readonly gateway: string; readonly reason: string };

export interface Send {
  readonly transactionId: string;
  /** The instance that wants to send. */
  readonly instance: string;
  /** Milliseconds. */
  readonly lease: number;
  /** Whether no other instance can be alive, as on the embedded store: then no lease needs to be waited for. */
  readonly alone: boolean;
}

/**
 * May this instance send now? `go`: it holds the lease, or has just claimed it by this very append. `wait`: another holds it until then.
 * `no`: it was sent, or there is nothing to send any more.
 */
export type MaySend = { readonly kind: 'go'; readonly challenge: Challenge } | { readonly kind: 'wait'; readonly until: string } | { readonly kind: 'no' };

export const claimSend = ({ token, now }: Facts, { transactionId, instance, lease, alone }: Send): Decision<MaySend> => {
  const challenge = challengeOf(token, transactionId);
  if (!challenge || challenge.delivery !== 'pending' || !isLive(challenge, now)) return { events: [], answer: { kind: 'no' } };
  if (challenge.sender === instance) return { events: [], answer: { kind: 'go', challenge } };
  if (!alone && now.toISOString() < challenge.leaseUntil) return { events: [], answer: { kind: 'wait', until: challenge.leaseUntil } };
  const leaseUntil = new Date(now.getTime() + lease).toISOString();
  return { events: [{ type: 'SendClaimed', data: { transactionId, leaseUntil } }], answer: { kind: 'go', challenge } };
};

/** Writes down how a gateway answered. @param final whether no further gateway will be tried */
export const recordDispatch = ({ token }: Facts, transactionId: string, attempted: Attempted, final: boolean): Decision<boolean> => {
  const challenge = challengeOf(token, transactionId);
  if (!challenge || challenge.delivery === 'sent') return { events: [], answer: false };
  const { kind, gateway } = attempted;
  const event: TokenDraft = kind === 'sent'
    ? { type: 'SmsDispatched', data: { transactionId, gateway, messageId: attempted.messageId, encoding: attempted.encoding, segments: attempted.segments } }
    : { type: 'SmsDispatchFailed', data: { transactionId, gateway, outcome: kind, reason: attempted.reason, final } };
  return { events: [event], answer: true };
};
