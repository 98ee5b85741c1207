import { Secret } from '../../security/secret.js';

/** What a pass can be read as for one token. */
export interface PinMatch {
  /** The whole pass is the PIN: an SMS is asked for. */
  readonly wholeIsPin: boolean;
  /** One part is the PIN: this is the other one, a code. */
  readonly code?: Secret;
}

/** A pass taken apart. */
export interface Parts {
  readonly pin: Secret;
  readonly code: Secret;
}

/** @param digits length of a code @returns undefined for a pass shorter than a code, which is never cut */
export const cutPass = (pass: Secret, digits: number, prependPin: boolean): Parts | undefined => {
  const text = [...pass.reveal()];
  if (text.length < digits) return undefined;
  const [pin, code] = prependPin ? [text.slice(0, -digits), text.slice(-digits)] : [text.slice(digits), text.slice(0, digits)];
  return { pin: new Secret(pin.join('')), code: new Secret(code.join('')) };
};

/**
 * Reads a pass as PIN, or as PIN and code in one string. One PIN cannot be both the whole and a part of the same text, so that the first match
 * is the only one. A right PIN with a wrong code costs the same two checks as a wrong PIN.
 * @param parts the pass taken apart; undefined where only the whole may be the PIN
 * @param find which of several texts is the PIN: its place, or -1
 */
export const pinMatch = async (pass: Secret, parts: Parts | undefined, find: (candidates: readonly Secret[]) => Promise<number> | number): Promise<PinMatch> => {
  const place = await find(parts ? [pass, parts.pin] : [pass]);
  return { wholeIsPin: place === 0, ...(parts && place === 1 ? { code: parts.code } : {}) };
};
