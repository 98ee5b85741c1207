import type { Sealed } from '../events/event.js';
import type { TokenEvent, Via } from '../events/token.js';

/** What happened to a challenge; `open` is the only one whose code is worth anything. */
type ChallengeStatus = 'open' | 'answered' | 'expired' | 'superseded' | 'cancelled' | 'not-sent';

export interface Challenge {
  readonly transactionId: string;
  readonly counter: number;
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly status: ChallengeStatus;
  /** `pending` until the last gateway of the list has spoken. */
  readonly delivery: 'pending' | 'sent' | 'unknown' | 'failed';
  /** What a gateway said later of the SMS; `delivered` is the last word. */
  readonly receipt?: 'delivered' | 'undelivered';
  /** Whether some gateway may have sent, although none said so. */
  readonly uncertain: boolean;
  /** How many answers came in while it was remembered, right or wrong. */
  readonly answers: number;
  readonly gateways: readonly string[];
  readonly siblings: readonly string[];
  /** The instance that may send until `leaseUntil`. */
  readonly sender: string;
  readonly leaseUntil: string;
  readonly text?: Sealed;
}

/** Everything that decisions about a token need: the fold of its stream. Plain JSON, for it is also the snapshot of the stream. */
export interface Token {
  /** `absent` before the first event and after TokenDeleted. */
  readonly life: 'absent' | 'present';
  readonly enabled: boolean;
  readonly revoked: boolean;
  readonly erased: boolean;
  readonly seed?: Sealed;
  readonly digits: number;
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  /** HOTP counter: the next SMS carries HOTP(counter + 1), so that the first of a new token is HOTP(1), as clients of the old servers know it. */
  readonly counter: number;
  readonly phone?: Sealed;
  readonly dynamicPhone: boolean;
  readonly description?: Sealed;
  /** Names of its own gateways, separated by commas, tried in this order. */
  readonly gateway?: string;
  readonly realms: readonly string[];
  readonly owner?: { readonly login: Sealed; readonly realm: string; readonly resolver?: string; readonly userId?: Sealed };
  readonly pinHash?: Sealed;
  readonly failCount: number;
  /** Codes alone and PINs at a look that were wrong. The old servers do not count them and their clients must not see them, but they come out of the same budget. */
  readonly unshownFailures: number;
  readonly maxFail: number;
  readonly countWindow: number;
  readonly syncWindow: number;
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly logins: number;
  readonly successes: number;
  readonly maxLogins: number;
  readonly maxSuccesses: number;
  readonly info: Readonly<Record<string, Sealed>>;
  readonly enrolledAt: string;
  readonly assignedAt?: string;
  readonly lastSuccessAt?: string;
  readonly lockedAt?: string;
  /** Oldest first. Closed ones are kept for a while, so that a late answer hears the right reason. */
  readonly challenges: readonly Challenge[];
}

export const initialToken: Token = {
  life: 'absent', enabled: false, revoked: false, erased: false, digits: 6, algorithm: 'sha1', counter: 0, dynamicPhone: false,
  realms: [], failCount: 0, unshownFailures: 0, maxFail: 10, countWindow: 10, syncWindow: 1000, logins: 0, successes: 0, maxLogins: 0, maxSuccesses: 0,
  info: {}, enrolledAt: '', challenges: [],
};

/** The realm whose settings are in force for a token: its owner's, else its first. */
export const realmOf = ({ owner, realms }: Token): string | undefined => owner?.realm ?? realms[0];

/** One budget of wrong attempts, however they came. */
export const isLocked = (token: Token): boolean => token.failCount + token.unshownFailures >= token.maxFail;

/** Time is an argument everywhere below `commands`; a challenge is dead at the very instant of `expiresAt`. */
export const isLive = (challenge: Challenge, now: Date): boolean => challenge.status === 'open' && now.toISOString() < challenge.expiresAt;

/** Folds one event into the state. Total: it knows every event of the stream and refuses none. */
export const evolve = (token: Token, event: TokenEvent): Token => {
  switch (event.type) {
    case 'TokenEnrolled': {
      // a token that is enrolled anew keeps owner and PIN, and starts afresh in all that hangs on the seed
      const { seed, digits, algorithm, phone, dynamicPhone, description, maxFail, gateway, realms } = event.data;
      const before = token.life === 'present' ? token : initialToken;
      return {
        ...without(before, 'phone', 'gateway', 'lockedAt'), life: 'present', enabled: true, seed, digits, algorithm, dynamicPhone, maxFail,
        counter: 0, failCount: 0, unshownFailures: 0, challenges: [], erased: false, realms: realms.length ? realms : before.realms,
        enrolledAt: before.enrolledAt || event.recordedAt,
        ...(phone === undefined ? {} : { phone }), ...(gateway === undefined ? {} : { gateway }), ...(description === undefined ? {} : { description }),
      };
    }
    case 'TokenAssigned':
      return { ...token, owner: event.data, assignedAt: event.recordedAt, realms: [...new Set([...token.realms, event.data.realm])] };
    case 'TokenUnassigned':
      return without(token, 'owner', 'assignedAt', 'pinHash');
    case 'PinSet':
      return event.data.pinHash === undefined ? without(token, 'pinHash') : { ...token, pinHash: event.data.pinHash };
    case 'PhoneChanged':
      return { ...without(token, 'phone'), ...event.data };
    case 'TokenDescribed':
      return { ...token, description: event.data.description };
    case 'TokenAdjusted': {
      const { gateway, validFrom, validUntil, ...rest } = event.data;
      return { ...token, ...rest, ...orCleared('gateway', gateway), ...orCleared('validFrom', validFrom), ...orCleared('validUntil', validUntil) };
    }
    case 'TokenRealmsSet':
      return { ...token, realms: event.data.realms };
    case 'TokenInfoSet':
      return { ...token, info: { ...token.info, [event.data.key]: event.data.value } };
    case 'TokenInfoRemoved':
      return { ...token, info: without(token.info, event.data.key) };
    case 'TokenEnabled':
      return { ...token, enabled: true };
    case 'TokenDisabled':
      return { ...token, enabled: false };
    case 'TokenRevoked':
      return { ...token, enabled: false, revoked: true };
    case 'TokenDeleted':
      return initialToken;
    case 'PersonErased':
      // the ciphertext could be read by nobody any more; keeping it would only feign that there is something
      return {
        ...without(token, 'seed', 'phone', 'description', 'owner', 'pinHash'), enabled: false, erased: true, info: {},
        challenges: token.challenges.map((challenge) => (challenge.status === 'open' ? closed(challenge, 'cancelled') : challenge)),
      };
    case 'CounterResynced':
      return { ...token, counter: event.data.counter };

    case 'ChallengeIssued': {
      const { transactionId, counter, expiresAt, gateways, supersedes, siblings, leaseUntil, text } = event.data;
      const earlier = token.challenges
        .map((challenge) => (supersedes.includes(challenge.transactionId) && challenge.status === 'open' ? closed(challenge, 'superseded') : challenge));
      const explained = new Set(earlier.filter((challenge) => challenge.status !== 'open' && stillWorthExplaining(challenge, event.recordedAt)).slice(-explainedChallenges));
      const kept = earlier.filter((challenge) => challenge.status === 'open' || explained.has(challenge));
      const issued: Challenge = {
        transactionId, counter, issuedAt: event.recordedAt, expiresAt, status: 'open', delivery: 'pending', uncertain: false, answers: 0,
        gateways, siblings, sender: event.origin, leaseUntil, ...(text === undefined ? {} : { text }),
      };
      return { ...token, counter, challenges: [...kept, issued] };
    }
    case 'TriggerSuppressed':
      return token;
    case 'SendClaimed': {
      const { transactionId, leaseUntil } = event.data;
      const challenge = challengeOf(token, transactionId);
      // another that held the lease before may have sent, and died before he could say so
      const uncertain = challenge?.uncertain === true || challenge?.sender !== event.origin;
      return withChallenge(token, transactionId, { sender: event.origin, leaseUntil, uncertain });
    }
    case 'SmsDispatched':
      return withChallenge(token, event.data.transactionId, { delivery: 'sent' });
    case 'SmsDispatchFailed': {
      const challenge = challengeOf(token, event.data.transactionId);
      const uncertain = event.data.outcome === 'unknown' || challenge?.uncertain === true;
      if (!event.data.final) return withChallenge(token, event.data.transactionId, { uncertain });
      // only a code that surely never left is dead; one that may have been sent stays good
      if (uncertain) return withChallenge(token, event.data.transactionId, { uncertain, delivery: challenge?.receipt === 'delivered' ? 'sent' : 'unknown' });
      const failed = withChallenge(token, event.data.transactionId, { delivery: 'failed' });
      return challenge?.status === 'open' ? close(failed, event.data.transactionId, 'not-sent') : failed;
    }
    case 'SmsDelivered': {
      // a receipt tells what became of the SMS; whether the code is good, it does not say
      const delivery = challengeOf(token, event.data.transactionId)?.delivery;
      return withChallenge(token, event.data.transactionId, { receipt: 'delivered', ...(delivery === 'unknown' ? { delivery: 'sent' } : {}) });
    }
    case 'SmsUndelivered':
      return challengeOf(token, event.data.transactionId)?.receipt === 'delivered' ? token : withChallenge(token, event.data.transactionId, { receipt: 'undelivered' });
    case 'ChallengeAnswered':
      return {
        ...close(without(token, 'lockedAt'), event.data.transactionId, 'answered', 1),
        failCount: 0, unshownFailures: 0, counter: Math.max(token.counter, event.data.counter + 1), logins: token.logins + 1, successes: token.successes + 1,
        lastSuccessAt: event.recordedAt,
      };
    case 'AttemptRejected': {
      const { counted, via, transactionId } = event.data;
      if (!counted) return token;
      const after = { ...token, challenges: token.challenges.map((challenge) => (answers(challenge, via, transactionId) ? { ...challenge, answers: challenge.answers + 1 } : challenge)) };
      if (via === 'otp' || via === 'watch') return { ...after, unshownFailures: token.unshownFailures + 1 };
      return { ...after, failCount: token.failCount + 1, logins: token.logins + (via === 'pin' ? 1 : 0) };
    }
    case 'ChallengeExpired':
      return close(token, event.data.transactionId, 'expired');
    case 'ChallengeCancelled':
      return close(token, event.data.transactionId, 'cancelled');
    case 'TokenLocked':
      return { ...token, lockedAt: event.recordedAt };
    case 'FailCounterReset':
      return { ...without(token, 'lockedAt'), failCount: 0, unshownFailures: 0 };
  }
};

/** How many challenges that are over, and for how long after their end, the state remembers: it is written with every event. */
const explainedChallenges = 10;
const explainedFor = 15 * 60_000;
const stillWorthExplaining = (challenge: Challenge, now: string): boolean => Date.parse(challenge.expiresAt) + explainedFor > Date.parse(now);

export const challengeOf = (token: Token, transactionId: string): Challenge | undefined =>
  token.challenges.findLast((challenge) => challenge.transactionId === transactionId);

/** Whether a wrong attempt was an answer to this challenge: by its transaction id, or without one, while it was open. */
const answers = (challenge: Challenge, via: Via, transactionId: string | undefined): boolean =>
  via === 'transaction' ? challenge.transactionId === transactionId : (via === 'pin' || via === 'otp') && challenge.status === 'open';

const withChallenge = (token: Token, transactionId: string, change: Partial<Challenge>): Token => ({
  ...token,
  challenges: token.challenges.map((challenge) => (challenge.transactionId === transactionId ? { ...challenge, ...change } : challenge)),
});

/** What is over needs none of what the sending needed. */
const closed = (challenge: Challenge, status: Exclude<ChallengeStatus, 'open'>): Challenge =>
  without({ ...challenge, status, gateways: [], siblings: [], sender: '', leaseUntil: '' }, 'text');

const close = (token: Token, transactionId: string, status: Exclude<ChallengeStatus, 'open'>, moreAnswers = 0): Token => ({
  ...token,
  challenges: token.challenges.map((challenge) =>
    (challenge.transactionId === transactionId ? closed({ ...challenge, answers: challenge.answers + moreAnswers }, status) : challenge)),
});

const without = <T extends object, K extends keyof T>(object: T, ...keys: K[]): T => {
  const rest = { ...object };
  for (const key of keys) delete rest[key];
  return rest;
};

/** An empty text in an event clears a field. */
const orCleared = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  value === undefined ? {} : ({ [key]: value || undefined } as { [P in K]?: string });
