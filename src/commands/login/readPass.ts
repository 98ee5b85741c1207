import { tokenStream, type Rejection } from '../../events/token.js';
import type { Secret } from '../../security/secret.js';
import { rejectAttempt } from '../rejectAttempt.js';
import { isLive, realmOf } from '../token.js';
import type { Decision, Facts } from '../tokenHandler.js';
import type { Attempt, Candidate, LoginDependencies } from './attempt.js';
import { directoryPasswords } from './directoryPasswords.js';
import { passwordMatch } from './passwordMatch.js';
import { cutPass, pinMatch, type PinMatch } from './pinMatch.js';

type Pass = Pick<Attempt, 'pass' | 'only'>;

/** Reads the pass of one attempt, as the first factor of each token's realm wants it. */
export interface PassReader {
  /** What the pass is for one token. @param forCode whether it is read for a code in it alone: it is known to be an answer */
  read(candidate: Candidate, forCode?: boolean): Promise<PinMatch>;
  /** Takes the time that a wrong pass takes, where there is no token that it could be for: the time tells nothing. */
  readInVain(realm: string | undefined): Promise<void>;
}

export const passReader = (with_: LoginDependencies, { pass, only }: Pass): PassReader => {
  const passwords = directoryPasswords(with_);
  const partsFor = (digits: number, prependPin: boolean) => (only === 'pin' ? undefined : cutPass(pass, digits, prependPin));
  return {
    read: async (candidate, forCode = false) => {
      const { token, now } = candidate.facts;
      const { firstFactor, prependPin } = await with_.settings.current(realmOf(token));
      const parts = partsFor(token.digits, prependPin);
      switch (firstFactor) {
        case 'pin': return pinMatch(pass, parts, (texts) => findPin(with_, candidate, texts));
        case 'password': {
          const awaited = forCode ? 'only' : token.challenges.some((challenge) => isLive(challenge, now));
          return passwordMatch(pass, parts, awaited, await passwords.ofOwner(candidate));
        }
        case 'none': return pinMatch(pass, parts, emptyOne);
      }
    },
    readInVain: async (realm) => {
      const { firstFactor, prependPin, digits } = await with_.settings.current(realm);
      const parts = partsFor(digits, prependPin);
      if (firstFactor === 'pin') await pinMatch(pass, parts, (texts) => with_.pins.find(undefined, texts));
      if (firstFactor === 'password') await passwordMatch(pass, parts, false, passwords.ofNobody(realm));
    },
  };
};

const findPin = async ({ pins, journal }: LoginDependencies, { serial, facts }: Candidate, texts: readonly Secret[]): Promise<number> => {
  const sealed = facts.token.pinHash;
  // without a PIN the empty one is right
  const empty = sealed === undefined ? emptyOne(texts) : -1;
  return empty >= 0 ? empty : pins.find(await journal.unseal(tokenStream(serial), sealed), texts);
};

const emptyOne = (texts: readonly Secret[]): number => texts.findIndex((text) => text.reveal() === '');

/**
 * The first factor was verified against the token as it was seen. If its PIN was changed since, or it was given to another, the verdict says
 * nothing any more. A password that is changed meanwhile makes no difference: the directory is no part of our order of events, so its answer, got
 * while the attempt was under way, holds for an instant of the attempt; whoever changes a password can wish for no more.
 */
export const firstFactorChanged = (seen: Facts, current: Facts): Decision<{ kind: 'refused'; reason: Rejection | 'unknown-token' }> | undefined => {
  if (seen.token.pinHash === current.token.pinHash && seen.token.owner?.login === current.token.owner?.login) return undefined;
  const { events, answer } = rejectAttempt(current, { reason: 'wrong-pin', via: 'pin', counted: true });
  return { events, answer: { kind: 'refused', reason: answer } };
};
