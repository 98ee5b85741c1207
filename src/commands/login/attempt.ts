import type { Secret } from '../../security/secret.js';
import type { Journal } from '../../store/journal.js';
import type { Clock, Deliveries, Pins, SettingsReader, Tokens, Users } from '../ports.js';
import type { Facts, TokenHandler } from '../tokenHandler.js';
import { unusable } from '../usable.js';

/** Whose tokens are meant: a user's, one token, both (then it must be his), or whichever take part in the transaction. */
export interface Subject {
  readonly login?: string;
  readonly realm?: string;
  readonly serial?: string;
}

/** What differs between the front ends, as data; no front end decides anything. */
export interface TriggerWishes {
  /** Makes an id for a transaction over so many tokens. */
  readonly newTransactionId: (tokens: number) => string;
  /** Seconds after the last SMS within which the same challenge is answered with again. */
  readonly resendAfter?: number;
  /** Text that the caller wants in the SMS instead of the configured one. */
  readonly text?: string;
  /** Text for tokens to whom no administrator's text applies. */
  readonly textWhereNoneIsSet?: string;
}

export interface Attempt extends Subject, TriggerWishes {
  /** PIN, PIN and code in one string, or code. */
  readonly pass: Secret;
  /** Given, even empty: `pass` answers this challenge. */
  readonly transactionId?: string;
  /** With a transaction id, take PIN and code in one string as well as the code alone (LinOTP). */
  readonly pinWithTransaction?: boolean;
  /** `pin`: only the PIN alone is right, to ask for an SMS. `otp`: `pass` is a code, no PIN is asked for; needs a serial. */
  readonly only?: 'pin' | 'otp';
  /**
   * The user's tokens stand and fall together (LinOTP): a wrong code counts on those with another PIN too, a success sets all fail counters
   * to zero. Else each has its own luck (privacyIDEA).
   */
  readonly together?: boolean;
}

export interface LoginDependencies {
  readonly journal: Journal;
  readonly handler: TokenHandler;
  readonly tokens: Tokens;
  readonly users: Users;
  readonly pins: Pins;
  readonly settings: SettingsReader;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  /** Milliseconds that a list of gateways may take at the most; a lease must outlast it. */
  readonly leaseFor: (gateways: readonly string[]) => Promise<number>;
}

/** A token that an attempt may be about, as it was when it was looked at. */
export interface Candidate {
  readonly serial: string;
  readonly facts: Facts;
}

export const candidatesOf = ({ handler }: Pick<LoginDependencies, 'handler'>, serials: readonly string[]): Promise<Candidate[]> =>
  Promise.all(serials.map(async (serial) => ({ serial, facts: await handler.facts(serial) })));

export const isUsable = ({ facts }: Candidate): boolean => unusable(facts.token, facts.now) === undefined;

/** What strangers send goes into the trail, but not at any length. */
export const cut = (text: string | undefined): string | undefined => text?.slice(0, 200);
