import type { Parameters } from './parameters.js';
import { transactionOf } from './transactions.js';

/** The transaction that a request answers. Given, even empty, it makes the request an answer; `state` is what RADIUS calls it. */
export const transactionGiven = (parameters: Parameters): string | undefined => {
  const given = parameters.get('state') ?? parameters.get('transactionid');
  return given === undefined ? undefined : transactionOf(given);
};

/** Whether tokens of another type are meant, of which there are none. */
export const isOtherTokenType = (parameters: Parameters): boolean => (parameters.filled('token_type') ?? 'sms').toLowerCase() !== 'sms';
