import { Secret } from '../../security/secret.js';
import type { Action } from './call.js';
import { mannerOf } from './manner.js';
import { administrative, result, validation } from './reply.js';
import { linotpSettings } from './settings.js';
import { isOtherTokenType, transactionGiven } from './subject.js';

/** check_t: an answer that names nothing but its transaction. The transaction id stands for the PIN; PIN and code in one are taken as well. */
export const checkTransaction: Action = async ({ parameters, context, application: { authenticate, queries } }) => {
  const pass = parameters.get('pass');
  const transactionId = transactionGiven(parameters);
  if (pass === undefined || !transactionId || isOtherTokenType(parameters)) return result(false, { id: validation });
  const outcome = await authenticate.check({
    pass: new Secret(pass), transactionId, pinWithTransaction: true, ...mannerOf(await linotpSettings(queries)),
  }, context());
  const value = outcome.kind === 'accepted';
  const serial = outcome.kind === 'accepted' ? outcome.serial : outcome.kind === 'refused' ? outcome.tokens.at(-1)?.serial : undefined;
  const details = serial === undefined ? undefined : await queries.token(serial);
  if (!details) {
    const given = parameters.get('state') ?? parameters.get('transactionid');
    return result({ value: false, failcount: 0 }, { id: administrative, detail: { value: false, failure: `No challenge for transaction '${given}' found` } });
  }
  const failcount = details.token.failCount;
  return result({ value, failcount }, { id: administrative, detail: { value, failcount, token_type: 'sms', serial } });
};
