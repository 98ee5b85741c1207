import fc from 'fast-check';
import { answerChallenge } from '../../src/commands/answerChallenge.js';
import { rejectAttempt } from '../../src/commands/rejectAttempt.js';
import { resetFailCounter } from '../../src/commands/resetFailCounter.js';
import { evolve, isLocked, type Token } from '../../src/commands/token.js';
import type { Decision, Facts } from '../../src/commands/tokenHandler.js';
import { triggerChallenge } from '../../src/commands/triggerChallenge.js';
import type { TokenEvent } from '../../src/events/token.js';
import { at, codeOf, enrolled, fold, happened } from '../fixtures/tokenSpec.js';

/** What may happen to a token from outside; numbers pick a challenge or a code. */
type Step =
  | { do: 'trigger'; concurrent: boolean } | { do: 'answer'; which: number; code: number } | { do: 'pin+code'; code: number } | { do: 'code'; code: number }
  | { do: 'wrong pin' } | { do: 'wait'; seconds: number } | { do: 'reset' };

const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  fc.record({ do: fc.constant('trigger' as const), concurrent: fc.boolean() }),
  fc.record({ do: fc.constant('answer' as const), which: fc.nat(6), code: fc.nat(12) }),
  fc.record({ do: fc.constant('pin+code' as const), code: fc.nat(12) }),
  fc.record({ do: fc.constant('code' as const), code: fc.nat(12) }),
  fc.record({ do: fc.constant('wrong pin' as const) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.nat(400) }),
  fc.record({ do: fc.constant('reset' as const) }),
), { maxLength: 60 });

const maxFail = 4;

/** Plays steps; gives every event, and every decision with the state that it was made on. */
const play = (script: readonly Step[]) => {
  const events: TokenEvent[] = [enrolled({ maxFail })];
  const decisions: { token: Token; decision: Decision<unknown>; step: Step; compared: number[] }[] = [];
  let token = fold(events);
  let seconds = 0;
  let issued = 0;
  for (const step of script) {
    if (step.do === 'wait') { seconds += step.seconds; continue; }
    const compared: number[] = [];
    const facts: Facts = { token, now: at(seconds), codeAt: (counter) => { compared.push(counter); return codeOf(counter); } };
    const decide = (): Decision<unknown> => {
      switch (step.do) {
        case 'trigger': return triggerChallenge(facts, { transactionId: `t${issued++}`, trigger: 'pin', gateways: ['a'], life: 300, concurrent: step.concurrent, resendAfter: 0, siblings: ['T1'], lease: 1 });
        case 'answer': return answerChallenge(facts, { via: 'transaction', transactionId: `t${step.which}`, code: codeOf(step.code) });
        case 'pin+code': return answerChallenge(facts, { via: 'pin', code: codeOf(step.code) });
        case 'code': return answerChallenge(facts, { via: 'otp', code: codeOf(step.code) });
        case 'wrong pin': return rejectAttempt(facts, { reason: 'wrong-pin', via: 'pin', counted: true });
        case 'reset': return resetFailCounter(facts);
      }
    };
    const decision = decide();
    decisions.push({ token, decision, step, compared });
    for (const draft of decision.events) {
      const event = happened(draft, seconds);
      events.push(event);
      token = evolve(token, event);
    }
  }
  return { events, decisions, token };
};

describe('laws of a token', () => {
  it('never allows more wrong attempts in a row than the limit', () => {
    fc.assert(fc.property(steps, (script) => {
      let run = 0;
      for (const { type, data } of play(script).events) {
        if (type === 'AttemptRejected' && data.counted) run++;
        if (type === 'ChallengeAnswered' || type === 'FailCounterReset') run = 0;
        expect(run).toBeLessThanOrEqual(maxFail);
      }
    }));
  });

  it('takes every challenge at most once, and only with its own code', () => {
    fc.assert(fc.property(steps, (script) => {
      const { events } = play(script);
      const counters = new Map(events.flatMap((event) => (event.type === 'ChallengeIssued' ? [[event.data.transactionId, event.data.counter] as const] : [])));
      const answered = events.flatMap((event) => (event.type === 'ChallengeAnswered' ? [event.data] : []));
      expect(new Set(answered.map(({ transactionId }) => transactionId)).size).toBe(answered.length);
      for (const { transactionId, counter } of answered) expect(counters.get(transactionId)).toBe(counter);
    }));
  });

  it('never gives two challenges the same code', () => {
    fc.assert(fc.property(steps, (script) => {
      const counters = play(script).events.flatMap((event) => (event.type === 'ChallengeIssued' ? [event.data.counter] : []));
      expect(new Set(counters).size).toBe(counters.length);
    }));
  });

  it('computes no code for a locked token, and pays for every comparison that fails', () => {
    fc.assert(fc.property(steps, (script) => {
      for (const { token, decision, compared } of play(script).decisions) {
        if (isLocked(token)) expect(compared).toEqual([]);
        if (compared.length > 0) {
          expect(decision.events.some(({ type, data }) => type === 'ChallengeAnswered' || (type === 'AttemptRejected' && data.counted))).toBe(true);
        }
      }
    }));
  });

  it('folds to the same state from a snapshot, and survives JSON', () => {
    fc.assert(fc.property(steps, fc.nat(), (script, cut) => {
      const { events } = play(script);
      const place = cut % (events.length + 1);
      const snapshot = JSON.parse(JSON.stringify(fold(events.slice(0, place)))) as Token;
      expect(JSON.parse(JSON.stringify(events.slice(place).reduce(evolve, snapshot)))).toEqual(JSON.parse(JSON.stringify(fold(events))));
    }));
  });

  it('keeps a bounded state however long the stream is', () => {
    const script: Step[] = Array.from({ length: 2000 }, (_, n) => (n % 2 ? { do: 'wait', seconds: 1 } : { do: 'trigger', concurrent: false }));
    expect(JSON.stringify(play(script).token).length).toBeLessThan(20_000);
  });
});
