import { claimSend, recordDispatch, type Attempted } from '../../src/commands/dispatch.js';
import type { Facts } from '../../src/commands/tokenHandler.js';
import { at, dispatched, enrolled, fold, given, happened, issued } from '../fixtures/tokenSpec.js';

const claim = (instance: string, alone = false) => (facts: Facts) => claimSend(facts, { transactionId: 't1', instance, lease: 30_000, alone });
const record = (attempted: Attempted, final: boolean) => (facts: Facts) => recordDispatch(facts, 't1', attempted, final);
const rejectedBy = (gateway: string): Attempted => ({ kind: 'rejected', gateway, reason: 'no' });

describe('who may send', () => {
  it('is the instance that issued', () => given(enrolled(), issued('t1', 1)).when(claim('here'), 100).then([], { kind: 'go' }));
  it('is nobody else while the lease runs', () =>
    given(enrolled(), issued('t1', 1)).when(claim('there'), 29).then([], { kind: 'wait', until: at(30).toISOString() }));
  it('is whoever claims it when the lease has run out', () =>
    given(enrolled(), issued('t1', 1)).when(claim('there'), 30).then([{ type: 'SendClaimed', data: { transactionId: 't1', leaseUntil: at(60).toISOString() } }], { kind: 'go' }));
  it('need not wait for the lease of a process that must be dead', () =>
    expect(given(enrolled(), issued('t1', 1)).when(claim('there', true), 1).decision.answer.kind).toBe('go'));
  it('makes the old holder wait after a claim', () => {
    const claimed = happened({ type: 'SendClaimed', data: { transactionId: 't1', leaseUntil: at(60).toISOString() } }, 30, 'there');
    given(enrolled(), issued('t1', 1), claimed).when(claim('here'), 40).then([], { kind: 'wait' });
  });
  it.each([
    ['sent', [dispatched('t1')], 10],
    ['answered', [happened({ type: 'ChallengeAnswered', data: { transactionId: 't1', counter: 1, via: 'pin' } })], 10],
    ['superseded', [issued('t2', 2, 1, { supersedes: ['t1'] })], 10],
    ['expired', [], 300],
  ])('is nobody when it is %s', (_what, events, seconds) => given(enrolled(), issued('t1', 1), ...events).when(claim('here'), seconds).then([], { kind: 'no' }));
  it('is nobody for a challenge that was never issued', () => given(enrolled()).when(claim('here')).then([], { kind: 'no' }));
});

describe('how it ended', () => {
  it('is written down once', () => {
    given(enrolled(), issued('t1', 1)).when(record({ kind: 'sent', gateway: 'a', messageId: '7' }, true)).then([{ type: 'SmsDispatched', data: { transactionId: 't1', gateway: 'a', messageId: '7' } }]);
    given(enrolled(), issued('t1', 1), dispatched('t1')).when(record({ kind: 'sent', gateway: 'a' }, true)).then([]);
  });

  it('keeps the code alive as long as one gateway may have sent it', () => {
    const failed = (attempted: Attempted, final: boolean) => given(enrolled(), issued('t1', 1)).when(record(attempted, final)).decision.events.map((event) => happened(event));
    const after = (...events: ReturnType<typeof failed>) => fold([enrolled(), issued('t1', 1), ...events]).challenges[0];
    expect(after(...failed(rejectedBy('a'), false), ...failed(rejectedBy('b'), true))).toMatchObject({ delivery: 'failed', status: 'not-sent' });
    expect(after(...failed({ kind: 'unknown', gateway: 'a', reason: 'late' }, false), ...failed(rejectedBy('b'), true))).toMatchObject({ delivery: 'unknown', status: 'open' });
    expect(after(...failed(rejectedBy('a'), false))).toMatchObject({ delivery: 'pending', status: 'open' });
  });
});
