import { evolve, initialToken, isLocked, type Challenge, type Token } from '../commands/token.js';
import type { TokenEvent } from '../events/token.js';

/** How far to replay a stream; all of it where nothing is said. */
export interface Extent {
  /** ISO 8601, UTC, with milliseconds: events up to and at this instant. */
  readonly until?: string;
  /** Events up to and with this revision. */
  readonly untilRevision?: number;
}

/** A challenge over its whole life; the state of a token forgets old ones, a history does not. */
export interface PastChallenge {
  readonly challenge: Challenge;
  readonly issued: TokenEvent;
  /** The event that ended it, and with which status; `expired` only once somebody recorded it. */
  readonly ended?: TokenEvent;
  /** Everything else that names its transaction: sends, attempts. */
  readonly events: readonly TokenEvent[];
  /** It was open when `ended` took it from the token: deleted, enrolled anew, or one of too many. */
  readonly discarded: boolean;
}

export interface TokenHistory {
  readonly token: Token;
  readonly challenges: readonly PastChallenge[];
  /** Since when the wrong attempts have been at their limit. */
  readonly lockedSince?: string;
  /** Revisions whose clock was behind that of the event before: their times are not to be trusted. */
  readonly clockWentBack: readonly number[];
}

/**
 * The events of one stream up to an extent.
 *
 * The order is that of revisions. An instant therefore cuts before the first event that is later, so that nothing that follows slips
 * in where a clock went back.
 *
 * @param stream all events of a stream, in order
 */
export const upTo = <E extends Pick<TokenEvent, 'recordedAt' | 'revision'>>(stream: readonly E[], { until, untilRevision }: Extent): readonly E[] => {
  const end = stream.findIndex(({ recordedAt, revision }) => (until !== undefined && recordedAt > until) || (untilRevision !== undefined && revision > untilRevision));
  return end < 0 ? stream : stream.slice(0, end);
};

/** What a token and its challenges were after these events, folded one by one from the first. */
export const historyOf = (events: readonly TokenEvent[]): TokenHistory => {
  const challenges = new Map<string, Past>();
  let token = initialToken;
  let lockedSince: string | undefined;
  for (const event of events) {
    const before = token;
    token = evolve(token, event);
    note(challenges, before, token, event);
    lockedSince = isLocked(token) ? (lockedSince ?? event.recordedAt) : undefined;
  }
  return {
    token,
    challenges: [...challenges.values()],
    ...(lockedSince === undefined ? {} : { lockedSince }),
    clockWentBack: events.filter((event, place) => place > 0 && event.recordedAt < events[place - 1]!.recordedAt).map(({ revision }) => revision),
  };
};

interface Past {
  challenge: Challenge;
  readonly issued: TokenEvent;
  ended?: TokenEvent;
  readonly events: TokenEvent[];
  discarded: boolean;
}

/** What one event did to the challenges. */
const note = (challenges: Map<string, Past>, before: Token, after: Token, event: TokenEvent): void => {
  if (before.challenges !== after.challenges) {
    const present = new Map(after.challenges.map((challenge) => [challenge.transactionId, challenge]));
    for (const { transactionId, status } of before.challenges) {
      const past = challenges.get(transactionId)!;
      const challenge = present.get(transactionId);
      if (status === 'open' && challenge?.status !== 'open') past.ended = event;
      if (challenge === undefined) past.discarded = status === 'open';
      else past.challenge = challenge;
    }
    const issued = event.type === 'ChallengeIssued' ? present.get(event.data.transactionId) : undefined;
    if (issued) challenges.set(issued.transactionId, { challenge: issued, issued: event, events: [], discarded: false });
  }
  if ('transactionId' in event.data && event.data.transactionId !== undefined && event.type !== 'ChallengeIssued') challenges.get(event.data.transactionId)?.events.push(event);
};
