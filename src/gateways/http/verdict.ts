import type { SendOutcome } from '../gateway.js';
import { compilePattern, tooSlow, type Pattern } from '../pattern.js';
import type { HttpOptions } from './options.js';
import type { Reply } from './exchange.js';

/** A pattern of options that have passed their schema. */
const checkedPattern = (source: string): Pattern => {
  const compiled = compilePattern(source);
  if ('problem' in compiled) throw new Error(`pattern was not checked: ${compiled.problem}`);
  return compiled;
};

type TextRule = { startsWith?: string | undefined; contains?: string | undefined; matches?: string | undefined };
type Answer = 'yes' | 'no' | typeof tooSlow;

const textTests = (rule: TextRule = {}): ((body: string) => Answer)[] => {
  const { startsWith, contains, matches } = rule;
  const expression = matches === undefined ? undefined : checkedPattern(matches);
  return [
    ...(startsWith === undefined ? [] : [(body: string): Answer => (body.startsWith(startsWith) ? 'yes' : 'no')]),
    ...(contains === undefined ? [] : [(body: string): Answer => (body.includes(contains) ? 'yes' : 'no')]),
    ...(expression === undefined ? [] : [(body: string): Answer => {
      const found = expression.find(body);
      return found === tooSlow ? tooSlow : found ? 'yes' : 'no';
    }]),
  ];
};

/**
 * Makes the function that says what a reply means. A failure rule that holds decides alone; then status and every success rule must
 * hold. A status that is no success is sorted by what it says about the message (RFC 9110, 15): 429 and 503, and a proxy's 407, took
 * nothing; after 408, 502 and 504 nobody knows; the rest is a no.
 *
 * @returns outcome; `excerpt` of a reason is added by the caller, who knows what must not be in it
 */
export const judge = ({ success, failure, messageId }: HttpOptions): ((reply: Reply) => SendOutcome) => {
  const failures = textTests(failure);
  const successes = textTests(success);
  const idOf = messageId && idReader(messageId);
  const accepts = (status: number): boolean =>
    success?.status === 'any' || (success?.status?.includes(status) ?? (status >= 200 && status < 300));

  return ({ status, body, complete }) => {
    const failed = failures.map((test) => test(body));
    if (failed.includes('yes')) return { kind: 'rejected', reason: `the reply says failure (HTTP ${status})` };
    const succeeded = successes.map((test) => test(body));
    const accepted = accepts(status);
    if (accepted && [...failed, ...succeeded].includes(tooSlow)) return { kind: 'unknown', reason: 'the regular expression for replies takes too long' };
    // a reply that broke off is a success only where what came of it says so
    if (accepted && succeeded.every((answer) => answer === 'yes') && (complete || succeeded.length > 0)) {
      const id = idOf?.(body);
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
const idReader = (rule: NonNullable<HttpOptions['messageId']>): ((body: string) => string | undefined) => {
  const find = 'after' in rule ? wordAfter(rule.after) : 'matches' in rule ? byPattern(checkedPattern(rule.matches)) : byPointer(rule.pointer);
  return (body) => {
    const id = find(body);
    return id !== undefined && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined;
  };
};

const wordAfter = (start: string) => (body: string): string | undefined => (body.startsWith(start) ? body.slice(start.length).trimStart().split(/\s/, 1)[0] : undefined);

/** The first group, or all that was found when there is no group. */
const byPattern = (pattern: Pattern) => (body: string): string | undefined => {
  const found = pattern.find(body);
  return found === tooSlow || found === undefined ? undefined : found.length > 1 ? found[1] : found[0];
};

/** RFC 6901. */
const byPointer = (pointer: string) => (body: string): string | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const step of pointer.slice(1).split('/').map((raw) => raw.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};
