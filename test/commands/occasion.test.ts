import fc from 'fast-check';
import { meets, tagValues, type Occasion } from '../../src/commands/occasion.js';
import type { TokenDraft } from '../../src/events/token.js';
import { timeValues } from '../../src/sms/codeText.js';
import { happened } from '../fixtures/tokenSpec.js';

const rejected: TokenDraft = { type: 'AttemptRejected', data: { reason: 'wrong-code', via: 'pin', counted: true } };
const occasion: Occasion = {
  event: { ...happened(rejected), actor: { kind: 'user' } }, client: '192.0.2.7', serial: 'SMS0001', login: 'alice', realm: 'Sales',
  realms: ['vpn'], phone: '+49 170 1234567', dynamicPhone: false,
};

it.each([
  [{}, true],
  [{ realms: ['sales'] }, true], [{ realms: ['VPN', 'x'] }, true], [{ realms: ['x'] }, false],
  [{ users: ['alice'] }, true], [{ users: ['al*'] }, true], [{ users: ['alice@Sales'] }, true], [{ users: ['*@Sales'] }, true], [{ users: ['bob', 'lice'] }, false],
  [{ serials: ['SMS*1'] }, true], [{ serials: ['SMS.*'] }, false], [{ serials: ['*000*000*'] }, false],
  [{ outcomes: ['wrong-code'] }, true], [{ outcomes: ['pin'] }, true], [{ outcomes: ['locked'] }, false],
  [{ clients: ['192.0.2.0/24'] }, true], [{ clients: ['192.0.2.7'] }, true], [{ clients: ['2001:db8::/32', '192.0.3.0/24'] }, false],
  [{ actors: ['user' as const] }, true], [{ actors: ['administrator' as const] }, false],
  [{ users: ['alice'], actors: ['system' as const] }, false],
])('%j: %s', (conditions, holds) => expect(meets(conditions, occasion)).toBe(holds));

it('knows an IPv4 address in the dress of IPv6', () => expect(meets({ clients: ['192.0.2.0/24'] }, { ...occasion, client: '::ffff:192.0.2.9' })).toBe(true));
it('meets no condition on what an event does not have', () => {
  const nothing: Occasion = { event: occasion.event, realms: [], dynamicPhone: false };
  for (const conditions of [{ realms: ['*'] }, { users: ['*'] }, { serials: ['*'] }, { clients: ['0.0.0.0/0'] }]) expect(meets(conditions, nothing)).toBe(false);
});

test('a wildcard fits exactly what a regular expression of the same meaning fits', () => {
  const letters = (most: number) => fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: most });
  fc.assert(fc.property(letters(8), letters(12), (pattern, written) => {
    const serial = written.replaceAll('*', 'c');
    expect(meets({ serials: [pattern] }, { ...occasion, serial })).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(serial));
  }));
});
test('no pattern takes long', () => expect(meets({ serials: ['*a'.repeat(99) + '*b'] }, { ...occasion, serial: 'a'.repeat(200) })).toBe(false));

it('says who, what and when in the tags', () => {
  expect(tagValues(occasion, { login: 'alice', realm: 'Sales', resolver: '', userId: '', givenName: 'Alice', surname: 'Liddell' })).toMatchObject({
    event: 'AttemptRejected', what: 'An attempt was turned down, and counted where it was a guess.', serial: 'SMS0001', user: 'Alice Liddell', username: 'alice', userrealm: 'Sales', realm: 'vpn',
    phone_redacted: '****-******67', outcome: 'wrong-code', actor: 'user', client: '192.0.2.7', ...timeValues(new Date('2026-11-22T10:00:00Z')),
  });
  expect(tagValues({ ...occasion, event: { ...occasion.event, actor: { kind: 'administrator', name: 'root' } } }, undefined)).toMatchObject({ user: 'alice', actor: 'administrator root', admin: 'root' });
});
