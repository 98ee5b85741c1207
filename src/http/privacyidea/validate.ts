import { z } from 'zod';
import type { Outcome } from '../../commands/outcome.js';
import { Secret } from '../../security/secret.js';
import type { HttpDependencies } from '../dependencies.js';
import { settingTexts } from '../settings.js';
import { digits20 } from '../transactionIds.js';
import { verdict, type Answer } from './envelope.js';
import { internalError, missing, type WireError } from './errors.js';
import { checked, isUnsent, triggered, type Asked } from './outcomes.js';
import { flag, text } from './parameters.js';
import { promptsFor } from './prompts.js';
import { route, type Call } from './route.js';
import { samlAttributes } from './saml.js';
import { subjectOf, subjectParameters } from './subject.js';

const checkParameters = z.object({
  ...subjectParameters, pass: text.optional(), transaction_id: text.optional(), state: text.optional(), otponly: flag, exception: flag,
});
type CheckCall = Call<z.infer<typeof checkParameters>>;
interface Checked {
  readonly kind: 'checked';
  readonly outcome: Outcome;
  readonly asked: Asked;
}

/** PIN, PIN and code, or the answer to a challenge, for all endpoints that check one. */
const attempt = async ({ parameters, context }: CheckCall, { application }: HttpDependencies): Promise<Checked | WireError> => {
  const subject = await subjectOf(parameters, application);
  if (subject.kind === 'error') return subject;
  const { pass, transaction_id, state, otponly, exception } = parameters;
  if (pass === undefined) return missing('pass');
  const { user, login, realm, serial } = subject;
  // RADIUS clients hand the transaction back as their state
  const transactionId = transaction_id || state;
  const outcome = await application.authenticate.check({
    login, realm, serial, pass: new Secret(pass), newTransactionId: digits20,
    ...(otponly && serial !== undefined ? { only: 'otp' as const } : transactionId ? { transactionId } : {}),
  }, context());
  if (exception && isUnsent(outcome)) return internalError;
  const settings = await settingTexts(application.queries);
  return {
    kind: 'checked', outcome,
    asked: {
      user, serial, prompts: await promptsFor(outcome, application), hidesReasons: settings.isTrue('hide.reasons'),
      token: async (found) => ({ serial: found, type: 'sms', otplen: (await application.queries.load(found))?.token.digits ?? 0 }),
    },
  };
};

const check = async (call: CheckCall, deps: HttpDependencies): Promise<Answer> => {
  const result = await attempt(call, deps);
  return result.kind === 'error' ? result : checked(result.outcome, result.asked);
};

/** Yes or no by the status alone; a challenge is a no, though its SMS is sent. */
const radiusCheck = async (call: CheckCall, deps: HttpDependencies): Promise<Answer> => {
  const answer = await check(call, deps);
  return answer.kind === 'value' ? { kind: 'plain', status: answer.value === true ? 204 : 400, type: 'text/plain', body: '' } : answer;
};

const samlCheck = async (call: CheckCall, deps: HttpDependencies): Promise<Answer> => {
  const result = await attempt(call, deps);
  if (result.kind === 'error') return result;
  const answer = await checked(result.outcome, result.asked);
  if (answer.kind !== 'value') return answer;
  return { ...answer, value: { auth: answer.value, attributes: await samlAttributes(result.outcome, result.asked.user, deps.application) } };
};

const triggerParameters = z.object({ ...subjectParameters, exception: flag });

const trigger = async ({ parameters, context }: Call<z.infer<typeof triggerParameters>>, { application }: HttpDependencies): Promise<Answer> => {
  const subject = await subjectOf(parameters, application);
  if (subject.kind === 'error') return subject;
  const { user, login, realm, serial } = subject;
  const outcome = await application.authenticate.trigger({ login, realm, serial, newTransactionId: digits20 }, context());
  if (parameters.exception && isUnsent(outcome)) return internalError;
  return triggered(outcome, { user, prompts: await promptsFor(outcome, application) });
};

/** Made for tokens that are answered elsewhere. An SMS never is, so there is nothing to tell, least of all which transactions exist. */
const poll = async ({ parameters }: Call<{ transaction_id: string }>): Promise<Answer> =>
  parameters.transaction_id === '' ? missing('transaction_id') : verdict('REJECT', false, { challenge_status: 'pending' });
const pollParameters = z.object({ transaction_id: text });

const byForm = { methods: ['GET', 'POST'], access: 'anyone', parameters: checkParameters } as const;

export const validateRoutes = [
  route({ ...byForm, path: '/validate/check', answer: check }),
  route({ ...byForm, path: '/validate/radiuscheck', answer: radiusCheck }),
  route({ ...byForm, path: '/validate/samlcheck', answer: samlCheck }),
  route({ methods: ['GET', 'POST'], path: '/validate/triggerchallenge', access: 'administrator', missingDetail: {}, parameters: triggerParameters, answer: trigger }),
  route({ methods: ['GET'], path: '/validate/polltransaction', access: 'anyone', parameters: pollParameters, answer: poll }),
  route({ methods: ['GET'], path: '/validate/polltransaction/:transaction_id', access: 'anyone', parameters: pollParameters, answer: poll }),
];
