import { claimSend, maySendOn, recordDispatch, type Attempted } from '../../src/commands/dispatch.js';
import type { Facts } from '../../src/commands/tokenHandler.js';
import { at, dispatched, enrolled, fold, given, happened, issued } from '../fixtures/tokenSpec.js';

const claim = (instance: string, alone = false) => (facts: Facts) => claimSend(facts, { transactionId: 't1', instance, lease: 30_000, alone });
const record = (attempted: Attempted, final: boolean, instance = 'here') => (facts: Facts) => recordDispatch(facts, { transactionId: 't1', instance }, attempted, final);
const claimed = (seconds: number, instance: string) => happened({ type: 'SendClaimed', data: { transactionId: 't1', leaseUntil: at(seconds + 30).toISOString() } }, seconds, instance);
const rejectedBy = (gateway: string): Attempted => ({ kind: 'rejected', gateway, reason: 'no' });

describe('who may send', () => {
  it('is the instance that issued', () => given(enrolled(), issued('t1', 1)).when(claim('here'), 2).then([], { kind: 'go' }));
  it('is the instance that issued when its lease covers the gateways no more only if nobody else is faster', () => {
    given(enrolled(), issued('t1', 1)).when(claim('here'), 3).then([{ type: 'SendClaimed', data: { transactionId: 't1', leaseUntil: at(33).toISOString() } }], { kind: 'go' });
    expect(fold([enrolled(), issued('t1', 1), claimed(3, 'here')]).challenges[0]).toMatchObject({ uncertain: false, leaseUntil: at(33).toISOString() });
    given(enrolled(), issued('t1', 1)).when(claim('here'), 30).then([{ type: 'SendClaimed', data: { transactionId: 't1', leaseUntil: at(60).toISOString() } }], { kind: 'go' });
    given(enrolled(), issued('t1', 1), claimed(30, 'there')).when(claim('here'), 30).then([], { kind: 'wait' });
  });
  it('is nobody else while the lease runs', () =>
    given(enrolled(), issued('t1', 1)).when(claim('there'), 29).then([], { kind: 'wait' }));
  it('is whoever claims it when the lease has run out', () =>
    given(enrolled(), issued('t1', 1)).when(claim('there'), 30).then([{ type: 'SendClaimed', data: { transactionId: 't1', leaseUntil: at(60).toISOString() } }], { kind: 'go' }));
  it('need not wait for the lease of a process that must be dead', () =>
    expect(given(enrolled(), issued('t1', 1)).when(claim('there', true), 1).decision.answer.kind).toBe('go'));
  it('makes the old holder wait after a claim', () => given(enrolled(), issued('t1', 1), claimed(30, 'there')).when(claim('here'), 40).then([], { kind: 'wait' }));
  it.each([
    ['sent', [dispatched('t1')], 10],
    ['answered', [happened({ type: 'ChallengeAnswered', data: { transactionId: 't1', counter: 1, via: 'pin' } })], 10],
    ['superseded', [issued('t2', 2, 1, { supersedes: ['t1'] })], 10],
    ['expired', [], 300],
  ])('is nobody when it is %s', (_what, events, seconds) => given(enrolled(), issued('t1', 1), ...events).when(claim('here'), seconds).then([], { kind: 'no' }));
  it('is nobody for a challenge that was never issued', () => given(enrolled()).when(claim('here')).then([], { kind: 'no' }));
});

describe('who may send on', () => {
  const may = (events: Parameters<typeof fold>[0], seconds: number, instance: string) => maySendOn(fold(events).challenges[0], at(seconds), instance);
  it('is the holder, as long as the challenge waits and the lease runs', () => {
    const events = [enrolled(), issued('t1', 1)];
    expect([may(events, 29, 'here'), may(events, 30, 'here'), may(events, 29, 'there')]).toEqual([true, false, false]);
    expect(may([...events, claimed(30, 'there')], 31, 'there')).toBe(true);
    expect(may([...events, dispatched('t1')], 1, 'here')).toBe(false);
    expect(may([...events, issued('t2', 2, 1, { supersedes: ['t1'] })], 2, 'here')).toBe(false);
  });
});

describe('how it ended', () => {
  it('is written down', () => expect(given(enrolled(), issued('t1', 1)).when(record({ kind: 'sent', gateway: 'a', messageId: '7' }, true)).decision)
    .toEqual({ events: [{ type: 'SmsDispatched', data: { transactionId: 't1', gateway: 'a', messageId: '7' } }], answer: true }));
  it('is not, of a challenge that was never issued', () => expect(given(enrolled()).when(record({ kind: 'sent', gateway: 'a' }, true)).decision).toEqual({ events: [], answer: false }));

  describe('when the lease was lost meanwhile', () => {
    const lost = [enrolled(), issued('t1', 1), claimed(30, 'there')];
    const failed = (final: boolean) => ({ type: 'SmsDispatchFailed' as const, data: { transactionId: 't1', gateway: 'b', outcome: 'rejected' as const, reason: 'no', final } });
    it('is written down, but that nothing was sent is for the new holder to say', () => {
      const { decision } = given(...lost).when(record(rejectedBy('b'), true, 'here'), 40);
      expect(decision).toEqual({ events: [failed(false)], answer: false });
      expect(fold([...lost, ...decision.events.map((event) => happened(event, 40))]).challenges[0]).toMatchObject({ status: 'open', delivery: 'pending', sender: 'there' });
    });
    it('may be that both have sent, and both is written down', () => {
      const second = given(...lost, dispatched('t1')).when(record({ kind: 'sent', gateway: 'b' }, true, 'here'), 40).decision;
      expect(second).toEqual({ events: [{ type: 'SmsDispatched', data: { transactionId: 't1', gateway: 'b' } }], answer: true });
    });
    it('does not kill a code that another has sent', () => {
      const events = [...lost, happened({ type: 'SmsDispatched', data: { transactionId: 't1', gateway: 'a' } }, 39, 'here')];
      const { decision } = given(...events).when(record(rejectedBy('b'), true, 'there'), 40);
      expect(decision).toEqual({ events: [failed(false)], answer: false });
      expect(fold([...events, ...decision.events.map((event) => happened(event, 40))]).challenges[0]).toMatchObject({ status: 'open', delivery: 'sent' });
    });
    it('may be that the old holder has sent and died: the code stays good when the new one cannot send', () => {
      const { decision } = given(...lost).when(record(rejectedBy('b'), true, 'there'), 40);
      expect(fold([...lost, ...decision.events.map((event) => happened(event, 40))]).challenges[0]).toMatchObject({ status: 'open', delivery: 'unknown' });
    });
  });

  it('keeps the code alive as long as one gateway may have sent it', () => {
    const failed = (attempted: Attempted, final: boolean) => given(enrolled(), issued('t1', 1)).when(record(attempted, final)).decision.events.map((event) => happened(event));
    const after = (...events: ReturnType<typeof failed>) => fold([enrolled(), issued('t1', 1), ...events]).challenges[0];
    expect(after(...failed(rejectedBy('a'), false), ...failed(rejectedBy('b'), true))).toMatchObject({ delivery: 'failed', status: 'not-sent' });
    expect(after(...failed({ kind: 'unknown', gateway: 'a', reason: 'late' }, false), ...failed(rejectedBy('b'), true))).toMatchObject({ delivery: 'unknown', status: 'open' });
    expect(after(...failed(rejectedBy('a'), false))).toMatchObject({ delivery: 'pending', status: 'open' });
  });
});
