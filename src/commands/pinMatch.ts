import { Secret } from '../security/secret.js';

/** What a pass can be read as for one token. */
export interface PinMatch {
  /** The whole pass is the PIN: an SMS is asked for. */
  readonly wholeIsPin: boolean;
  /** One part is the PIN: this is the other one, a code. */
  readonly code?: Secret;
}

/** Whether a text is the PIN. */
export interface PinCheck {
  fits(pin: Secret): Promise<boolean>;
  /** Whether it is known at once that the text is the PIN. */
  remembered(pin: Secret): Promise<boolean>;
}

/**
 * Reads a pass as PIN, or as PIN and code in one string. A pass shorter than a code is never cut. One PIN cannot be both the whole and a
 * part of the same text, so that the first match is the only one. A right PIN with a wrong code costs the same two checks as a wrong PIN.
 * @param digits length of a code
 */
export const pinMatch = async (
  pass: Secret,
  digits: number,
  { prependPin, wholeOnly }: { readonly prependPin: boolean; readonly wholeOnly: boolean },
  pins: PinCheck,
): Promise<PinMatch> => {
  const text = [...pass.reveal()];
  if (wholeOnly || text.length < digits) return { wholeIsPin: await pins.fits(pass) };
  const [pin, code] = (prependPin ? [text.slice(0, -digits), text.slice(-digits)] : [text.slice(digits), text.slice(0, digits)])
    .map((part) => new Secret(part.join(''))) as [Secret, Secret];
  if (await pins.remembered(pass)) return { wholeIsPin: true };
  if (await pins.remembered(pin)) return { wholeIsPin: false, code };
  if (await pins.fits(pass)) return { wholeIsPin: true };
  return (await pins.fits(pin)) ? { wholeIsPin: false, code } : { wholeIsPin: false };
};
