import type { Outcome, Refused } from '../../../commands/outcome.js';

type Reason = Refused['reason'];

/** What people are told about each reason. */
const words: Readonly<Record<Reason, string>> = {
  'wrong-pin': 'The PIN is wrong.',
  'wrong-code': 'The code is wrong.',
  replayed: 'This code has been used already. Ask for another SMS.',
  answered: 'This code has been used already. Ask for another SMS.',
  expired: 'The code has expired. Ask for another SMS.',
  superseded: 'There is a newer SMS: only its code is good.',
  cancelled: 'The code was cancelled. Ask for another SMS.',
  'unknown-transaction': 'No code is waited for any more. Ask for another SMS.',
  'not-sent': 'The SMS could not be sent. Try again later.',
  'no-gateway': 'The SMS could not be sent: no gateway is set up. Tell your administrator.',
  'no-phone': 'The SMS could not be sent: your number is not known. Tell your administrator.',
  locked: 'There were too many wrong attempts. Ask your administrator to unlock your token.',
  disabled: 'Your token is disabled. Ask your administrator.',
  revoked: 'Your token was revoked. Ask your administrator.',
  'not-valid-now': 'Your token is not valid at this time. Ask your administrator.',
  'used-up': 'Your token has been used as often as it may be. Ask your administrator.',
  'unknown-user': 'Nobody of this name is known.',
  'no-token': 'This user has no token for codes by SMS.',
  'unknown-token': 'This user has no token for codes by SMS.',
  'not-owner': 'This user has no token for codes by SMS.',
  busy: 'Too many try at the same moment. Nothing was decided: try again.',
  overloaded: 'Too many try at the same moment. Nothing was decided: try again.',
  'no-directory': 'The user directory cannot be asked for the moment. Nothing was decided: try again.',
};
const undecided: ReadonlySet<Reason> = new Set(['busy', 'overloaded', 'no-directory']);

/** The service could decide nothing, which is not about the user. */
export const isUndecided = ({ reason }: Refused): boolean => undecided.has(reason);

/** @param hidden whether the reason is none of the user's business @param answersChallenge whether only a code was given */
export const refusalInWords = (refused: Refused, hidden: boolean, answersChallenge: boolean): string => {
  if (hidden && !isUndecided(refused)) {
    return answersChallenge ? 'That did not let you in. Check the code, or ask for another SMS.' : 'That did not let you in. Check what you typed, and try again.';
  }
  return refused.uncertain ? 'It is not certain that the SMS was sent. If it arrives, log in with PIN and code.' : words[refused.reason];
};

/** How long the code is good, in words. */
export const challengeInWords = ({ challenges }: Extract<Outcome, { kind: 'challenged' }>, now: Date): string => {
  const recalled = challenges.every((challenge) => challenge.recalled);
  const seconds = Math.max(1, Math.floor((Math.min(...challenges.map(({ expiresAt }) => Date.parse(expiresAt))) - now.getTime()) / 1000));
  const life = seconds < 120 ? counted(seconds, 'second') : counted(Math.round(seconds / 60), 'minute');
  return `${recalled ? 'An SMS with a code was sent a moment ago' : 'An SMS with a code is on its way'}. The code is good for ${life}.`;
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
