import type { SendOutcome } from '../gateway.js';
import { tooSlow, type Pattern } from '../pattern.js';
import type { Reply } from './exchange.js';
import type { HttpOptions } from './options.js';
import { valuesAt } from '../pointer.js';
import { checkedPattern, contentTests, judged, type JudgedReply } from './replyTests.js';

/**
 * Makes the function that says what a reply means. A rule that says that the gateway cannot serve now decides alone, and then a failure
 * rule; then status and every success rule must hold. A status that is no success is sorted by what it says about the message (RFC 9110,
 * 15): 429 and 503, and a proxy's 407, took nothing; after 408, 502 and 504 nobody knows; the rest is a no.
 *
 * @returns outcome; `excerpt` of a reason is added by the caller, who knows what must not be in it
 */
export const judge = ({ success, failure, unavailable, messageId }: HttpOptions): ((reply: Reply) => SendOutcome) => {
  const absences = contentTests(unavailable);
  const failures = contentTests(failure);
  const successes = contentTests(success);
  const idOf = messageId && idReader(messageId);
  const accepts = (status: number): boolean =>
    success?.status === 'any' || (success?.status?.includes(status) ?? (status >= 200 && status < 300));

  return (reply) => {
    const { status, complete } = reply;
    const given = judged(reply);
    const absent = absences.map((test) => test(given));
    if (absent.includes('yes') || unavailable?.status?.includes(status)) return { kind: 'unavailable', reason: `the gateway says that it does not serve now (HTTP ${status})` };
    const failed = failures.map((test) => test(given));
    if (failed.includes('yes')) return { kind: 'rejected', reason: `the reply says failure (HTTP ${status})` };
    const succeeded = successes.map((test) => test(given));
    const accepted = accepts(status);
    if (accepted && [...absent, ...failed, ...succeeded].includes(tooSlow)) return { kind: 'unknown', reason: 'the regular expression for replies takes too long' };
    // a reply that broke off is a success only where what came of it says so
    if (accepted && succeeded.every((answer) => answer === 'yes') && (complete || succeeded.length > 0)) {
      const id = idOf?.(given);
      return id === undefined ? { kind: 'sent' } : { kind: 'sent', messageId: id };
    }
    if (!accepted || status >= 400) return byStatus(status);
    return complete
      ? { kind: 'rejected', reason: `the reply does not say success (HTTP ${status})` }
      : { kind: 'unknown', reason: `the gateway broke off its reply before it said success (HTTP ${status})` };
  };
};

const byStatus = (status: number): SendOutcome => {
  if (status === 407) return { kind: 'unavailable', reason: 'the proxy wants other credentials (HTTP 407)' };
  if (status === 429 || status === 503) return { kind: 'unavailable', reason: `the gateway does not serve now (HTTP ${status})` };
  if (status === 408 || status === 502 || status === 504) return { kind: 'unknown', reason: `the gateway does not know what became of the message (HTTP ${status})` };
  return { kind: 'rejected', reason: `the gateway answered HTTP ${status}` };
};

/** The gateway's own id of a message, where the reply holds one that is fit to be kept. */
const idReader = (rule: NonNullable<HttpOptions['messageId']>): ((reply: JudgedReply) => string | undefined) => {
  const find = 'after' in rule ? wordAfter(rule.after) : 'matches' in rule ? byPattern(checkedPattern(rule.matches)) : byPointer(rule.pointer);
  return (reply) => {
    const id = find(reply);
    return id !== undefined && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined;
  };
};

const wordAfter = (start: string) => ({ body }: JudgedReply): string | undefined => (body.startsWith(start) ? body.slice(start.length).trimStart().split(/\s/, 1)[0] : undefined);

/** The first group, or all that was found when there is no group. */
const byPattern = (pattern: Pattern) => ({ body }: JudgedReply): string | undefined => {
  const found = pattern.find(body);
  return found === tooSlow || found === undefined ? undefined : found.length > 1 ? found[1] : found[0];
};

/** The last one where there are several: a message of several SMS is there when its last one is. */
const byPointer = (pointer: string) => (reply: JudgedReply): string | undefined => {
  const value = valuesAt(reply.json(), pointer).at(-1);
  // a number that JavaScript cannot hold to the last digit would be another id
  return typeof value === 'string' || Number.isSafeInteger(value) ? String(value) : undefined;
};
