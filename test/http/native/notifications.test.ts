import { startApi, type Api } from '../../fixtures/api.js';
import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { startMailServer, type MailServer } from '../../fixtures/mailServer.js';
import { asAdmin, TestClock } from '../../fixtures/service.js';
import { defineGateway, enrol, lock, until, withUsers } from '../../reactors/notify/stage.js';

const locked = { events: ['TokenLocked'], channel: { kind: 'email', mailServer: 'office', subject: 'Token {serial} was locked', replyTo: 'desk@example.com' }, to: 'administrators', text: '{user} locked {serial}.\n' };

let api: Api;
let mail: MailServer;
let gateway: GatewayServer;
let clock: TestClock;
beforeEach(async () => {
  clock = new TestClock();
  [mail, gateway] = await Promise.all([startMailServer(), startGatewayServer()]);
  api = await startApi(withUsers(), { clock });
  await defineGateway(api.tanager, gateway.url);
  await api.tanager.application.mailServers.define({ name: 'office', options: { host: '127.0.0.1', port: mail.port, security: 'none', from: 'Tanager <otp@example.com>', timeout: 2 } }, asAdmin());
  await api.tanager.application.settings.change([{ key: 'notify.administrators.email', value: 'root@example.com, desk@example.com' }], asAdmin());
});
afterEach(async () => {
  await api.stop();
  await Promise.all([mail.close(), gateway.close()]);
});

it('tells the administrators by e-mail that a token was locked', async () => {
  const put = await api.admin('PUT', '/v1/notification-rules/locked', locked);
  expect([put.status, put.body.rule]).toEqual([200, { ...locked, conditions: {}, channel: { ...locked.channel, html: false }, limits: { perHour: 100, perTokenPerHour: 5 }, enabled: true }]);
  await enrol(api.tanager, 'T1');
  await lock(api.tanager, 'T1');
  await until(api.tanager, 'sent');
  expect(mail.mails.map(({ to, header, body }) => [to, header('subject'), body.trim()]).sort()).toEqual([
    [['desk@example.com'], 'Token T1 was locked', 'Alice Liddell locked T1.'], [['root@example.com'], 'Token T1 was locked', 'Alice Liddell locked T1.'],
  ]);
  expect(new Set(mail.mails.map(({ header }) => header('reply-to')))).toEqual(new Set(['desk@example.com']));
  const { body } = await api.admin('GET', '/v1/notifications?state=sent&rule=locked');
  expect(body.notifications).toMatchObject([{ rule: 'locked', state: 'sent', event: { type: 'TokenLocked', stream: 'token-T1' }, attempts: 1, recipients: 2, told: 2 }]);
  expect(JSON.stringify((await api.admin('GET', '/v1/events?type=NotificationSent')).body)).not.toMatch(/root@|desk@/);
  expect((await api.call('GET', '/metrics')).body).toContain('tanager_notifications_total{rule="locked",outcome="sent"} 1');
});

it('escapes in HTML what comes from outside', async () => {
  await api.admin('PUT', '/v1/notification-rules/r', { ...locked, to: ['root@example.com'], channel: { ...locked.channel, html: true }, events: ['TokenDisabled'], text: '<p>{tokendescription}</p>' });
  await enrol(api.tanager, 'T1', { description: '<script>"x"</script>' });
  await api.tanager.application.tokens.disable('T1', asAdmin());
  const received = await mail.next();
  expect(received.header('content-type')).toMatch(/^text\/html/);
  expect(received.body).toContain('<p>&#60;script&#62;&#34;x&#34;&#60;/script&#62;</p>');
});

it('shows what a mail server refuses, tries again, and again when asked', async () => {
  mail.refuse('data', { code: 451, text: 'not now' });
  await api.admin('PUT', '/v1/notification-rules/locked', { ...locked, to: ['root@example.com'] });
  await enrol(api.tanager, 'T1');
  await lock(api.tanager, 'T1');
  await until(api.tanager, 'failed');
  const failed = (await api.admin('GET', '/v1/notifications?state=failed')).body.notifications[0];
  expect(failed).toMatchObject({ attempts: 1, recipients: 1, told: 0, nextAttemptAt: '2026-11-22T10:00:30.000Z', reason: expect.stringContaining('451') });
  mail.refuse('data', undefined);
  expect((await api.admin('POST', `/v1/notifications/${failed.id}/retry`)).body).toMatchObject({ changed: true });
  await until(api.tanager, 'sent');
  expect(mail.mails).toHaveLength(1);
  expect((await api.admin('POST', `/v1/notifications/${failed.id}/retry`)).body).toMatchObject({ code: 'sent', status: 409 });
  expect((await api.admin('POST', '/v1/notifications/none/retry')).body).toMatchObject({ code: 'unknown-notification', status: 404 });
});

it('sends on trial, and answers honestly', async () => {
  await api.admin('PUT', '/v1/notification-rules/r', { ...locked, enabled: false, channel: { kind: 'sms', gateways: ['main'] }, to: 'owner', text: '{serial} of {user}: {event} {{x}}' });
  const test = (body: object) => api.admin('POST', '/v1/notification-rules/r/test', body);
  expect((await test({ to: '+49 170 9999999' })).body).toEqual({
    outcome: 'sent', tries: [{ via: 'main', outcome: 'sent', messageId: '12345' }], text: 'TNGR00000000 of Sample Sample: TokenLocked {x}', encoding: 'gsm-7', segments: 1,
  });
  await enrol(api.tanager, 'T1');
  await lock(api.tanager, 'T1');
  const [event] = (await api.admin('GET', '/v1/events?type=TokenLocked')).body.events;
  const [first] = (await api.admin('GET', '/v1/events?order=asc')).body.events;
  gateway.answerOnce({ status: 500, body: 'no credit' });
  expect((await test({ to: '+49 170 9999999', position: event.position })).body).toMatchObject({ outcome: 'rejected', tries: [{ via: 'main', reason: expect.stringContaining('no credit') }], text: 'T1 of Alice Liddell: TokenLocked {x}' });
  expect((await test({ to: 'root@example.com' })).body).toMatchObject({ status: 400, field: 'to' });
  expect((await test({ to: '+49 170 9999999', position: first.position })).status).toBe(200);
  expect((await test({ to: '+49 170 9999999', position: 999_999_999_999 })).body).toMatchObject({ status: 400, field: 'position' });
  expect((await api.admin('POST', '/v1/notification-rules/none/test', { to: '+49 170 9999999' })).body).toMatchObject({ code: 'unknown-rule' });
  const tested = (await api.admin('GET', '/v1/events?type=NotificationRuleTested&order=asc')).body.events;
  expect(tested.slice(0, 2).map(({ data, actor }: { data: object; actor: object }) => [data, actor])).toMatchObject([[{ outcome: 'sent', via: 'main' }, { name: 'admin' }], [{ outcome: 'rejected' }, { name: 'admin' }]]);
  expect((await api.admin('GET', '/v1/notifications')).body).toEqual({ notifications: [] });
});

it('refuses what is wrong, by field, and pages through what there is', async () => {
  expect((await api.admin('PUT', '/v1/notification-rules/r', { ...locked, text: '{otp}', to: 'token' })).body.errors.map(({ field }: { field: string }) => field)).toEqual(['to', 'text']);
  expect((await api.admin('GET', '/v1/notification-rules/r')).body).toMatchObject({ code: 'unknown-rule' });
  expect((await api.admin('DELETE', '/v1/notification-rules/r')).body).toMatchObject({ code: 'unknown-rule' });
  expect((await api.call('GET', '/v1/notification-rules')).status).toBe(401);
  await api.admin('PUT', '/v1/notification-rules/r', { ...locked, to: ['root@example.com'], limits: { perTokenPerHour: 1 } });
  for (const serial of ['T1', 'T2', 'T3']) {
    await enrol(api.tanager, serial);
    await lock(api.tanager, serial);
  }
  await until(api.tanager, 'sent', 3);
  const first = (await api.admin('GET', '/v1/notifications?limit=2')).body;
  const second = (await api.admin('GET', `/v1/notifications?limit=2&cursor=${first.next}`)).body;
  expect([...first.notifications, ...second.notifications].map(({ event }) => event.stream)).toEqual(['token-T3', 'token-T2', 'token-T1']);
  expect(second.next).toBeUndefined();
  expect((await api.admin('GET', '/v1/notification-rules')).body.rules).toMatchObject([{ name: 'r' }]);
  expect((await api.admin('DELETE', '/v1/notification-rules/r')).status).toBe(204);
});
