import type { Secret } from '../../security/secret.js';
import type { Callback } from '../gateway.js';

/** A callback whose signature is to be checked. */
export interface Signed {
  readonly callback: Callback;
  /** What the provider and we know; a public key where it signs with a private one. */
  readonly key: Secret;
  /** The address as the provider called it. */
  readonly url: string;
  /** Which of the scheme's methods is in use, where it has several. */
  readonly method?: string | undefined;
}

/** How a provider signs its callbacks. */
export interface SignatureScheme {
  /** Whether the signature covers our public address, so that this must be known. */
  readonly coversUrl: boolean;
  /** The first is taken where nothing is said. */
  readonly methods?: readonly [string, ...string[]];
  /** What is wrong with a key, read on after its name; undefined where nothing is. */
  keyProblem?(key: string): string | undefined;
  /** Never throws, whatever it is given, and compares in constant time. */
  isAuthentic(signed: Signed): boolean;
}

/** Seconds that a signature may be older, or younger, than our clock says. */
const window = 300;

/** Whether a time in seconds since 1970, as a signature holds it, is of now. */
export const isFresh = (timestamp: string | undefined, now: Date): boolean =>
  /^\d{1,12}$/.test(timestamp ?? '') && Math.abs(now.getTime() / 1000 - Number(timestamp)) <= window;
