import { readFileSync } from 'node:fs';
import { httpReceipts } from '../../../src/gateways/receipts/options.js';
import { startGatewayServer } from '../../fixtures/gatewayServer.js';
import { called } from '../receipts/called.js';
import { faultsOf, message, native, openHttp } from './openHttp.js';

const receipts = { secret: 'a-secret-of-the-gateway', url: 'https://otp.example', messageId: 'msgid', state: 'status', detail: 'error', delivered: ['DELIVRD'], undelivered: ['UNDELIV'] };

it('tells the provider where to call, and reads what it calls with', async () => {
  const server = await startGatewayServer();
  const gateway = openHttp(native({ url: server.url, form: { to: '{phone}', text: '{text}', callback: '{receiptUrl}' }, receipts }));
  server.answer(({ body }) => ({ status: 400, body: `bad callback ${body} a-secret-of-the-gateway` }));
  const said = await gateway.send(message());
  await gateway.close();
  await server.close();
  expect(server.requests[0]!.fields).toMatchObject({ callback: 'https://otp.example/v1/receipts/gateway/a-secret-of-the-gateway' });
  expect(JSON.stringify(said)).not.toContain('a-secret-of-the-gateway');

  const call = { target: '/v1/receipts/gateway?msgid=m-1&status=UNDELIV&error=27&to=%2B491701000701' };
  expect(gateway.receive!(called({ ...call, secret: receipts.secret }))).toEqual({ kind: 'receipts', receipts: [{ messageId: 'm-1', state: 'undelivered', detail: 'UNDELIV 27' }] });
  expect(gateway.receive!(called(call))).toEqual({ kind: 'unauthentic' });
});

it('hears none where none are set up', async () => {
  const gateway = openHttp(native({ url: 'http://sms.example/', query: { text: '{text}' } }));
  expect(gateway.receive).toBeUndefined();
  await gateway.close();
});

it('wants proof of where a receipt comes from, and names every fault by its key', () => {
  const faults = (changes: Record<string, unknown>) => faultsOf(native({ url: 'http://sms.example/', query: { text: '{text}' }, receipts: { ...receipts, ...changes } }));
  expect(faults({})).toEqual({});
  expect(faults({ secret: undefined })).toEqual({ 'receipts.secret': expect.stringContaining('is missing') });
  expect(faults({ secret: 'short' })).toEqual({ 'receipts.secret': expect.stringContaining('16 or more') });
  expect(faults({ secret: undefined, signature: { scheme: 'sinch', key: 'k' } })).toEqual({});
  expect(faults({ signature: { scheme: 'sinch' } })).toEqual({ 'receipts.signature.key': 'is missing' });
  expect(faults({ signature: { key: 'k' } })).toEqual({ 'receipts.signature.scheme': expect.stringContaining('twilio') });
  expect(faults({ signature: { scheme: 'twilio', key: 'k' }, url: undefined })).toEqual({ 'receipts.url': expect.stringContaining('is missing') });
  expect(faults({ state: undefined, delivered: undefined, url: 'https://otp.example/%20' })).toEqual({ 'receipts.state': 'is missing', 'receipts.delivered': 'is missing', 'receipts.url': expect.anything() });
});

it('is described in the manual, with an example that can be used', () => {
  const page = readFileSync('docs/gateways/http.md', 'utf8');
  for (const option of Object.keys(httpReceipts.shape)) expect(page).toMatch(new RegExp(`^\\| .*\`receipts\\.${option}\``, 'm'));
  const example = JSON.parse(`{${/^ {4}("receipts": \{[\s\S]*?\n {4}\})/m.exec(page)![1]!}}`) as Record<string, unknown>;
  expect(faultsOf(native({ url: 'http://sms.example/', query: { text: '{text}' }, ...example }))).toEqual({});
});
