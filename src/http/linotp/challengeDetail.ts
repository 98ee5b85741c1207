import type { IssuedChallenge, Outcome } from '../../commands/outcome.js';
import { challengeOf, realmOf } from '../../commands/token.js';
import type { Queries } from '../../projections/queries.js';
import { idFor } from './transactions.js';

/** One challenge, as clients are told of it. */
export interface ChallengeDetail {
  readonly transactionid: string;
  readonly message: string;
  readonly info?: string;
  /** The transaction id once more: RADIUS calls it so. */
  readonly state: string;
  readonly linotp_tokenserial: string;
  readonly linotp_tokentype: 'sms';
  readonly linotp_tokendescription: string;
}

/** The challenges of several tokens with the same PIN, by serial. */
export interface ChallengesDetail {
  readonly challenges: Readonly<Record<string, ChallengeDetail>>;
  readonly transactionid: string;
  readonly message: string;
}

const alreadySubmitted = { message: 'sms with otp already submitted', info: 'challenge already submitted' };

/** @param prompt what is said when an SMS was sent to a token of that realm */
export const challengeDetail = async (
  { transactionId, challenges }: Extract<Outcome, { kind: 'challenged' }>, prompt: (realm?: string) => string, queries: Pick<Queries, 'token'>,
): Promise<ChallengeDetail | ChallengesDetail> => {
  const described = await Promise.all(challenges.map((issued) => describe(issued, prompt, queries)));
  const [only] = described;
  if (only && !only.hasSiblings && described.length === 1) return only.detail;
  return {
    challenges: Object.fromEntries(described.map(({ detail }) => [detail.linotp_tokenserial, detail])),
    transactionid: transactionId,
    message: 'Multiple challenges submitted.',
  };
};

const describe = async ({ serial, transactionId, recalled }: IssuedChallenge, prompt: (realm?: string) => string, queries: Pick<Queries, 'token'>) => {
  const details = await queries.token(serial);
  const siblings = (details && challengeOf(details.token, transactionId)?.siblings) ?? [serial];
  const id = idFor(serial, transactionId, siblings);
  const detail: ChallengeDetail = {
    transactionid: id, ...(recalled ? alreadySubmitted : { message: prompt(details && realmOf(details.token)) }), state: id,
    linotp_tokenserial: serial, linotp_tokentype: 'sms', linotp_tokendescription: details?.description ?? '',
  };
  return { detail, hasSiblings: siblings.length > 1 };
};
