import { httpOptions } from '../../../src/gateways/http/options.js';
import { judge } from '../../../src/gateways/http/verdict.js';
import { faultsOf, native } from './openHttp.js';

const outcome = (rules: Record<string, unknown>, body: unknown, status = 200): unknown =>
  judge(httpOptions.parse({ url: 'https://sms.example/', ...rules }))({ status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body), complete: true });
const kind = (rules: Record<string, unknown>, body: unknown, status = 200): unknown => (outcome(rules, body, status) as { kind: string }).kind;

describe('rules on JSON', () => {
  const accepted = { success: { json: [{ pointer: '/messages/*/status', equals: '0' }] }, messageId: { pointer: '/messages/*/id' } };

  it('hold for every element, of which there has to be one', () => {
    expect(outcome(accepted, { messages: [{ status: '0', id: 'a' }, { status: 0, id: 'b' }] })).toEqual({ kind: 'sent', messageId: 'b' });
    for (const body of [{ messages: [{ status: '0' }, { status: '4' }] }, { messages: [{ status: '0' }, {}] }, { messages: [] }, {}, 'no JSON', '']) expect(kind(accepted, body)).toBe('rejected');
  });

  it.each([
    [{ equals: true }, true, false], [{ equals: 'true' }, true, 'yes'], [{ equals: null }, null, 'x'], [{ equals: 0.5 }, 0.5, 0], [{ in: ['queued', 'sent', 1] }, 'sent', 'failed'],
    [{ in: [1] }, 1, 11], [{ matches: '^(ok|OK)$' }, 'ok', 'not ok'], [{ matches: '^2\\d\\d$' }, 201, 400], [{ equals: '' }, '', 'x'],
  ])('%j holds for %j and not for %j', (rule, yes, no) => {
    const rules = { success: { json: [{ pointer: '/a~1b/c', ...rule }] } };
    expect(kind(rules, { 'a/b': { c: yes } })).toBe('sent');
    expect(kind(rules, { 'a/b': { c: no } })).toBe('rejected');
    expect(kind(rules, { 'a/b': { c: { nested: yes } } })).toBe('rejected');
  });

  it('are all needed for a success, and one is enough for a failure', () => {
    const both = [{ pointer: '/a', equals: 1 }, { pointer: '/b', equals: 1 }];
    expect(kind({ success: { json: both } }, { a: 1 })).toBe('rejected');
    expect(kind({ success: { json: both } }, { a: 1, b: 1 })).toBe('sent');
    expect(kind({ failure: { json: both } }, { a: 1 })).toBe('rejected');
    expect(kind({ failure: { json: both } }, { c: 1 })).toBe('sent');
  });

  it('want a pointer and one comparison', () => {
    const fault = (rule: unknown): Record<string, string> => faultsOf(native({ url: 'https://sms.example/', success: { json: [rule] } }));
    expect(fault({ pointer: 'a', equals: 1 })).toEqual({ 'success.json.0.pointer': 'must be a JSON pointer such as /messages/0/id' });
    expect(fault({ pointer: '/a' })).toEqual({ 'success.json.0': 'wants one of equals, in and matches beside the pointer' });
    expect(fault({ pointer: '/a', equals: 1, in: [2] })).toEqual({ 'success.json.0': 'wants one of equals, in and matches beside the pointer' });
    expect(fault({ pointer: '/a', matches: '(' })).toEqual({ 'success.json.0.matches': 'is not a regular expression' });
  });
});

describe('a gateway that says that it does not serve now', () => {
  const rules = { unavailable: { status: [402], contains: 'credit', json: [{ pointer: '/code', in: [20429, 'throttled'] }] }, failure: { contains: 'error' } };

  it.each([['{}', 402], ['error: no credit', 200], ['{"code": 20429, "error": 1}', 400], ['{"code": "throttled"}', 200]])('is unavailable: %s with HTTP %d', (body, status) => {
    expect(outcome(rules, body, status)).toEqual({ kind: 'unavailable', reason: `the gateway says that it does not serve now (HTTP ${status})` });
  });

  it('is judged by the other rules otherwise', () => {
    expect(kind(rules, 'error: 7')).toBe('rejected');
    expect(kind(rules, '{"code": 1}', 400)).toBe('rejected');
    expect(kind(rules, 'fine')).toBe('sent');
  });
});
