import type { Secret } from '../../security/secret.js';
import type { Parts, PinMatch } from './pinMatch.js';

/** Who can be asked about a password of the user directory. */
export interface PasswordCheck {
  isPassword(text: Secret): Promise<boolean>;
  /** Takes as long, and tries nobody's password. */
  inVain(text: Secret): Promise<void>;
}

/**
 * Reads a pass as the password of the user directory, or as password and code in one string.
 *
 * A wrong password may cost its user something in the directory, too, so that no more is tried than can be meant. Where a code is awaited and one
 * may stand in the pass, its rest is tried first; everywhere else the whole is the only reading. Whether the code is right plays no part in
 * that: what is tried, and how long it takes, tells nothing about it. A pass that may hold a code costs two checks when it is wrong, whoever sends it.
 * @param parts the pass taken apart; undefined where only the whole may be the password
 * @param awaited whether an SMS is out whose code may be answered now: `only` where nothing but an answer is wanted
 */
export const passwordMatch = async (pass: Secret, parts: Parts | undefined, awaited: boolean | 'only', { isPassword, inVain }: PasswordCheck): Promise<PinMatch> => {
  if (awaited === 'only') return { wholeIsPin: false, ...(parts && await isPassword(parts.pin) ? { code: parts.code } : {}) };
  if (!parts || !/^\d+$/.test(parts.code.reveal())) return { wholeIsPin: await isPassword(pass) };
  if (awaited && await isPassword(parts.pin)) return { wholeIsPin: false, code: parts.code };
  const wholeIsPin = await isPassword(pass);
  if (!wholeIsPin && !awaited) await inVain(parts.pin);
  return { wholeIsPin };
};
