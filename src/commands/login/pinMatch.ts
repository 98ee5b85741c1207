import { Secret } from '../../security/secret.js';

/** What a pass can be read as for one token. */
export interface PinMatch {
  /** The whole pass is the PIN: an SMS is asked for. */
  readonly wholeIsPin: boolean;
  /** One part is the PIN: this is the other one, a code. */
  readonly code?: Secret;
}

/**
 * Reads a pass as PIN, or as PIN and code in one string. A pass shorter than a code is never cut. One PIN cannot be both the whole and a
 * part of the same text, so that the first match is the only one. A right PIN with a wrong code costs the same two checks as a wrong PIN.
 * @param digits length of a code
 * @param find which of several texts is the PIN: its place, or -1
 */
export const pinMatch = async (
  pass: Secret,
  digits: number,
  { prependPin, wholeOnly }: { readonly prependPin: boolean; readonly wholeOnly: boolean },
  find: (candidates: readonly Secret[]) => Promise<number>,
): Promise<PinMatch> => {
  const text = [...pass.reveal()];
  if (wholeOnly || text.length < digits) return { wholeIsPin: (await find([pass])) === 0 };
  const [pin, code] = (prependPin ? [text.slice(0, -digits), text.slice(-digits)] : [text.slice(digits), text.slice(0, digits)])
    .map((part) => new Secret(part.join(''))) as [Secret, Secret];
  const place = await find([pass, pin]);
  return { wholeIsPin: place === 0, ...(place === 1 ? { code } : {}) };
};
