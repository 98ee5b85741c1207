import { tokenStream, type Rejection } from '../../events/token.js';
import type { Secret } from '../../security/secret.js';
import type { Settings } from '../ports.js';
import { rejectAttempt } from '../rejectAttempt.js';
import type { Decision, Facts } from '../tokenHandler.js';
import type { Attempt, Candidate, LoginDependencies } from './attempt.js';
import { pinMatch, type PinMatch } from './pinMatch.js';

type Pass = Pick<Attempt, 'pass' | 'only'>;

/** What the pass is for one token. */
export const readPass = (with_: LoginDependencies, candidate: Candidate, { pass, only }: Pass, { prependPin }: Settings): Promise<PinMatch> =>
  pinMatch(pass, candidate.facts.token.digits, { prependPin, wholeOnly: only === 'pin' }, (texts) => findPin(with_, candidate, texts));

/** Takes the time that a wrong PIN takes, where there is no token whose PIN it could be: the time tells nothing. */
export const readInVain = async ({ pins }: LoginDependencies, { pass, only }: Pass, { prependPin, digits }: Settings): Promise<void> => {
  await pinMatch(pass, digits, { prependPin, wholeOnly: only === 'pin' }, (texts) => pins.find(undefined, texts));
};

const findPin = async ({ pins, journal }: LoginDependencies, { serial, facts }: Candidate, texts: readonly Secret[]): Promise<number> => {
  const sealed = facts.token.pinHash;
  // without a PIN the empty one is right
  const empty = sealed === undefined ? texts.findIndex((text) => text.reveal() === '') : -1;
  return empty >= 0 ? empty : pins.find(await journal.unseal(tokenStream(serial), sealed), texts);
};

/** The PIN was verified against the token as it was seen; if it was changed since, the verdict says nothing any more. */
export const pinChanged = (seen: Facts, current: Facts): Decision<{ kind: 'refused'; reason: Rejection | 'unknown-token' }> | undefined => {
  if (seen.token.pinHash === current.token.pinHash) return undefined;
  const { events, answer } = rejectAttempt(current, { reason: 'wrong-pin', via: 'pin', counted: true });
  return { events, answer: { kind: 'refused', reason: answer } };
};
