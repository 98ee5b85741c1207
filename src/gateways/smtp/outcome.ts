import { connectionFault } from '../connectionFault.js';
import { excerpt } from '../excerpt.js';
import type { SendOutcome } from '../gateway.js';
import type { Fault, SmtpError } from './session.js';

type Failed = Exclude<SendOutcome, { kind: 'sent' }>;

/**
 * What a fault means for the message. Before the server asked for it, and whenever the server says no for now, nothing was sent; a
 * refusal for good (RFC 5321, 4.2.1: 5xx) of sender, recipient or message is a no; after the message was handed over and no reply came,
 * nobody knows.
 *
 * @param place host and port, for the reason
 * @param hidden what a server may repeat and nobody must see: addresses, number, text, password
 */
export const outcomeOf = ({ step, handedOver, cause }: Fault, place: string, hidden: readonly string[]): Failed => {
  if (cause === 'no login offered') return { kind: 'unavailable', reason: `${place} offers no login` };
  if (cause === 'timeout') {
    return handedOver ? { kind: 'unknown', reason: `no reply from ${place} in time while it had the message` } : { kind: 'unavailable', reason: `no reply from ${place} in time` };
  }
  if ('problem' in cause) return { kind: 'unavailable', reason: `${place} was not called: ${cause.problem}` };
  const { responseCode } = cause;
  const why = responseCode === undefined ? connectionFault({ code: cause.originalCode ?? cause.code }) : said(cause, hidden);
  if (step === 'connect') return { kind: 'unavailable', reason: atTheDoor(cause, place, why) };
  if (step === 'login') return { kind: 'unavailable', reason: responseCode === undefined ? `${place} was lost at the login: ${why}` : `${place} did not take the login ${why}` };
  if (responseCode === undefined) {
    return handedOver ? { kind: 'unknown', reason: `${why} while ${place} had the message` } : { kind: 'unavailable', reason: `${place} was lost before it had the message: ${why}` };
  }
  return { kind: responseCode >= 500 ? 'rejected' : 'unavailable', reason: `${place} did not take ${refusedThing(cause, handedOver)} ${why}` };
};

const atTheDoor = ({ command, code, responseCode }: SmtpError, place: string, why: string): string => {
  if (command === 'STARTTLS') return responseCode === undefined ? `${place} did not come to speak TLS: ${why}` : `${place} does not take STARTTLS ${why}`;
  if (responseCode !== undefined) return `${place} turned us away ${why}`;
  return code === 'EPROTOCOL' ? `${place} does not speak SMTP` : `${place} was not reached: ${why}`;
};

const refusedThing = ({ command }: SmtpError, handedOver: boolean): string =>
  handedOver ? 'the message' : command === 'MAIL FROM' ? 'the sender' : command === 'RCPT TO' ? 'the recipient' : 'the message';

/** `(550 5.1.1): Unknown user`, of the last line of the reply. */
const said = ({ response = '', responseCode }: SmtpError, hidden: readonly string[]): string => {
  const text = response.split(/\r?\n/).map((line) => line.replace(/^\d{3}[ -]?/, '')).join(' ');
  const [whole = '', enhanced] = /^(\d\.\d{1,3}\.\d{1,3})\s+/.exec(text) ?? [];
  const shown = excerpt(text.slice(whole.length), hidden);
  return `(${responseCode}${enhanced === undefined ? '' : ` ${enhanced}`})${shown === '' ? '' : `: ${shown}`}`;
};
