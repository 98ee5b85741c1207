import { Secret } from '../security/secret.js';

/** What a pass can be read as for one token. */
export interface PinMatch {
  /** The whole pass is the PIN: an SMS is asked for. */
  readonly wholeIsPin: boolean;
  /** One part is the PIN: this is the other one, a code. */
  readonly code?: Secret;
}

/**
 * Reads a pass as PIN, or as PIN and code in one string. A pass shorter than a code is never cut.
 * @param digits length of a code
 * @param fits whether a text is the PIN
 */
export const pinMatch = async (
  pass: Secret,
  digits: number,
  { prependPin, wholeOnly }: { readonly prependPin: boolean; readonly wholeOnly: boolean },
  fits: (pin: Secret) => Promise<boolean>,
): Promise<PinMatch> => {
  const text = [...pass.reveal()];
  const cut = !wholeOnly && text.length >= digits;
  const [pin, code] = prependPin ? [text.slice(0, -digits), text.slice(-digits)] : [text.slice(digits), text.slice(0, digits)];
  // both at once: a right PIN with a wrong code must not be told from a wrong PIN by the time
  const [wholeIsPin, partIsPin] = await Promise.all([fits(pass), cut ? fits(new Secret(pin.join(''))) : false]);
  return partIsPin ? { wholeIsPin, code: new Secret(code.join('')) } : { wholeIsPin };
};
