import type { Attempt } from '../../commands/login/attempt.js';
import type { Outcome } from '../../commands/outcome.js';
import { Secret } from '../../security/secret.js';
import { knownUser } from '../knownUser.js';
import type { Action, Call } from './call.js';
import { challengeDetail } from './challengeDetail.js';
import { checkStatus } from './checkStatus.js';
import { checkTransaction } from './checkTransaction.js';
import { mannerOf } from './manner.js';
import { lengthsOf, samlAttributes, write, type Told, type ValidateAction } from './outcomes.js';
import type { Parameters } from './parameters.js';
import { result, validation } from './reply.js';
import { linotpSettings, type LinotpSettings } from './settings.js';
import { isOtherTokenType, transactionGiven } from './subject.js';

/** Everything below /validate; nobody has to sign in here. */
export const validateActions = {
  check: (call) => authenticate('check', call),
  check_s: (call) => authenticate('check_s', call),
  check_t: checkTransaction,
  check_status: checkStatus,
  simplecheck: (call) => authenticate('simplecheck', call),
  smspin: (call) => authenticate('smspin', call),
  samlcheck: (call) => authenticate('samlcheck', call),
  ok: async () => result(true, { id: validation }),
  fail: async () => result(false, { id: validation }),
} satisfies Readonly<Record<string, Action>>;

const authenticate = async (action: ValidateAction, call: Call) => {
  const settings = await linotpSettings(call.application.queries);
  const attempt = await attemptOf(action, call, settings);
  if (!('pass' in attempt)) return write(action, { kind: 'refused', ...attempt });
  const outcome = await call.application.authenticate.check(attempt, call.context());
  return write(action, await tell(outcome, attempt, call, settings));
};

type NoAttempt = { readonly reason: Extract<Told, { kind: 'refused' }>['reason'] };

/** What a client attempts; or why it is no attempt at all. */
const attemptOf = async (action: ValidateAction, call: Call, settings: LinotpSettings): Promise<Attempt | NoAttempt> => {
  const { parameters } = call;
  const pass = parameters.get('pass');
  if (pass === undefined) return { reason: 'missing-parameter' };
  if (isOtherTokenType(parameters)) return { reason: 'no-token' };
  const subject = action === 'check_s' ? await subjectOfCheckS(call) : subjectOf(parameters);
  if ('reason' in subject) return subject;
  // a caller that asks for a challenge gets one, whatever else it says
  const asksForChallenge = Boolean(parameters.filled('challenge')) && action !== 'check_s';
  const transactionId = asksForChallenge || action === 'smspin' ? undefined : transactionGiven(parameters);
  return {
    ...(asksForChallenge ? { ...subject, serial: undefined } : subject),
    pass: new Secret(pass),
    ...(transactionId === undefined ? {} : { transactionId, pinWithTransaction: true }),
    ...(action === 'smspin' ? { only: 'pin' } : {}),
    ...(settings.ownTextOnly ? {} : wantedTexts(parameters, asksForChallenge)),
    ...mannerOf(settings),
  };
};

const subjectOf = (parameters: Parameters): Pick<Attempt, 'login' | 'realm' | 'serial'> | NoAttempt => {
  const login = parameters.filled('user');
  return login === undefined ? { reason: 'missing-parameter' } : { login, realm: parameters.filled('realm'), serial: parameters.filled('serial') };
};

/** check_s names a token; a user may stand for the only one that he has. */
const subjectOfCheckS = async ({ parameters, application: { users, queries } }: Call): Promise<Pick<Attempt, 'login' | 'realm' | 'serial'> | NoAttempt> => {
  const serial = parameters.filled('serial');
  if (serial !== undefined) return { serial };
  const login = parameters.filled('user');
  if (login === undefined) return { reason: 'unknown-token' };
  const realm = parameters.filled('realm');
  const user = await users.find(login, realm);
  const serials = user ? await queries.ofOwner(user.login, user.realm) : [];
  return serials.length > 1 ? { reason: 'missing-parameter' } : { login, realm };
};

/** `data` before `message`; the text of `challenge` only where the administrator has set none. Empty ones hide nothing. */
const wantedTexts = (parameters: Parameters, asksForChallenge: boolean): Pick<Attempt, 'text' | 'textWhereNoneIsSet'> => {
  const text = asksForChallenge ? undefined : parameters.filled('data') ?? parameters.filled('message');
  return { text: text?.slice(0, longestText), textWhereNoneIsSet: parameters.filled('challenge')?.slice(0, longestText) };
};
const longestText = 1000;

const tell = async (outcome: Outcome, attempt: Attempt, { parameters, application: { queries, users } }: Call, settings: LinotpSettings): Promise<Told> => {
  switch (outcome.kind) {
    case 'challenged':
      return { kind: 'challenged', detail: await challengeDetail(outcome, settings.prompt, queries) };
    case 'accepted': {
      const user = settings.samlAttributes && attempt.login !== undefined ? await knownUser(users, attempt.login, attempt.realm) : undefined;
      const digits = parameters.get('auth_info') === 'true' ? (await queries.token(outcome.serial))?.token.digits : undefined;
      return { kind: 'accepted', attributes: user && samlAttributes(user), lengths: digits === undefined ? undefined : lengthsOf(attempt.pass.reveal(), outcome, digits) };
    }
    case 'refused':
      return { kind: 'refused', reason: outcome.reason };
  }
};
