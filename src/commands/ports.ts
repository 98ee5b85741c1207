import type { Sealed } from '../events/event.js';
import type { Secret } from '../security/secret.js';
import type { TextManner } from '../sms/codeText.js';
import type { FirstFactor } from './firstFactor.js';
import type { Token } from './token.js';

/** What the commands need of the world outside. `app.ts` brings the real parts, tests bring theirs. */

export interface Clock {
  now(): Date;
}

/** The data key of one stream; security/vault.ts. */
export interface StreamKey {
  seal(eventId: string, field: string, plain: string): Sealed;
  /** Undefined when the key was destroyed: the person was erased. Throws when the ciphertext was tampered with or moved. */
  unseal(sealed: Sealed): string | undefined;
}

export interface Vault {
  /** The key of a stream, made at first use; durable before it is given out. */
  keyFor(stream: string): Promise<StreamKey>;
  /** The same for reading: makes no key for a stream that has none. */
  readerFor(stream: string): Promise<Pick<StreamKey, 'unseal'>>;
  /** Destroys every key that the stream ever had. What is sealed later gets a new one. */
  destroy(stream: string): Promise<void>;
  /** Drops what is remembered of a stream's keys: another instance may have destroyed them. */
  forget(stream: string): void;
  /** Keyed digest of a value, for look-ups; the same value gives the same digest for as long as the master key lives. */
  index(value: string): string;
}

/** PIN and password hashing; security/pins.ts. */
export interface Pins {
  /** @returns encoded Argon2id hash under the pepper */
  hash(pin: Secret): Promise<string>;
  /** Costs the full price for a wrong PIN and for no hash at all; a right one may be remembered for a while. */
  verify(hash: string | undefined, pin: Secret): Promise<boolean>;
  /** Which of several texts is the PIN: its place, or -1. Costs the full price for each that is tried. */
  find(hash: string | undefined, candidates: readonly Secret[]): Promise<number>;
}

/** HOTP(seed, counter), RFC 4226; security/codes.ts. */
export interface Codes {
  code(seed: Secret, counter: number, digits: number, algorithm: Token['algorithm']): Secret;
  /** @returns a fresh seed, hex, as long as the digest of the algorithm (RFC 4226 R6, RFC 6238) */
  newSeed(algorithm: Token['algorithm']): Secret;
}

export interface User {
  readonly login: string;
  readonly realm: string;
  readonly resolver: string;
  readonly userId: string;
  readonly mobile?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly givenName?: string;
  readonly surname?: string;
}

/** The user directory. */
export interface Users {
  /** Realms that exist; the first is the default. */
  realms(): readonly string[];
  /** Names of the sources that users come from. */
  resolvers(): readonly string[];
  /** The sources of one realm, in the order in which they are asked. */
  resolversOf(realm: string): readonly { readonly name: string; readonly type: 'passwd' | 'ldap' | 'open' }[];
  /**
   * Finds a user by what a client sent: `login`, `login@realm` or `realm\login`; a realm that is given apart wins.
   * @returns undefined for a user or a realm that does not exist
   */
  find(login: string, realm?: string): Promise<User | undefined>;
  /** The realm that is meant by it, whether it has such a user or not; undefined for one that does not exist. */
  realmOf(login: string, realm?: string): Promise<string | undefined>;
  /** Whether the directory has passwords where this user comes from. */
  hasPassword(user: User): boolean;
  /** Checks the password that the directory has. Full price for unknown users too. */
  checkPassword(user: User, password: Secret): Promise<boolean>;
}

/** Where tokens are found: read models that are as new as the instance's own writes. */
export interface Tokens {
  /** The fold of the token's stream and the revision that it stands at; undefined before the first event. */
  load(serial: string): Promise<{ readonly token: Token; readonly revision: number } | undefined>;
  /** Serials of a user's tokens, in order of enrolment. */
  ofOwner(login: string, realm: string): Promise<readonly string[]>;
  /** Serials of the tokens that take part in a transaction. */
  inTransaction(transactionId: string): Promise<readonly string[]>;
  /**
   * Waits until everything is known here that was written before, by whomever.
   * @returns false, at once, where nobody else writes: then it was known all along
   */
  caughtUp(): Promise<boolean>;
}

/** What administrators set, with the defaults filled in. */
export interface Settings {
  /** Seconds that a code lives (`sms.providerTimeout`, `SMSProviderTimeout`; `SmsChallengeValidityTime` may shorten it). */
  readonly challengeLife: number;
  /** Whether a success sends the next code at once (`smsautosend`), and the seconds that such a code lives (`smsautosend.timeout`). */
  readonly nextCode: { readonly atOnce: boolean; readonly life: number };
  /** Whether a new challenge leaves the older ones of its token alive (`sms.concurrent_challenges`). */
  readonly concurrentChallenges: boolean;
  /** What a user proves before he is sent a code (`otppin`). */
  readonly firstFactor: FirstFactor;
  /** Whether the PIN stands before the code (`PrependPin`). */
  readonly prependPin: boolean;
  /** Whether `login@realm` is taken apart (`splitAtSign`). */
  readonly splitAtSign: boolean;
  /** Whether a wrong PIN counts on every token of the user (`IncFailCountOnFalsePin`). */
  readonly countFalsePin: boolean;
  /** Minutes after which a locked token is let go; 0 for never (`failcounter_clear_timeout`). */
  readonly lockedFor: number;
  /** Defaults for new tokens. */
  readonly maxFail: number;
  readonly digits: number;
  readonly countWindow: number;
  readonly syncWindow: number;
  /** Gateways for tokens without one of their own, tried in this order (`sms.identifier`). */
  readonly gateways: readonly string[];
  readonly smsText: SmsTextSettings;
  /** Milliseconds that a request waits for the send to end (`sms.wait`). */
  readonly sendWait: number;
  /** Where notifications to the administrators go (`notify.administrators.phone`, `notify.administrators.email`). */
  readonly administrators: { readonly phones: readonly string[]; readonly emails: readonly string[] };
}

/** What is in an SMS besides the code. */
export interface SmsTextSettings {
  /** The text with its tags (`sms.text`) in a language; in that of `sms.language`, when it is left out. */
  template(language?: string): string;
  /** Whether an administrator has set that text. */
  isSet(language?: string): boolean;
  readonly manner: TextManner;
}

export interface SettingsReader {
  /** What is in force for a token of that realm; generally, when it is left out. */
  current(realm?: string): Promise<Settings>;
}

/** Tells how a send ended; reactors/dispatchSms.ts reports, requests wait. */
export interface Deliveries {
  /** To be called before the challenge is appended, so that no report is missed. */
  expect(transactionId: string, serial: string): { settled(milliseconds: number): Promise<'sent' | 'pending' | 'unknown' | 'failed'>; forget(): void };
}

/** A message that went, or may have gone, through a gateway. */
export interface KnownMessage {
  readonly stream: string;
  /** Which message of the stream: in a token's stream, its transaction; in that of a notification, the place of the recipient. */
  readonly part: string;
  readonly gateway: string;
  /** The last word about it. */
  readonly receipt?: 'delivered' | 'undelivered';
}

/** The messages of the last weeks; as new as the instance's own writes. */
export interface Messages {
  withId(gateway: string, messageId: string): Promise<KnownMessage | undefined>;
  at(place: Pick<KnownMessage, 'stream' | 'part'>, gateway: string): Promise<KnownMessage | undefined>;
}

/** Tells when it is written down that a gateway took a message. */
export interface MessageArrivals {
  /** What is expected has to be forgotten. @returns `within`: whether it came within so many milliseconds */
  expect(gateway: string, messageId: string): { within(milliseconds: number): Promise<boolean>; forget(): void };
}
