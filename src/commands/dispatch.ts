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
 * May this instance send now? `go`: it holds the lease, or has just claimed it by this very append. `wait`: another holds it.
 * `no`: it was sent, or there is nothing to send any more.
 */
export type MaySend = { readonly kind: 'go'; readonly challenge: Challenge } | { readonly kind: 'wait' | 'no' };

export const claimSend = ({ token, now }: Facts, { transactionId, instance, lease, alone }: Send): Decision<MaySend> => {
  const challenge = challengeOf(token, transactionId);
  if (!challenge || challenge.delivery !== 'pending' || !isLive(challenge, now)) return { events: [], answer: { kind: 'no' } };
  const own = challenge.sender === instance;
  const left = Date.parse(challenge.leaseUntil) - now.getTime();
  if (own && left >= lease - lateStart) return { events: [], answer: { kind: 'go', challenge } };
  if (!own && left > 0 && !alone) return { events: [], answer: { kind: 'wait' } };
  // its own lease, too, when that does not cover the list of gateways any more: before it is through, another may claim it
  const leaseUntil = new Date(now.getTime() + lease).toISOString();
  return { events: [{ type: 'SendClaimed', data: { transactionId, leaseUntil } }], answer: { kind: 'go', challenge } };
};

/** Milliseconds by which a send may begin late on the lease that the challenge was issued with. */
const lateStart = 2_000;

const isHeld = ({ leaseUntil }: Challenge, now: Date): boolean => now.toISOString() < leaseUntil;

/** Whether this instance is still the one to send: the challenge waits to be sent, and nobody has claimed it since. */
export const maySendOn = (challenge: Challenge | undefined, now: Date, instance: string): boolean =>
  challenge?.status === 'open' && challenge.delivery === 'pending' && challenge.sender === instance && isHeld(challenge, now);

/**
 * Writes down how a gateway answered, whoever holds the lease by now: it happened. But that nothing was sent at all is for the holder to
 * say, for another may be sending at this moment.
 * @param final whether the instance has no further gateway to try
 * @returns whether the challenge stands as this instance says
 */
export const recordDispatch = ({ token }: Facts, { transactionId, instance }: Pick<Send, 'transactionId' | 'instance'>, attempted: Attempted, final: boolean): Decision<boolean> => {
  const challenge = challengeOf(token, transactionId);
  if (!challenge) return { events: [], answer: false };
  const { kind, gateway } = attempted;
  const speaksForAll = challenge.delivery === 'pending' && (challenge.status !== 'open' || challenge.sender === instance);
  const event: TokenDraft = kind === 'sent'
    ? { type: 'SmsDispatched', data: { transactionId, gateway, messageId: attempted.messageId, encoding: attempted.encoding, segments: attempted.segments } }
    : { type: 'SmsDispatchFailed', data: { transactionId, gateway, outcome: kind, reason: attempted.reason, final: final && speaksForAll } };
  return { events: [event], answer: kind === 'sent' || speaksForAll };
};
