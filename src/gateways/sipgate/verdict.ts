import type { SendOutcome } from '../gateway.js';
import type { Reply } from '../http/exchange.js';
import { readResponse } from './xmlRpc.js';

/** Too many calls, whether at once or altogether; sipgate does nothing then. */
const notNow = ['404', '412'];
/** The fault is on sipgate's side, and what it did before is not known. */
const internal = ['402'];

/**
 * What a reply to `samurai.SessionInitiate` means (SAMURAI specification, status codes): the method succeeded only with status 200 in
 * the struct; HTTP says nothing but that the method was called.
 * @param byStatus what a reply means by its HTTP status alone
 */
export const verdictOf = (byStatus: (reply: Reply) => SendOutcome) => (reply: Reply): SendOutcome => {
  const reached = byStatus(reply);
  if (reached.kind !== 'sent') return reached;
  const response = readResponse(reply.body);
  if (!response) {
    return reply.complete
      ? { kind: 'rejected', reason: 'the reply is no answer of an XML-RPC method' }
      : { kind: 'unknown', reason: 'the gateway broke off its reply' };
  }
  const { kind, members } = response;
  const code = members.get(kind === 'fault' ? 'faultCode' : 'StatusCode')?.trim() ?? '';
  if (kind === 'result' && code === '200') {
    const session = members.get('SessionID');
    return session !== undefined && /^[\x21-\x7e]{1,128}$/.test(session) ? { kind: 'sent', messageId: session } : { kind: 'sent' };
  }
  const said = `sipgate answered ${/^\d{1,5}$/.test(code) ? `status ${code}` : 'without a status'}`;
  if (notNow.includes(code)) return { kind: 'unavailable', reason: said };
  return { kind: internal.includes(code) ? 'unknown' : 'rejected', reason: said };
};
