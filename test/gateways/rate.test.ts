import fc from 'fast-check';
import { tokenBucket } from '../../src/gateways/rate.js';

it('lets a burst through at once and the rest at an even pace', () => {
  let time = 0;
  const bucket = tokenBucket({ perSecond: 2, burst: 3 }, () => time);
  const leavings: number[] = [];
  for (let n = 0; n < 6; n++) {
    time += bucket.wait(1);
    bucket.take();
    leavings.push(time);
  }
  expect(leavings).toEqual([0, 0, 0, 500, 1_000, 1_500]);
});

it('says how long so many will take', () => {
  const bucket = tokenBucket({ perSecond: 0.5, burst: 1 }, () => 0);
  expect([1, 2, 3].map((messages) => bucket.wait(messages))).toEqual([0, 2_000, 4_000]);
});

it('saves up no more than a burst', () => {
  let time = 0;
  const bucket = tokenBucket({ perSecond: 10, burst: 2 }, () => time);
  bucket.take();
  time = 1_000_000;
  expect(bucket.wait(2)).toBe(0);
  expect(bucket.wait(3)).toBe(100);
});

it('law: in any stretch of time no more leave than the burst and the pace allow, and whoever has waited as told may leave', () => {
  const rules = fc.record({ perSecond: fc.double({ min: 0.1, max: 100, noNaN: true }), burst: fc.integer({ min: 1, max: 20 }) });
  fc.assert(fc.property(rules, fc.array(fc.nat(3_000), { maxLength: 50 }), (rate, gaps) => {
    let time = 0;
    const bucket = tokenBucket(rate, () => time);
    const leavings: number[] = [];
    for (const gap of gaps) {
      time += gap;
      time += bucket.wait(1);
      if (bucket.wait(1) > 0) return false;
      bucket.take();
      leavings.push(time);
    }
    return leavings.every((from, first) => leavings.slice(first).every((to, more) => more + 1 <= rate.burst + (rate.perSecond * (to - from)) / 1_000 + 1e-6));
  }));
});
