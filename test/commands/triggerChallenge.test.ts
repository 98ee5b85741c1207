import { maxLive, triggerChallenge, type TriggerChallenge } from '../../src/commands/triggerChallenge.js';
import type { Facts } from '../../src/commands/tokenHandler.js';
import { at, enrolled, fold, given, guessed, happened, issued } from '../fixtures/tokenSpec.js';

const trigger = (over: Partial<TriggerChallenge> = {}) => (facts: Facts) =>
  triggerChallenge(facts, {
    transactionId: 'new', trigger: 'pin', gateways: ['a', 'b'], life: 300, concurrent: false, resendAfter: 0, siblings: ['T1'], lease: 30_000, ...over,
  });
const challenge = (counter: number, supersedes: string[] = [], seconds = 0) => ({
  type: 'ChallengeIssued',
  data: {
    transactionId: 'new', counter, expiresAt: at(seconds + 300).toISOString(), trigger: 'pin', gateways: ['a', 'b'], supersedes, siblings: ['T1'],
    leaseUntil: at(seconds + 30).toISOString(), text: undefined,
  },
}) as never;

describe('triggering a challenge', () => {
  it('sends HOTP(1) first', () => given(enrolled()).when(trigger()).then([challenge(1)], { kind: 'challenged', transactionId: 'new', recalled: false }));

  it('goes on behind the counter that was answered', () => {
    const answered = happened({ type: 'ChallengeAnswered', data: { transactionId: 't1', counter: 1, via: 'pin' } });
    given(enrolled(), issued('t1', 1), answered).when(trigger(), 10).then([challenge(3, [], 10)]);
  });

  it('supersedes what is alive, or leaves it alive beside itself', () => {
    given(enrolled(), issued('t1', 1), issued('t2', 2)).when(trigger()).then([challenge(3, ['t1', 't2'])]);
    given(enrolled(), issued('t1', 1), issued('t2', 2)).when(trigger({ concurrent: true })).then([challenge(3)]);
  });

  it('bounds how many codes are alive at once', () => {
    const many = Array.from({ length: maxLive }, (_, n) => issued(`t${n}`, n + 1));
    given(enrolled(), ...many).when(trigger({ concurrent: true })).then([challenge(maxLive + 1, ['t0'])]);
  });

  it('answers with the last challenge when that is recent', () => {
    given(enrolled(), issued('t1', 1)).when(trigger({ resendAfter: 30 }), 29)
      .then([{ type: 'TriggerSuppressed', data: { transactionId: 't1' } }], { kind: 'challenged', transactionId: 't1', recalled: true });
    given(enrolled(), issued('t1', 1)).when(trigger({ resendAfter: 30 }), 30).then([challenge(2, ['t1'], 30)]);
    // nor does a clock that was set back keep it from being sent
    given(enrolled(), issued('t1', 1, 60)).when(trigger({ resendAfter: 30 }), 0).then([challenge(2, ['t1'], 0)]);
  });

  it('issues the same transaction once', () => given(enrolled(), issued('new', 1)).when(trigger()).then([], { kind: 'challenged', transactionId: 'new' }));

  it('neither raises nor resets the fail counter', () => {
    const { decision } = given(enrolled(), guessed()).when(trigger());
    expect(fold([enrolled(), guessed(), ...decision.events.map((event) => happened(event))]).failCount).toBe(1);
  });

  it('sends nothing for a locked or disabled token, and says so in the trail', () => {
    given(enrolled(), guessed(), guessed(), guessed()).when(trigger()).then([{ type: 'AttemptRejected', data: { reason: 'locked', via: 'trigger', counted: false } } as never], { reason: 'locked' });
    given(enrolled(), happened({ type: 'TokenDisabled', data: {} })).when(trigger()).then([{ type: 'AttemptRejected', data: { reason: 'disabled', via: 'trigger', counted: false } } as never]);
  });

  it('needs a token, a number and a gateway', () => {
    given().when(trigger()).then([], { reason: 'unknown-token' });
    given(enrolled({ phone: undefined })).when(trigger()).then([{ type: 'AttemptRejected', data: { reason: 'no-phone', via: 'trigger', counted: false } }], { reason: 'no-phone' });
    given(enrolled()).when(trigger({ gateways: [], trigger: 'success' })).then([], { reason: 'no-gateway' });
    given(enrolled()).when(trigger({ gateways: [] })).then([{ type: 'AttemptRejected', data: { reason: 'no-gateway', via: 'trigger', counted: false } }], { reason: 'no-gateway' });
  });
});
