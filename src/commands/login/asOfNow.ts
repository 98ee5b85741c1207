import type { Tokens } from '../ports.js';
import type { Candidate } from './attempt.js';

/** To be called before an attempt is refused. @throws Outdated when another instance has written since to these tokens, or to others that are meant as well */
export type Certain = (seen: readonly Candidate[]) => Promise<void>;

/** What an attempt was to be refused for is not how things stand. */
class Outdated extends Error {}

/**
 * Does an attempt on what is known here, which may be some milliseconds behind what other instances wrote. What is accepted on it is decided at
 * the revision of the token's stream in any case; but before something is refused it is made sure that nothing is missing: a PIN that was just set, a
 * token that was just enrolled, a challenge that was just issued. If something was, the attempt begins anew.
 *
 * @param meant the tokens that the attempt is about, as they are when it is asked
 */
export const asOfNow = async <T>(tokens: Pick<Tokens, 'caughtUp'>, meant: () => Promise<readonly Candidate[]>, attempt: (certain: Certain) => Promise<T>): Promise<T> => {
  try {
    return await attempt(async (seen) => {
      if (await tokens.caughtUp() && !areTheSame(seen, await meant())) throw new Outdated();
    });
  } catch (error) {
    if (!(error instanceof Outdated)) throw error;
    return attempt(async () => undefined);
  }
};

/** A fold is the same one for as long as nobody has written to its stream. */
const areTheSame = (seen: readonly Candidate[], now: readonly Candidate[]): boolean =>
  seen.length === now.length && seen.every(({ serial, facts }) => now.some((one) => one.serial === serial && one.facts.token === facts.token));
