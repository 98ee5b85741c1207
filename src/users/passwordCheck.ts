import { parseOptions, verify as argon2Verify } from '@node-rs/argon2';
import { constantTimeEqual } from '../security/constantTime.js';
import type { Secret } from '../security/secret.js';
import { Turnstile } from '../security/turnstile.js';
import { isShaCrypt, shaCrypt } from './shaCrypt.js';

/** Longer passwords are nobody's: SHA-crypt gets slow with the square of the length. */
const longest = 512;
/** More memory than this, in KiB, is not given to one hash, whatever the file asks for. */
const mostMemory = 262_144;

/** What an unknown user is checked against: the usual kind of hash, with a digest that no password has. */
const nobody = '$6$nobodynobodynobo$';

/** Whether a password can be checked against this: `$5$`, `$6$` or Argon2. `x`, `*`, `!` and nothing are no hashes. */
export const isCheckable = (hash: string): boolean => isShaCrypt(hash) || isArgon2(hash);

const isArgon2 = (hash: string): boolean => {
  if (!hash.startsWith('$argon2')) return false;
  try {
    return parseOptions(hash).memoryCost <= mostMemory;
  } catch {
    return false;
  }
};

/**
 * Checks passwords against the hashes of a Unix password file, a few at a time. What cannot be checked matches nothing, and
 * takes as long as a wrong password does.
 * @returns a function that throws `Overloaded` when too many wait
 */
export const passwordCheck = (concurrent = 2, queue = 100): ((password: Secret, hash: string | undefined) => Promise<boolean>) => {
  const turnstile = new Turnstile('a password to be checked', concurrent, queue);
  return (password, hash) =>
    turnstile.run(async () => {
      const text = password.reveal();
      const fits = Buffer.byteLength(text) <= longest;
      const known = fits && hash !== undefined && isCheckable(hash) ? hash : undefined;
      if (known !== undefined && isArgon2(known)) return argon2Verify(known, text);
      const computed = await shaCrypt(fits ? text : '', known ?? nobody);
      return known !== undefined && computed !== undefined && constantTimeEqual(computed, known);
    });
};
