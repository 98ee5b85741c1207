import type { Outcome, Refusal, Refused } from '../../commands/outcome.js';
import { verdict, type Answer, type Detail } from './envelope.js';
import { notOwner, serverIsBusy, tokenNotFound, tokenRevoked, unknownUser, userNotInRealm, type WireError } from './errors.js';
import type { NamedUser } from './names.js';
import type { Prompts } from './prompts.js';

type Challenged = Extract<Outcome, { kind: 'challenged' }>;

/** A token in the words of an answer. */
interface TokenWords {
  readonly serial: string;
  readonly type: 'sms';
  readonly otplen: number;
}

/** What an answer needs to know besides the outcome. */
export interface Asked {
  readonly user?: NamedUser;
  readonly serial?: string;
  readonly prompts: Prompts;
  /** Whether it is not told why somebody was turned down. */
  readonly hidesReasons: boolean;
  readonly token: (serial: string) => Promise<TokenWords>;
}

/** What is wrong with a token as it stands, whatever comes with the attempt. */
const unfit: Partial<Record<Refusal, string>> = {
  disabled: 'Token is disabled',
  locked: 'Failcounter exceeded',
  'used-up': 'Authentication counter exceeded',
  'not-valid-now': 'Outside validity period',
};

/** No token, or no challenge any more, that the attempt could be about. */
const unmatched: Partial<Record<Refusal, string>> = {
  'no-token': 'The user has no tokens assigned',
  'wrong-pin': 'wrong otp pin',
  'unknown-transaction': 'wrong otp pin',
};
/** What is over leaves no trace in privacyIDEA: an answer to it is as good as one to an invented transaction. */
const traceless: readonly Refusal[] = ['answered', 'cancelled', 'not-sent'];

export const notSentMessage = 'The PIN was correct, but the SMS could not be sent!';
const unsendable: readonly Refusal[] = ['not-sent', 'no-phone', 'no-gateway'];
export const isUnsent = (outcome: Outcome): boolean => outcome.kind === 'refused' && outcome.via === 'trigger' && unsendable.includes(outcome.reason);

/** Refusals that are errors, since the request could not be about anything. */
const errorOf = (outcome: Outcome, { user, serial, hidesReasons }: Pick<Asked, 'user' | 'serial' | 'hidesReasons'>): WireError | undefined => {
  if (outcome.kind !== 'refused') return undefined;
  switch (outcome.reason) {
    case 'unknown-user': {
      if (hidesReasons) return { kind: 'error', status: 401, code: 403, message: hidden, detail: {} };
      return serial === undefined && user ? unknownUser(user.login, user.realm) : userNotInRealm;
    }
    case 'unknown-token': return tokenNotFound;
    case 'not-owner': return notOwner;
    case 'revoked': return tokenRevoked;
    case 'busy': case 'overloaded': case 'no-directory': return serverIsBusy;
    default: return undefined;
  }
};
const hidden = 'Authentication failed.';

/** The answer to an attempt to log in. */
export const checked = async (outcome: Outcome, asked: Asked): Promise<Answer> => {
  if (outcome.kind === 'challenged') return verdict('CHALLENGE', false, challengeDetail(outcome, asked.prompts));
  if (outcome.kind === 'accepted') {
    if (outcome.via === 'otp') return verdict('ACCEPT', true);
    if (outcome.via === 'transaction') return verdict('ACCEPT', true, { message: 'Found matching challenge', serial: outcome.serial });
    return verdict('ACCEPT', true, { message: 'matching 1 tokens', ...(await asked.token(outcome.serial)) });
  }
  return errorOf(outcome, asked) ?? verdict('REJECT', false, asked.hidesReasons ? { message: hidden } : await refusedDetail(outcome, asked));
};

const refusedDetail = async ({ reason, via, tokens, ...outcome }: Refused, asked: Asked): Promise<Detail> => {
  if (isUnsent({ ...outcome, reason, via, tokens })) return notSentDetail;
  if (via === 'otp') return { message: 'OTP verification failed.' };
  const faults = tokens.map((token) => unfit[token.reason]);
  if (tokens.length > 0 && faults.every((fault) => fault !== undefined)) return { message: faults.join(', ') };
  const one = tokens.length === 1 ? await asked.token(tokens[0]!.serial) : undefined;
  if (via === 'transaction' && traceless.includes(reason)) return { message: unmatched['unknown-transaction'] };
  if (unmatched[reason] !== undefined) return { message: unmatched[reason] };
  if (via === 'transaction') {
    return one ? { message: 'Response did not match the challenge.', serial: one.serial, type: one.type } : { message: `Response did not match for ${tokens.length} tokens.` };
  }
  return { message: `wrong otp value${reason === 'replayed' && one ? '. previous otp used again' : ''}`, ...one };
};

/** The words for a refusal, for the audit. */
export const reasonWords = (reason: string, via: string): string => {
  const known = reason as Refusal;
  if (via === 'otp') return 'OTP verification failed.';
  if (via === 'trigger' && unsendable.includes(known)) return notSentMessage;
  return unfit[known] ?? unmatched[known] ?? (via === 'transaction' ? 'Response did not match the challenge.' : via === 'pin' ? 'wrong otp value' : reason);
};

/** The answer to an administrator who asked for SMS without a PIN. */
export const triggered = (outcome: Outcome, asked: Pick<Asked, 'user' | 'prompts'>): Answer => {
  if (outcome.kind === 'challenged') return verdict('CHALLENGE', outcome.challenges.length, challengeDetail(outcome, asked.prompts));
  if (outcome.kind === 'accepted') throw new Error('a trigger accepts nobody');
  const { reason, tokens } = outcome;
  if (isUnsent(outcome)) return verdict('REJECT', 0, notSentDetail);
  const messages = withoutSms(tokens);
  if (messages.length > 0) return verdict('REJECT', 0, { ...nothing, message: [...new Set(messages)].join(', '), messages });
  // nothing to trigger is no error here
  const error = ['unknown-token', 'revoked'].includes(reason) ? undefined : errorOf(outcome, { user: asked.user, serial: '', hidesReasons: false });
  return error ?? verdict('REJECT', 0, nothing);
};

/** What tokens without an SMS say. A disabled one is none that could be triggered, and says nothing. */
const withoutSms = (tokens: Refused['tokens']): string[] =>
  tokens.flatMap(({ reason }) => (reason === 'disabled' ? [] : unsendable.includes(reason) ? [notSentMessage] : (unfit[reason] ?? [])));

const nothing: Detail = { messages: [], multi_challenge: [], transaction_ids: [] };
const notSentDetail: Detail = { ...nothing, message: notSentMessage, messages: [notSentMessage] };

/** One entry per token; the last one is repeated on top, where older clients look. */
const challengeDetail = ({ challenges, without }: Challenged, { bySerial, header, footer }: Prompts): Detail => {
  const entries = challenges.map(({ serial, transactionId, expiresAt }, index) => ({
    serial, type: 'sms', transaction_id: transactionId, client_mode: 'interactive', message: bySerial.get(serial) ?? '',
    // privacyIDEA names the state from the second token on only
    attributes: { state: index === 0 ? null : transactionId, valid_until: localTime(expiresAt) },
  }));
  const messages = [...entries.map((entry) => entry.message), ...withoutSms(without)];
  return {
    ...entries.at(-1), message: `${header}${together([...new Set(messages)], /<[uo]l>$/i.test(header))}${footer}`, messages, preferred_client_mode: 'interactive', multi_challenge: entries,
    transaction_ids: entries.map((entry) => entry.transaction_id),
  };
};

const together = (messages: readonly string[], asList: boolean): string => (asList ? messages.map((message) => `<li>${message}</li>`).join('') : messages.join(', '));

/** `2026-01-31 12:00:00.000000` in the server's own time, as privacyIDEA writes it; for people. */
const localTime = (iso: string): string => {
  const time = new Date(iso);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}000`;
};
