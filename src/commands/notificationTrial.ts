import type { Encoding } from '../sms/measure.js';
import type { Context } from './context.js';
import type { Change } from './outcome.js';

/** A message of a rule that is to be sent on trial. */
export interface TrialWish {
  readonly rule: string;
  /** Number or address; whoever the rule would tell is not told. */
  readonly to: string;
  /** Of the event that it tells of; made-up values stand in the text without one. */
  readonly position?: number;
}

/** What was sent, and what became of it. */
export interface Trial {
  readonly outcome: 'sent' | 'rejected' | 'unavailable' | 'unknown';
  /** Every gateway or mail server that was tried, in order. */
  readonly tries: readonly { readonly via: string; readonly outcome: Trial['outcome']; readonly reason?: string; readonly messageId?: string }[];
  readonly subject?: string;
  readonly text: string;
  /** Of an SMS. */
  readonly encoding?: Encoding;
  readonly segments?: number;
}

/** Renders a rule's message and really sends it; reactors/notify/trial.ts. */
export interface Trials {
  send(wish: TrialWish, context: Context): Promise<Change<Trial>>;
}
