import { startApi, type Api } from '../../fixtures/api.js';
import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { asAdmin, TestClock } from '../../fixtures/service.js';
import { define, enrol, lock, notifications, trail, until } from './stage.js';

const proof = 'a-long-secret-of-the-provider';
let api: Api;
let gateway: GatewayServer;
beforeEach(async () => {
  gateway = await startGatewayServer();
  api = await startApi({}, { clock: new TestClock() });
  const options = {
    url: `${gateway.url}/send`, query: { to: '{phone}', text: '{text}', ref: '{reference}' }, messageId: { after: 'ID: ' }, timeout: 0.2,
    receipts: { secret: proof, messageId: 'id', reference: 'ref', state: 'status', delivered: ['DELIVRD'], undelivered: ['EXPIRED'] },
  };
  expect(await api.tanager.application.gateways.define({ name: 'main', kind: 'http', written: { options } }, asAdmin())).toMatchObject({ kind: 'done' });
  await define(api.tanager, 'r', { events: ['TokenLocked'], channel: { kind: 'sms', gateways: ['main'] }, to: ['+49 30 1111', '+49 30 2222'], text: '{serial}' });
  await enrol(api.tanager, 'T1');
});
afterEach(async () => {
  await api.stop();
  await gateway.close();
});
const tell = (fields: Record<string, string>) => api.call('POST', `/v1/receipts/main/${proof}`, new URLSearchParams(fields));

it('writes down once what became of each message, by its id or our reference', async () => {
  gateway.answer(({ fields }) => ({ body: `ID: ${fields['to'] === '+49 30 1111' ? 'one' : 'two'}` }));
  await lock(api.tanager, 'T1');
  const [sent] = await until(api.tanager, 'sent');
  expect((await tell({ id: 'one', status: 'DELIVRD' })).status).toBeLessThan(300);
  await tell({ id: 'one', status: 'DELIVRD' });
  await tell({ ref: `${sent!.id}-1`, status: 'EXPIRED' });
  expect((await trail(api.tanager, sent!.id)).slice(-2).map(({ type, data }) => [type, data['recipient'], data['via']])).toEqual([['NotificationDelivered', 0, 'main'], ['NotificationUndelivered', 1, 'main']]);
  expect((await api.admin('GET', '/v1/notifications')).body.notifications).toMatchObject([{ state: 'sent', delivered: 1, undelivered: 1 }]);
});

it('takes for told whom a message has reached of which it was unknown whether it was sent', async () => {
  gateway.answer({ hang: true });
  await lock(api.tanager, 'T1');
  const [failed] = await until(api.tanager, 'failed');
  await tell({ ref: `${failed!.id}-0`, status: 'DELIVRD' });
  await tell({ ref: `${failed!.id}-1`, status: 'DELIVRD' });
  expect(await notifications(api.tanager)).toMatchObject([{ state: 'sent', notification: { told: [0, 1], lookAt: '' } }]);
});
