import fc from 'fast-check';
import type { KnownMessage, MessageArrivals, Messages } from '../../src/commands/ports.js';
import { RecordReceipt, type FinalState, type MessageStreams } from '../../src/commands/recordReceipt.js';
import { challengeOf } from '../../src/commands/token.js';
import { settleReceipt } from '../../src/commands/tokenReceipts.js';
import type { TokenEvent } from '../../src/events/token.js';
import { WrittenMessages } from '../../src/reactors/messageArrivals.js';
import { dispatched, enrolled, fold, given, guessed, happened, issued } from '../fixtures/tokenSpec.js';

const place = { part: 't1', gateway: 'a' };
const settle = (state: FinalState, known?: FinalState) => () => settleReceipt(place, { messageId: 'm1', state, detail: 'DELIVRD' }, known);
const data = { transactionId: 't1', gateway: 'a', messageId: 'm1', detail: 'DELIVRD' };
const sent = [enrolled(), issued('t1', 1), dispatched('t1')];

describe('a receipt', () => {
  it('is written down', () => {
    given(...sent).when(settle('delivered')).then([{ type: 'SmsDelivered', data }]);
    given(...sent).when(settle('undelivered')).then([{ type: 'SmsUndelivered', data }]);
  });

  it('that comes twice is written down once', () => {
    given(...sent).when(settle('delivered', 'delivered')).then([]);
    given(...sent).when(settle('undelivered', 'undelivered')).then([]);
  });

  it('that comes out of order: delivered is the last word', () => {
    given(...sent).when(settle('delivered', 'undelivered')).then([{ type: 'SmsDelivered', data }]);
    given(...sent).when(settle('undelivered', 'delivered')).then([]);
  });
});

describe('what a token remembers of receipts', () => {
  const delivered = (transactionId = 't1') => happened({ type: 'SmsDelivered', data: { transactionId, gateway: 'a' } });
  const undelivered = () => happened({ type: 'SmsUndelivered', data: { transactionId: 't1', gateway: 'a' } });
  const failed = (outcome: 'rejected' | 'unknown', final = true) => happened({ type: 'SmsDispatchFailed', data: { transactionId: 't1', gateway: 'a', outcome, reason: 'r', final } });
  const challenge = (...events: TokenEvent[]) => challengeOf(fold([enrolled(), issued('t1', 1), ...events]), 't1');

  it.each([
    ['delivered', [dispatched('t1'), delivered()], { delivery: 'sent', receipt: 'delivered', status: 'open' }],
    ['undelivered, and the code stays good', [dispatched('t1'), undelivered()], { delivery: 'sent', receipt: 'undelivered', status: 'open' }],
    ['delivered after undelivered', [dispatched('t1'), undelivered(), delivered()], { receipt: 'delivered' }],
    ['undelivered after delivered', [dispatched('t1'), delivered(), undelivered()], { receipt: 'delivered' }],
    ['delivered where nobody knew whether it was sent', [failed('unknown'), delivered()], { delivery: 'sent', receipt: 'delivered', status: 'open' }],
    ['delivered before the last gateway has spoken', [failed('unknown', false), delivered(), failed('rejected')], { delivery: 'sent', receipt: 'delivered', status: 'open' }],
    ['delivered of a dead code, which stays dead', [failed('rejected'), delivered()], { delivery: 'failed', receipt: 'delivered', status: 'not-sent' }],
  ] as const)('%s', (_, events, expected) => expect(challenge(...events)).toMatchObject(expected));

  it('law: receipts change nothing but what is remembered of the SMS', () => {
    const others = [dispatched('t1'), guessed(), happened({ type: 'ChallengeCancelled', data: { transactionId: 't1', why: 'administrator' } }), issued('t2', 2)];
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(others.length), fc.constantFrom(delivered(), undelivered(), delivered('t9')))), (receipts) => {
      const withReceipts = others.flatMap((event, index) => [...receipts.filter(([at]) => at === index).map(([, receipt]) => receipt), event]);
      const strip = (events: TokenEvent[]) => {
        const token = fold([enrolled(), issued('t1', 1), ...events]);
        return { ...token, challenges: token.challenges.map(({ receipt: _, ...rest }) => rest) };
      };
      expect(strip(withReceipts)).toEqual(strip(others));
    }));
  });
});

describe('which message a receipt is about', () => {
  const known: (KnownMessage & { readonly messageId: string })[] = [];
  const settled: unknown[] = [];
  let arrivals: WrittenMessages;
  const messages: Messages = {
    withId: async (gateway, messageId) => known.find((message) => message.gateway === gateway && message.messageId === messageId),
    at: async ({ stream, part }, gateway) => known.find((message) => message.stream === stream && message.part === part && message.gateway === gateway),
  };
  const kind: MessageStreams = {
    has: (stream) => stream.startsWith('token-'),
    named: (reference) => (reference.startsWith('t') ? { stream: 'token-T1', part: reference } : undefined),
    expects: async ({ part, gateway }) => part === 't7' && gateway === 'a',
    settle: async ({ stream, part }, { state }, { commandId }) => { settled.push([stream, part, state, commandId]); return 'recorded'; },
  };
  const record = (gateway: string, receipt: { messageId?: string; reference?: string }, state: FinalState | 'pending' = 'delivered') =>
    new RecordReceipt(messages, arrivals, [kind]).record(gateway, { ...receipt, state }, { actor: { kind: 'system' }, correlationId: 'c' });
  beforeEach(() => {
    known.splice(0, known.length, { stream: 'token-T1', part: 't1', gateway: 'a', messageId: 'm1' });
    settled.length = 0;
    arrivals = new WrittenMessages();
  });

  it('is found by the id that the gateway gave, or by our reference; the command is the same for a repeat', async () => {
    expect(await record('a', { messageId: 'm1' })).toBe('recorded');
    expect(await record('a', { reference: 't1', messageId: 'strange' })).toBe('recorded');
    expect(settled).toEqual(Array(2).fill(['token-T1', 't1', 'delivered', 'receipt/a/token-T1/t1/delivered']));
  });

  it('is none of another gateway', async () => {
    for (const receipt of [{ messageId: 'm1' }, { reference: 't1' }, { reference: 't7' }, { reference: 'x1' }, {}]) expect(await record('b', receipt)).toBe('unknown');
    expect(settled).toEqual([]);
  });

  it('may be one that is on its way', async () => expect(await record('a', { reference: 't7' })).toBe('recorded'));

  it('is not asked while the message is still on its way', async () => {
    expect(await record('a', { messageId: 'nobody knows' }, 'pending')).toBe('known');
    expect(settled).toEqual([]);
  });

  it('is awaited for a while, for a receipt may be faster than our own record', async () => {
    const early = record('a', { messageId: 'm2' });
    await new Promise(setImmediate);
    known.push({ stream: 'token-T1', part: 't2', gateway: 'a', messageId: 'm2' });
    arrivals.written('b', 'm2');
    arrivals.written('a', 'm2');
    expect(await early).toBe('recorded');
    expect(await record('a', { messageId: 'm3' })).toBe('unknown');
  });

  it('is looked for once more, for another instance may have written it down and told nobody here', async () => {
    const early = record('a', { messageId: 'm5' });
    await new Promise(setImmediate);
    known.push({ stream: 'token-T1', part: 't5', gateway: 'a', messageId: 'm5' });
    expect(await early).toBe('recorded');
  });

  it('is awaited by a bounded number of receipts', async () => {
    const waiting: ReturnType<MessageArrivals['expect']>[] = Array.from({ length: 200 }, (_, index) => arrivals.expect('a', `w${index % 3}`));
    const began = performance.now();
    expect(await record('a', { messageId: 'm3' })).toBe('unknown');
    expect(performance.now() - began).toBeLessThan(400);
    for (const each of waiting) each.forget();
    for (const each of waiting) each.forget();
    const again = arrivals.expect('a', 'm4');
    arrivals.written('a', 'm4');
    expect(await again.within(10_000)).toBe(true);
    again.forget();
  });
});
