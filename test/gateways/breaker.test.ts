import fc from 'fast-check';
import { circuitBreaker, type Breaker, type BreakerRules } from '../../src/gateways/breaker.js';

const rules: BreakerRules = { failures: 3, pause: 30_000, longestPause: 100_000 };
let time: number;
let breaker: Breaker;
beforeEach(() => {
  time = 0;
  breaker = circuitBreaker(rules, () => time);
});

const one = (outcome: Parameters<Breaker['settle']>[0], with_ = breaker): ReturnType<Breaker['pass']> => {
  const passed = with_.pass();
  if (typeof passed === 'string') with_.settle(outcome, passed);
  return passed;
};
const failing = (times: number): void => { for (let n = 0; n < times; n++) one(n % 2 ? 'unknown' : 'unavailable'); };

it('lets everything through while the gateway answers, be it yes or no', () => {
  for (const outcome of ['unavailable', 'unknown', 'rejected', 'unavailable', 'unknown', 'sent', 'unavailable', 'unknown'] as const) expect(one(outcome)).toBe('go');
  expect(breaker.state()).toEqual({ kind: 'closed', failures: 2 });
});

it('passes the gateway over after failures in a row, for the pause', () => {
  failing(3);
  expect(breaker.pass()).toEqual({ kind: 'open', failures: 3, left: 30_000 });
  time = 29_999;
  expect(breaker.shut()).toEqual({ kind: 'open', failures: 3, left: 1 });
  time = 30_000;
  expect(breaker.shut()).toBeUndefined();
});

it('then tries it with one message at a time, and doubles the pause with every failure up to the longest', () => {
  failing(3);
  for (const pause of [30_000, 60_000, 100_000, 100_000]) {
    expect(breaker.state()).toMatchObject({ kind: 'open', left: pause });
    time += pause;
    expect(breaker.pass()).toBe('trial');
    expect(breaker.pass()).toMatchObject({ kind: 'trial' });
    breaker.settle('unknown', 'trial');
  }
  time += 100_000;
  expect(one('rejected')).toBe('trial');
  expect(breaker.state()).toEqual({ kind: 'closed', failures: 0 });
  failing(3);
  expect(breaker.state()).toMatchObject({ kind: 'open', left: 30_000 });
});

it('learns nothing new from failures that were on their way when the pause began, and everything from an answer', () => {
  const late = [breaker.pass(), breaker.pass()] as ('go' | 'trial')[];
  failing(3);
  time = 10_000;
  breaker.settle('unavailable', late[0]!);
  expect(breaker.state()).toMatchObject({ kind: 'open', left: 20_000 });
  breaker.settle('sent', late[1]!);
  expect(breaker.state()).toEqual({ kind: 'closed', failures: 0 });
});

it('never turns anybody away where it is told so', () => {
  const never = circuitBreaker({ ...rules, failures: 0 }, () => time);
  for (let n = 0; n < 50; n++) expect(one('unavailable', never)).toBe('go');
});

const step = fc.record({ outcome: fc.constantFrom('sent', 'rejected', 'unavailable', 'unknown'), after: fc.nat(60_000) });

it('law: at most one trial at a time, no pause longer than the longest, and an answer always lets the next one through', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), fc.nat(5), (steps, failures) => {
    let now = 0;
    const any = circuitBreaker({ ...rules, failures }, () => now);
    for (const { outcome, after } of steps) {
      now += after;
      const passed = any.pass();
      if (typeof passed === 'object') {
        if (passed.kind === 'open' && (passed.left <= 0 || passed.left > rules.longestPause)) return false;
        continue;
      }
      if (passed === 'trial' && typeof any.pass() === 'string') return false;
      any.settle(outcome, passed);
      if ((outcome === 'sent' || outcome === 'rejected') && any.shut()) return false;
    }
    return true;
  }));
});

it('law: fewer failures in a row than the limit never shut it', () => {
  fc.assert(fc.property(fc.array(fc.nat(4)), fc.array(fc.nat(100_000)), (runs, pauses) => {
    let now = 0;
    const any = circuitBreaker({ ...rules, failures: 5 }, () => now);
    return runs.every((length, index) => {
      now += pauses[index] ?? 0;
      for (let n = 0; n < length; n++) if (one('unavailable', any) !== 'go') return false;
      return one('sent', any) === 'go';
    });
  }));
});
