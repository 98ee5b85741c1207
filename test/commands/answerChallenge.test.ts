import { answerChallenge } from '../../src/commands/answerChallenge.js';
import type { Facts } from '../../src/commands/tokenHandler.js';
import { at, codeOf, dispatched, enrolled, given, guessed, happened, issued } from '../fixtures/tokenSpec.js';

const byTransaction = (transactionId: string, counter: number) => (facts: Facts) =>
  answerChallenge(facts, { transactionId, via: 'transaction', code: codeOf(counter) });
const byPin = (counter: number) => (facts: Facts) => answerChallenge(facts, { via: 'pin', code: codeOf(counter) });
const rejected = (reason: string, transactionId?: string, via = 'transaction') => ({ type: 'AttemptRejected', data: { reason, via, transactionId, counted: true } }) as never;
const answered = (transactionId: string, counter: number, via = 'transaction') => ({ type: 'ChallengeAnswered', data: { transactionId, counter, via } }) as never;

describe('answering a challenge', () => {
  it('takes the code of the challenge', () =>
    given(enrolled(), issued('t1', 1), dispatched('t1')).when(byTransaction('t1', 1)).then([answered('t1', 1)], { kind: 'accepted', transactionId: 't1' }));

  it('takes it before the gateway has said that it sent', () =>
    given(enrolled(), issued('t1', 1)).when(byTransaction('t1', 1)).then([answered('t1', 1)]));

  it('takes a code once', () =>
    given(enrolled(), issued('t1', 1), happened(answered('t1', 1))).when(byTransaction('t1', 1)).then([rejected('answered', 't1')]));

  it('charges a wrong code', () =>
    given(enrolled(), issued('t1', 1)).when(byTransaction('t1', 9)).then([rejected('wrong-code', 't1')], { kind: 'refused', reason: 'wrong-code' }));

  it('does not take the code of another challenge', () =>
    given(enrolled(), issued('t1', 1), issued('t2', 2)).when(byTransaction('t1', 2)).then([rejected('wrong-code', 't1')]));

  it('does not take the code of a challenge that a newer one superseded', () =>
    given(enrolled(), issued('t1', 1), issued('t2', 2, 1, { supersedes: ['t1'] })).when(byTransaction('t1', 1)).then([rejected('superseded', 't1')]));

  it('takes two live challenges in reverse order', () => {
    const both = [enrolled(), issued('t1', 1), issued('t2', 2)];
    given(...both).when(byTransaction('t2', 2)).then([answered('t2', 2)]);
    given(...both, happened(answered('t2', 2))).when(byTransaction('t1', 1)).then([answered('t1', 1)]);
  });

  it('is over at the very instant of expiry', () => {
    given(enrolled(), issued('t1', 1)).when(byTransaction('t1', 1), 299.999).then([answered('t1', 1)]);
    given(enrolled(), issued('t1', 1)).when(byTransaction('t1', 1), 300).then([{ type: 'ChallengeExpired', data: { transactionId: 't1' } }, rejected('expired', 't1')]);
  });

  it('knows no transaction that it did not issue', () =>
    given(enrolled(), issued('t1', 1)).when(byTransaction('invented', 1)).then([rejected('unknown-transaction', 'invented')]));

  it('never takes a code that was never sent', () => {
    const failed = happened({ type: 'SmsDispatchFailed', data: { transactionId: 't1', gateway: 'a', outcome: 'rejected', reason: 'no', final: true } });
    given(enrolled(), issued('t1', 1), failed).when(byTransaction('t1', 1)).then([rejected('not-sent', 't1')]);
    given(enrolled(), issued('t1', 1)).when(byPin(2)).then([rejected('wrong-code', undefined, 'pin')]);
    given(enrolled()).when(byPin(0)).then([rejected('wrong-code', undefined, 'pin')]);
  });

  it('takes a code that may have been sent', () => {
    const unknown = happened({ type: 'SmsDispatchFailed', data: { transactionId: 't1', gateway: 'a', outcome: 'unknown', reason: 'time-out', final: false } });
    const refusedByNext = happened({ type: 'SmsDispatchFailed', data: { transactionId: 't1', gateway: 'b', outcome: 'rejected', reason: 'no', final: true } });
    given(enrolled(), issued('t1', 1), unknown, refusedByNext).when(byPin(1)).then([answered('t1', 1, 'pin')]);
  });

  it('locks with the last attempt, and then compares no more', () => {
    given(enrolled(), issued('t1', 1), guessed(), guessed()).when(byTransaction('t1', 9))
      .then([rejected('wrong-code', 't1'), { type: 'TokenLocked', data: { failCount: 3 } }]);
    const compared: number[] = [];
    const { decision } = given(enrolled(), issued('t1', 1), guessed(), guessed(), guessed()).when((facts) =>
      answerChallenge({ ...facts, codeAt: (counter) => { compared.push(counter); return codeOf(counter); } }, { transactionId: 't1', via: 'transaction', code: codeOf(1) }));
    expect(decision.answer).toEqual({ kind: 'refused', reason: 'locked' });
    expect(decision.events).toEqual([{ type: 'AttemptRejected', data: { reason: 'locked', via: 'transaction', transactionId: 't1', counted: false } }]);
    expect(compared).toEqual([]);
  });

  it('has one budget for all challenges and all ways', () => {
    const otpOnly = happened({ type: 'AttemptRejected', data: { reason: 'wrong-code', via: 'otp', counted: true } });
    const wrongPin = happened({ type: 'AttemptRejected', data: { reason: 'wrong-pin', via: 'pin', counted: true } });
    given(enrolled(), issued('t1', 1), otpOnly, issued('t2', 2), wrongPin).when(byTransaction('t2', 9))
      .then([rejected('wrong-code', 't2'), { type: 'TokenLocked', data: { failCount: 3 } }]);
  });

  it('names a code that was used before, or came too late, for what it is', () => {
    given(enrolled(), issued('t1', 1), happened(answered('t1', 1))).when(byPin(1)).then([rejected('replayed', undefined, 'pin')]);
    given(enrolled(), issued('t1', 1)).when(byPin(1), 301).then([rejected('expired', undefined, 'pin')]);
    given(enrolled(), issued('t1', 1), issued('t2', 2, 1, { supersedes: ['t1'] })).when(byPin(1), 2).then([rejected('superseded', undefined, 'pin')]);
  });

  it.each([
    ['disabled', happened({ type: 'TokenDisabled', data: {} })],
    ['revoked', happened({ type: 'TokenRevoked', data: {} })],
    ['not-valid-now', happened({ type: 'TokenAdjusted', data: { validUntil: at(-1).toISOString() } })],
    ['used-up', happened({ type: 'TokenAdjusted', data: { maxSuccesses: 1 } })],
  ])('lets a %s token take part in nothing, at no charge', (reason, event) => {
    const first = [enrolled(), issued('t0', 1), happened(answered('t0', 1)), issued('t1', 2)];
    given(...first, event).when(byTransaction('t1', 2)).then([{ type: 'AttemptRejected', data: { reason, via: 'transaction', transactionId: 't1', counted: false } } as never]);
  });

  it('starts the count afresh after a success', () => {
    const { decision } = given(enrolled(), issued('t1', 1), guessed(), guessed(), happened(answered('t1', 1)), issued('t2', 2), guessed()).when(byTransaction('t2', 9));
    expect(decision.events).toEqual([rejected('wrong-code', 't2')]);
  });
});
