import { readLimits } from '../../src/gateways/limits.js';
import { gatewayRegistry } from '../../src/gateways/registry.js';
import { httpGateway } from '../../src/gateways/http/httpGateway.js';

it('has defaults', () => {
  const usual = { limits: { breaker: { failures: 5, pause: 30_000, longestPause: 300_000 } } };
  for (const nothing of [undefined, {}, { breaker: {} }]) expect(readLimits(nothing)).toEqual(usual);
});

it.each([
  [{ rate: { perSecond: 0.5 } }, { rate: { perSecond: 0.5, burst: 1 } }],
  [{ rate: { perSecond: 2.5 } }, { rate: { perSecond: 2.5, burst: 3 } }],
  [{ rate: { perSecond: 2, burst: 50 }, concurrency: 1 }, { rate: { perSecond: 2, burst: 50 }, concurrency: 1 }],
  [{ breaker: { failures: 0, pause: 600 } }, { breaker: { failures: 0, pause: 600_000, longestPause: 600_000 } }],
  [{ breaker: { pause: 1, longestPause: 2 } }, { breaker: { failures: 5, pause: 1_000, longestPause: 2_000 } }],
])('reads %j', (written, limits) => expect(readLimits(written)).toEqual({ limits: expect.objectContaining(limits) }));

it.each([
  ['fast', 'limits', 'must be of type object'],
  [{ concurrency: 0 }, 'limits.concurrency', 'must be at least 1'],
  [{ concurrency: 1.5 }, 'limits.concurrency', 'must be a whole number'],
  [{ rate: {} }, 'limits.rate.perSecond', 'is missing'],
  [{ rate: { perSecond: 0 } }, 'limits.rate.perSecond', 'must be more than 0'],
  [{ rate: { perSecond: 1, burst: 0 } }, 'limits.rate.burst', 'must be at least 1'],
  [{ rate: { perMinute: 1, perSecond: 1 } }, 'limits.rate.perMinute', 'is no limit of a gateway'],
  [{ breaker: { failures: -1 } }, 'limits.breaker.failures', 'must be at least 0'],
  [{ breaker: { pause: 90_000 } }, 'limits.breaker.pause', 'must be at most 86400'],
  [{ breaker: { longestPause: 10 } }, 'limits.breaker.longestPause', 'must be at least limits.breaker.pause'],
  [{ breaker: false }, 'limits.breaker', 'must be of type object'],
])('refuses %j and names the key', (written, key, problem) => expect(readLimits(written)).toEqual({ faults: [{ key, problem }] }));

describe('of a definition', () => {
  const registry = gatewayRegistry([httpGateway]);
  const read = (limits: Record<string, unknown>, options: Record<string, unknown> = {}) => {
    const definition = registry.parseDefinition({ kind: 'http', options: { url: 'http://sms.example', ...options }, limits });
    return 'faults' in definition ? definition.faults : definition.limits.concurrency;
  };

  it('cannot widen what the kind allows', () => {
    expect(read({}, { connections: 50 })).toBe(50);
    expect(read({ concurrency: 7 }, { connections: 50 })).toBe(7);
    expect(read({ concurrency: 70 }, { connections: 50 })).toBe(50);
  });

  it('are refused with the other faults, in an old form too', () => {
    expect(read({ colour: 'red' }, { timeout: -1 })).toEqual([expect.objectContaining({ key: 'timeout' }), { key: 'limits.colour', problem: 'is no limit of a gateway' }]);
    expect(registry.parseDefinition({ module: 'HttpSMSProvider', options: { URL: 'http://x/' }, limits: { rate: {} } })).toEqual({ faults: [{ key: 'limits.rate.perSecond', problem: 'is missing' }] });
  });
});
