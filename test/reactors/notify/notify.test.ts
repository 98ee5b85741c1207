import type { Tanager } from '../../../src/app.js';
import { startGatewayServer, type Answer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { asAdmin, secret, startService, TestClock } from '../../fixtures/service.js';
import { define, defineGateway, enrol, lock, notifications, trail, until, withUsers } from './stage.js';

const locked = { events: ['TokenLocked'], channel: { kind: 'sms', gateways: ['main'] }, to: ['+49 30 1111'], text: '{serial} of {user} was locked by {actor}.' };

let gateway: GatewayServer;
let service: Tanager;
let clock: TestClock;
beforeEach(async () => {
  clock = new TestClock();
  gateway = await startGatewayServer();
  service = await startService(withUsers(), { clock });
  await defineGateway(service, gateway.url);
});
afterEach(async () => {
  await service.close();
  await gateway.close();
});

it('tells the owner that the phone number was changed, at the number before and at his own', async () => {
  const changed = { events: ['PhoneChanged'], channel: { kind: 'sms', gateways: ['main'] }, text: '{givenname}, the number of {serial} is {phone_redacted} now, it was {former_phone_redacted}.' };
  await enrol(service, 'T1');
  await define(service, 'to-former', { ...changed, to: 'former' });
  await define(service, 'to-owner', { ...changed, to: 'owner' });
  await service.application.tokens.changePhone('T1', '+49 171 7654321', asAdmin());
  await until(service, 'sent', 2);
  expect(gateway.requests.map(({ fields: { to, text } }) => [to, text]).sort()).toEqual([
    ['+49 170 1234567', 'Alice, the number of T1 is ****-******21 now, it was ****-******67.'],
    ['+49 170 5550001', 'Alice, the number of T1 is ****-******21 now, it was ****-******67.'],
  ]);
  const [told] = await notifications(service, { rule: 'to-owner' });
  expect((await trail(service, told!.id)).map(({ type, data }) => [type, data['messageId'], data['segments']])).toEqual([
    ['NotificationDue', undefined, undefined], ['NotificationClaimed', undefined, undefined], ['NotificationSent', '12345', 1],
  ]);
  expect(JSON.stringify(await service.application.trail.page({}, { limit: 1000, order: 'asc' }).then(({ events }) => events.filter(({ stream }) => stream.startsWith('notification-') && !stream.startsWith('notification-rule'))))).not.toMatch(/5550001|1234567|7654321|Alice/);
});

it('tells whose token it was of what ended it', async () => {
  await define(service, 'gone', { events: ['TokenUnassigned', 'TokenDeleted'], channel: { kind: 'sms', gateways: ['main'] }, to: 'owner', text: '{event} {username}' });
  await enrol(service, 'T1');
  await enrol(service, 'T2');
  await service.application.tokens.unassign('T1', asAdmin());
  await service.application.tokens.remove('T2', asAdmin());
  await until(service, 'sent', 2);
  expect(gateway.requests.map(({ fields: { to, text } }) => [to, text]).sort()).toEqual([['+49 170 5550001', 'TokenDeleted alice'], ['+49 170 5550001', 'TokenUnassigned alice']]);
});

it('goes by what the rule says of realm, user, serial, outcome and client, and passes over the rest', async () => {
  const wrong = { ...locked, events: ['AttemptRejected'], text: '{outcome} {username}' };
  await define(service, 'alice', { ...wrong, conditions: { users: ['al*'], realms: ['realm1'], serials: ['T*'], outcomes: ['wrong-pin'], clients: ['192.0.2.0/24'], actors: ['user'] } });
  await define(service, 'others', { ...wrong, conditions: { users: ['carol'] } });
  await define(service, 'off', { ...wrong, enabled: false });
  await enrol(service, 'T1');
  await enrol(service, 'B1', { login: 'bob' });
  await lock(service, 'B1');
  await lock(service, 'T1');
  await until(service, 'sent');
  expect(gateway.requests.map(({ fields: { text } }) => text)).toEqual(['wrong-pin alice']);
  expect(await notifications(service)).toHaveLength(1);
});

it('falls back on the administrators, whom the settings name', async () => {
  const to = (value: string) => service.application.settings.change([{ key: 'notify.administrators.phone', value }], asAdmin());
  expect(await to('+49 30 1111, root')).toMatchObject({ kind: 'refused', message: 'notify.administrators.phone must be phone numbers, separated by commas.' });
  await to('+49 30 1111, +49 30 2222');
  await define(service, 'r', { ...locked, to: 'administrators' });
  await enrol(service, 'T1');
  await lock(service, 'T1');
  const [told] = await until(service, 'sent');
  expect(gateway.requests.map(({ fields: { to, ref } }) => [to, ref]).sort()).toEqual([['+49 30 1111', `${told!.id}-0`], ['+49 30 2222', `${told!.id}-1`]]);
});

it('tries again after growing pauses with the same reference, parks at last, and begins anew when an administrator asks', async () => {
  gateway.answer({ status: 500, body: 'no credit' });
  await define(service, 'r', locked);
  await enrol(service, 'T1');
  await lock(service, 'T1');
  for (const [attempts, seconds] of [[1, 30], [2, 120], [3, 600], [4, 1800], [5, 7200]] as const) {
    const [failed] = await until(service, 'failed');
    expect(failed!.notification.attempts).toBe(attempts);
    expect(Date.parse(failed!.notification.lookAt) - clock.now().getTime()).toBe(seconds * 1000);
    const begins = until(service, 'due');
    clock.advance(seconds);
    await begins;
  }
  const [parked] = await until(service, 'parked');
  expect(parked!.notification.reason).toMatch(/no credit/);
  expect(new Set(gateway.requests.map(({ fields }) => fields['ref']))).toEqual(new Set([`${parked!.id}-0`]));
  expect(gateway.requests).toHaveLength(6);

  gateway.answer({});
  expect(await service.application.notifications.administration.retry(parked!.id, asAdmin())).toMatchObject({ kind: 'done', changed: true });
  await until(service, 'sent');
  expect(gateway.requests).toHaveLength(7);
  expect(await service.application.notifications.administration.retry(parked!.id, asAdmin())).toMatchObject({ kind: 'refused', reason: 'sent' });
}, 30_000);

it('tries the next gateway when one fails, and tells only those again who were not told', async () => {
  await defineGateway(service, gateway.url, 'second');
  gateway.answer(({ path, fields }) => (path === '/main' ? { status: 500 } : fields['to'] === '+49 30 2222' ? { status: 500 } : {}));
  await define(service, 'r', { ...locked, channel: { kind: 'sms', gateways: ['main', 'second'] }, to: ['+49 30 1111', '+49 30 2222'] });
  await enrol(service, 'T1');
  await lock(service, 'T1');
  await until(service, 'failed');
  gateway.answer({});
  clock.advance(30);
  await until(service, 'sent');
  const of = (number: string) => gateway.requests.filter(({ fields }) => fields['to'] === number).map(({ path }) => path);
  expect([of('+49 30 1111'), of('+49 30 2222')]).toEqual([['/main', '/second'], ['/main', '/second', '/main']]);
});

it.each([
  ['there is no gateway of this name', { channel: { kind: 'sms', gateways: ['none'] } }, {}, 'failed'],
  ['the owner has no mobile number in the user directory', { to: 'owner' }, { login: 'bob' }, 'parked'],
  ['the token has no owner', { to: 'owner' }, { login: undefined }, 'parked'],
  ['the setting notify.administrators.phone is empty', { to: 'administrators' }, {}, 'parked'],
  ['there is no gateway to send with', { channel: { kind: 'sms' } }, {}, 'parked'],
] as const)('says so when %s', async (reason, rule, token, state) => {
  await define(service, 'r', { ...locked, ...rule });
  await enrol(service, 'T1', token);
  await lock(service, 'T1');
  const [found] = await until(service, state);
  expect(found!.notification.reason).toBe(reason);
  expect(gateway.requests).toHaveLength(0);
});

it('suppresses what is over the limits of the rule, visibly', async () => {
  await define(service, 'r', { ...locked, events: ['TokenDisabled'], limits: { perHour: 3, perTokenPerHour: 2 } });
  for (const serial of ['T1', 'T2']) await enrol(service, serial);
  for (const serial of ['T1', 'T1', 'T1', 'T2', 'T2']) {
    await service.application.tokens.disable(serial, asAdmin());
    await service.application.tokens.enable(serial, asAdmin());
  }
  await until(service, 'suppressed', 2);
  await until(service, 'sent', 3);
  expect((await notifications(service, { state: 'suppressed' })).map(({ notification: { meeting, reason } }) => [meeting!.subject, reason]).reverse()).toEqual([
    ['token-T1', 'the limit perTokenPerHour of the rule was reached'], ['token-T2', 'the limit perHour of the rule was reached'],
  ]);
  clock.advance(3601);
  await service.application.tokens.disable('T1', asAdmin());
  await until(service, 'sent', 4);
});

it('holds for events after its definition, and begins with those that a new definition adds', async () => {
  await enrol(service, 'T1');
  await lock(service, 'T1');
  await define(service, 'r', locked);
  await service.application.tokens.resetFailCounter('T1', asAdmin());
  await define(service, 'r', { ...locked, events: ['FailCounterReset', 'TokenDisabled'], text: '{event}' });
  await service.application.tokens.disable('T1', asAdmin());
  await until(service, 'sent');
  expect(gateway.requests.map(({ fields }) => fields['text'])).toEqual(['TokenDisabled']);
  await service.application.notifications.administration.remove('r', asAdmin());
  await service.application.tokens.enable('T1', asAdmin());
  await service.application.tokens.disable('T1', asAdmin());
  await define(service, 'r', { ...locked, events: ['TokenEnabled'], text: '{event}' });
  await service.application.tokens.enable('T1', asAdmin());
  await until(service, 'sent', 2);
  expect(gateway.requests.map(({ fields }) => fields['text'])).toEqual(['TokenDisabled', 'TokenEnabled']);
});

it('parks what cannot be told any more: the person was erased, the rule removed or put out of force', async () => {
  gateway.answer({ status: 500 });
  const disabled = { ...locked, events: ['TokenDisabled'] };
  await define(service, 'erased', { ...disabled, conditions: { serials: ['T1'] } });
  await define(service, 'removed', { ...disabled, conditions: { serials: ['T2'] } });
  await define(service, 'off', { ...disabled, conditions: { serials: ['T3'] } });
  for (const serial of ['T1', 'T2', 'T3']) {
    await enrol(service, serial);
    await service.application.tokens.disable(serial, asAdmin());
  }
  await until(service, 'failed', 3);
  gateway.answer({});
  await service.application.tokens.erase('T1', asAdmin());
  await service.application.notifications.administration.remove('removed', asAdmin());
  await define(service, 'off', { ...disabled, enabled: false });
  clock.advance(30);
  const parked = await until(service, 'parked', 3);
  expect(Object.fromEntries(parked.map(({ notification: { meeting, reason } }) => [meeting!.rule, reason]))).toEqual({
    erased: 'the person was erased', removed: 'the rule was removed', off: 'the rule is not in force',
  });
  expect(gateway.requests).toHaveLength(3);
});

it('never tells of telling', async () => {
  gateway.answer({ status: 500 });
  await define(service, 'all', { ...locked, events: ['TokenLocked', 'SmsDispatchFailed', 'GatewayDefined', 'SettingChanged'] });
  await enrol(service, 'T1');
  await lock(service, 'T1');
  await until(service, 'failed');
  expect((await notifications(service)).map(({ notification: { meeting } }) => meeting!.eventType)).toEqual(['TokenLocked']);
});

it('a gateway that hangs holds up nothing but notifications', async () => {
  gateway.answer(({ path }): Answer => (path === '/main' ? { hang: true } : {}));
  await defineGateway(service, gateway.url, 'logins');
  await service.application.settings.change([{ key: 'sms.identifier', value: 'logins' }], asAdmin());
  await define(service, 'r', { ...locked, events: ['TokenDisabled'] });
  await enrol(service, 'L1', { maxFail: 10 });
  for (let n = 0; n < 30; n++) {
    await enrol(service, `T${n}`);
    await service.application.tokens.disable(`T${n}`, asAdmin());
  }
  await until(service, 'due', 30);
  const { authenticate } = service.application;
  const asked = await authenticate.check({ serial: 'L1', pass: secret('pin'), newTransactionId: () => '00000000000000000009' }, asAdmin());
  expect(asked).toMatchObject({ kind: 'challenged', challenges: [{ delivery: 'sent' }] });
  expect(gateway.hanging).toBeLessThanOrEqual(20);
  gateway.answer({});
  gateway.release();
  await until(service, 'sent', 30);
}, 60_000);
