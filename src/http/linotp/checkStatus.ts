import type { WatchedChallenge } from '../../commands/authenticate.js';
import { realmOf } from '../../commands/token.js';
import { Secret } from '../../security/secret.js';
import type { Action } from './call.js';
import { result, validation } from './reply.js';
import { linotpSettings } from './settings.js';
import { transactionGiven } from './subject.js';
import { idFor } from './transactions.js';

/** check_status: how the challenges of a transaction stand, for whoever knows the PIN. */
export const checkStatus: Action = async ({ parameters, context, application: { authenticate, queries, now } }) => {
  const pass = parameters.get('pass');
  const transactionId = transactionGiven(parameters);
  if (pass === undefined || !transactionId) return result(false, { id: validation });
  const watched = await authenticate.watch({
    login: parameters.filled('user'), realm: parameters.filled('realm'), serial: parameters.filled('serial'), transactionId, pin: new Secret(pass),
  }, context());
  const alive = watched.filter(({ challenge }) => challenge.expiresAt > now().toISOString());
  if (alive.length === 0) return result(false, { id: validation });
  const { prompt } = await linotpSettings(queries);
  const transactions = Object.fromEntries(await Promise.all(alive.map(async (each) => {
    const token = (await queries.load(each.serial))?.token;
    return [idFor(each.serial, transactionId, each.challenge.siblings), statusOf(each, prompt(token && realmOf(token)))] as const;
  })));
  return result(true, { id: validation, detail: { transactions } });
};

const statusOf = ({ serial, challenge: { answers, status } }: WatchedChallenge, prompt: string) => ({
  received_count: answers,
  received_tan: answers > 0,
  valid_tan: status === 'answered',
  message: prompt,
  status: status === 'open' ? 'open' : 'closed',
  token: { serial, type: 'sms' },
});
