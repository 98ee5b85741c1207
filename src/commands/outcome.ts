import type { Rejection, Via } from '../events/token.js';

/** How a challenge stands with its SMS when the caller is answered. */
type Delivery =
  /** A gateway took it. */
  | 'sent'
  /** The time that a request may wait ran out first; the send goes on. */
  | 'pending'
  /** A gateway was reached, but what it did is not known: the code may arrive. */
  | 'unknown'
  /** Every gateway refused or was unreachable: the code was never sent and is worth nothing. */
  | 'failed';

/** One token's part in a transaction. */
export interface IssuedChallenge {
  readonly serial: string;
  readonly transactionId: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly delivery: Delivery;
  /** The last SMS was so recent that no new one was sent. */
  readonly recalled: boolean;
}

/** Why nobody was let in, besides what a token itself says (`Rejection`). */
export type Refusal =
  | Rejection
  | 'unknown-user'
  | 'no-token'
  | 'unknown-token'
  | 'not-owner'
  /** Every repeat met somebody faster, or too many wait; nothing was decided. */
  | 'busy'
  /** The store's queue is full; nothing was decided. */
  | 'overloaded'
  /** The user directory cannot be asked; nothing was decided. */
  | 'no-directory';

/**
 * The one vocabulary in which every authentication answers. A dialect, and the native API, is a table from these to its wire forms.
 */
export type Outcome =
  | {
      readonly kind: 'accepted';
      readonly serial: string;
      readonly via: Exclude<Via, 'trigger' | 'watch'>;
      readonly transactionId: string;
    }
  | {
      readonly kind: 'challenged';
      readonly transactionId: string;
      /** One per token whose SMS was sent or may have been, in the order of their enrolment. */
      readonly challenges: readonly IssuedChallenge[];
      /** Tokens that were asked as well and sent nothing, each with its own reason. */
      readonly without: readonly { readonly serial: string; readonly reason: Refusal }[];
    }
  | {
      readonly kind: 'refused';
      readonly reason: Refusal;
      readonly via: Via;
      /** The tokens that the attempt reached, each with its own reason. */
      readonly tokens: readonly { readonly serial: string; readonly reason: Refusal }[];
      /** Only with `not-sent`: a gateway may have sent all the same. */
      readonly uncertain?: boolean;
    };

export type Refused = Extract<Outcome, { kind: 'refused' }>;

/** What an administrative command answers. */
export type Change<T = undefined> =
  | { readonly kind: 'done'; readonly changed: boolean; readonly value: T }
  | { readonly kind: 'refused'; readonly reason: ChangeRefusal; readonly field?: string; readonly message: string };

export type ChangeRefusal =
  | 'unknown-token' | 'unknown-user' | 'unknown-gateway' | 'unknown-mail-server' | 'unknown-setting' | 'unknown-account' | 'unknown-challenge'
  | 'unknown-rule' | 'unknown-notification' | 'revoked' | 'assigned-to-another' | 'exists' | 'sent' | 'invalid' | 'busy' | 'overloaded';
