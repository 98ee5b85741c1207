import type { Outcome, Refusal } from '../../commands/outcome.js';
import type { User } from '../../commands/ports.js';
import type { ChallengeDetail, ChallengesDetail } from './challengeDetail.js';
import { result, validation, type Reply } from './reply.js';

/** An outcome with everything that an answer may tell about it. */
export type Told =
  | { readonly kind: 'accepted'; readonly attributes: SamlAttributes | undefined; readonly lengths: Lengths | undefined }
  | { readonly kind: 'challenged'; readonly detail: ChallengeDetail | ChallengesDetail }
  | { readonly kind: 'refused'; readonly reason: Refusal | 'missing-parameter' };

/** Characters of PIN and code, for `auth_info`. */
export interface Lengths {
  readonly pin: number;
  readonly otp: number;
}

export type SamlAttributes = Readonly<Record<'username' | 'surname' | 'mobile' | 'phone' | 'givenname' | 'email', string | null>>;

/** The actions of /validate that end in an outcome, by their names. */
export type ValidateAction = 'check' | 'check_s' | 'simplecheck' | 'smspin' | 'samlcheck';

/** How each action writes each outcome down. Why somebody was refused is the administrators' business: it reads the same for all reasons. */
type Table = { readonly [Kind in Told['kind']]: (told: Extract<Told, { kind: Kind }>) => Reply };

const answer = (value: unknown, detail?: object): Reply => result(value, { id: validation, detail });

const check: Table = {
  accepted: ({ lengths }) => answer(true, lengths && { auth_info: [['pin_length', lengths.pin], ['otp_length', lengths.otp]] }),
  challenged: ({ detail }) => answer(false, detail),
  refused: () => answer(false),
};

export const tables: Readonly<Record<ValidateAction, Table>> = {
  check,
  check_s: {
    ...check,
    // it takes a user for his only token; who has none is no subject for it
    refused: ({ reason }) => (couldNotBeDealtWith.has(reason) || reason === 'unknown-user' || reason === 'no-token' ? result(false, { id: validation, status: false }) : answer(false)),
  },
  simplecheck: {
    accepted: () => ({ kind: 'text', text: ':-)' }),
    challenged: ({ detail }) => ({ kind: 'text', text: `:-( ${detail.transactionid} ${detail.message}`.trim() }),
    refused: () => ({ kind: 'text', text: ':-(' }),
  },
  // the challenge stands where every client looks for it, with its `state` always, and where LinOTP should have put it
  smspin: {
    accepted: () => answer(false),
    challenged: ({ detail }) => result(true, { id: { ...detail, state: 'state' in detail ? detail.state : detail.transactionid }, detail }),
    refused: () => answer(false),
  },
  samlcheck: {
    accepted: ({ attributes }) => answer({ auth: true, attributes: attributes ?? {} }),
    challenged: ({ detail }) => answer({ auth: false, attributes: {} }, detail),
    refused: ({ reason }) => answer(couldNotBeDealtWith.has(reason) ? false : { auth: false, attributes: {} }),
  },
};

/** In LinOTP these ended in an exception, which check_s and samlcheck let shine through. */
const couldNotBeDealtWith: ReadonlySet<Refusal | 'missing-parameter'> = new Set(['missing-parameter', 'not-sent', 'no-gateway', 'no-phone', 'busy', 'overloaded', 'no-directory'] as const);

export const write = (action: ValidateAction, told: Told): Reply => {
  const table = tables[action];
  switch (told.kind) {
    case 'accepted': return table.accepted(told);
    case 'challenged': return table.challenged(told);
    case 'refused': return table.refused(told);
  }
};

export const samlAttributes = (user: User): SamlAttributes => ({
  username: user.login, surname: user.surname ?? null, mobile: user.mobile ?? null, phone: user.phone ?? null,
  givenname: user.givenName ?? null, email: user.email ?? null,
});

/** Where the code stood alone there was no PIN in the pass. */
export const lengthsOf = (pass: string, { via }: Extract<Outcome, { kind: 'accepted' }>, digits: number): Lengths => ({
  pin: via === 'pin' ? Math.max(0, [...pass].length - digits) : 0, otp: digits,
});
