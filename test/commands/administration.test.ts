import { adjustToken } from '../../src/commands/adjustToken.js';
import { assignToken, unassignToken } from '../../src/commands/assignToken.js';
import { changePhone } from '../../src/commands/changePhone.js';
import { cancelChallenge, expireChallenges } from '../../src/commands/closeChallenge.js';
import { deleteToken, erasePerson } from '../../src/commands/deleteToken.js';
import { enrolToken, type EnrolToken } from '../../src/commands/enrolToken.js';
import { resetFailCounter } from '../../src/commands/resetFailCounter.js';
import { resyncCounter } from '../../src/commands/resyncCounter.js';
import { setPin } from '../../src/commands/setPin.js';
import { disableToken, enableToken, revokeToken } from '../../src/commands/switchToken.js';
import type { Decision, Facts } from '../../src/commands/tokenHandler.js';
import type { TokenDraft, TokenEvent } from '../../src/events/token.js';
import { codeOf, enrolled, fold, given, guessed, happened, issued } from '../fixtures/tokenSpec.js';

const wish: EnrolToken = { seed: 'aa', digits: 6, algorithm: 'sha1', phone: '+49170', dynamicPhone: false, maxFail: 10, countWindow: 10, syncWindow: 1000, realms: [], renew: false };
const owner = { login: 'alice', realm: 'realm1' };
const assigned = () => happened({ type: 'TokenAssigned', data: owner } as TokenDraft);
const revoked = () => happened({ type: 'TokenRevoked', data: {} });

describe('enrolling', () => {
  it('emits token, owner and PIN at once', () =>
    given().when((facts) => enrolToken(facts, { ...wish, owner, pinHash: 'hash' })).then([
      { type: 'TokenEnrolled', data: { seed: 'aa', digits: 6, algorithm: 'sha1', phone: '+49170', dynamicPhone: false, description: undefined, maxFail: 10, gateway: undefined, realms: [] } },
      { type: 'TokenAssigned', data: owner }, { type: 'PinSet', data: { pinHash: 'hash' } },
    ] as never, { kind: 'done' }));

  it('does not take the place of another token unless it is told to', () => {
    given(enrolled()).when((facts) => enrolToken(facts, wish)).then([], { kind: 'refused', reason: 'exists', field: 'serial' });
    expect(given(enrolled()).when((facts) => enrolToken(facts, { ...wish, renew: true })).decision.events).toHaveLength(1);
  });

  it('starts afresh in all that hangs on the seed, and keeps the owner', () => {
    const token = fold([enrolled(), assigned(), issued('t1', 1), guessed(), enrolled()]);
    expect(token).toMatchObject({ counter: 0, failCount: 0, challenges: [], owner });
  });

  it('needs a number', () => given().when((facts) => enrolToken(facts, { ...wish, phone: undefined })).then([], { field: 'phone', reason: 'invalid' }));

  it('may use the serial of a deleted token again', () =>
    expect(given(enrolled(), happened({ type: 'TokenDeleted', data: {} })).when((facts) => enrolToken(facts, wish)).decision.answer.kind).toBe('done'));
});

describe('changing a token', () => {
  const once: [string, (facts: Facts) => Decision<unknown>, TokenEvent[]][] = [
    ['disable', disableToken, [enrolled()]],
    ['enable', enableToken, [enrolled(), happened({ type: 'TokenDisabled', data: {} })]],
    ['revoke', revokeToken, [enrolled()]],
    ['assign', (facts) => assignToken(facts, owner, facts.token.owner as never), [enrolled()]],
    ['unassign', unassignToken, [enrolled(), assigned()]],
    ['reset the fail counter', resetFailCounter, [enrolled(), guessed()]],
    ['cancel a challenge', (facts) => cancelChallenge(facts, 't1', 'administrator'), [enrolled(), issued('t1', 1)]],
    ['erase', (facts) => erasePerson(facts, true), [enrolled()]],
    ['delete', (facts) => deleteToken(facts), [enrolled()]],
  ];

  it.each(once)('%s: given twice, happens once', (_name, decide, before) => {
    const first = given(...before).when(decide).decision;
    expect(first.events).toHaveLength(1);
    const second = given(...before, ...first.events.map((event) => happened(event))).when(decide).decision;
    expect(second.events).toEqual([]);
  });

  it.each(once.filter(([name]) => name !== 'erase'))('%s: needs a token', (_name, decide) =>
    given().when(decide).then([], { kind: 'refused', reason: 'unknown-token' }));

  it('refuses to bring a revoked token back', () => {
    for (const decide of [enableToken, disableToken, resetFailCounter, (facts: Facts) => setPin(facts, 'hash'), (facts: Facts) => changePhone(facts, '+1')]) {
      given(enrolled(), revoked()).when<unknown>(decide).then([], { kind: 'refused', reason: 'revoked' });
    }
  });

  it('does not give a token to a second owner', () =>
    given(enrolled(), assigned()).when((facts) => assignToken(facts, { login: 'bob', realm: 'realm1' }, owner)).then([], { reason: 'assigned-to-another' }));

  it('takes the PIN away with the owner', () =>
    expect(fold([enrolled(), assigned(), happened({ type: 'PinSet', data: { pinHash: 'hash' } }), happened({ type: 'TokenUnassigned', data: {} })]).pinHash).toBeUndefined());

  it('lists only what changes', () =>
    given(enrolled(), happened({ type: 'TokenInfoSet', data: { key: 'old', value: 'x' } }))
      .when((facts) => adjustToken(facts, { maxFail: 5, description: 'mine', info: { note: 'n', old: null, never: null } }))
      .then([
        { type: 'TokenAdjusted', data: { maxFail: 5 } }, { type: 'TokenDescribed', data: { description: 'mine' } },
        { type: 'TokenInfoSet', data: { key: 'note', value: 'n' } }, { type: 'TokenInfoRemoved', data: { key: 'old' } },
      ] as never));

  it('forgets a person: nothing sealed is left in the state, and the token is of no use', () => {
    const token = fold([enrolled({ description: 'mine' }), assigned(), issued('t1', 1), happened({ type: 'PersonErased', data: {} })]);
    expect(token).toMatchObject({ erased: true, enabled: false, info: {}, challenges: [{ status: 'cancelled' }] });
    for (const field of ['seed', 'phone', 'owner', 'description', 'pinHash']) expect(token).not.toHaveProperty(field);
    given(enrolled(), happened({ type: 'PersonErased', data: {} })).when(enableToken).then([], { kind: 'refused' });
  });
});

describe('resync', () => {
  const codes = (first: number, second: number) => (facts: Facts) => resyncCounter(facts, codeOf(first), codeOf(second));
  it('moves behind two consecutive codes', () => given(enrolled()).when(codes(7, 8)).then([{ type: 'CounterResynced', data: { counter: 9 } }], { value: true }));
  it('takes no others', () => {
    given(enrolled()).when(codes(7, 9)).then([], { value: false });
    given(enrolled()).when(codes(1000, 1001)).then([], { value: false });
  });
});

describe('expiry', () => {
  it('is written down for what is open and over', () =>
    given(enrolled(), issued('t1', 1, 0), issued('t2', 2, 100)).when(expireChallenges, 350).then([{ type: 'ChallengeExpired', data: { transactionId: 't1' } }]));
});
