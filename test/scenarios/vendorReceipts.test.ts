import { createHmac } from 'node:crypto';
import { startApi, type Api } from '../fixtures/api.js';
import { startGatewayServer, type GatewayServer } from '../fixtures/gatewayServer.js';
import { asAdmin, contextOf, newTransactionId, rfcKey, secret } from '../fixtures/service.js';

/** From a login to the event that says that the SMS was delivered, with a vendor on both ends of the way: it takes the message and calls back. */
describe('receipts of vendors', () => {
  let api: Api;
  let vendor: GatewayServer;
  let tokens = 0;
  beforeAll(async () => {
    [api, vendor] = await Promise.all([startApi(), startGatewayServer()]);
  });
  afterAll(() => Promise.all([api.stop(), vendor.close()]));

  /** Defines the gateway, lets a token send through it, and gives what the vendor was asked. */
  const sentThrough = async (name: string, kind: string, options: Record<string, unknown>, answer: object) => {
    const { settings, tokens: administration, authenticate } = api.tanager.application;
    expect((await api.admin('PUT', `/v1/gateways/${name}`, { kind, options: { ...options, url: vendor.url } })).status).toBe(200);
    await settings.change([{ key: 'sms.identifier', value: name }], asAdmin());
    vendor.answer({ status: kind === 'twilio' ? 201 : 200, body: JSON.stringify(answer) });
    const serial = `V${++tokens}`;
    await administration.enrol({ serial, login: serial, phone: `+4917010007${String(tokens).padStart(2, '0')}`, pin: secret('pin'), seed: secret(rfcKey) }, asAdmin());
    expect(await authenticate.check({ login: serial, pass: secret('pin'), newTransactionId }, contextOf())).toMatchObject({ kind: 'challenged', challenges: [{ delivery: 'sent' }] });
    const request = vendor.requests.at(-1)!;
    const became = async () => {
      const { events } = await api.tanager.application.trail.page({ stream: `token-${serial}`, types: ['SmsDelivered', 'SmsUndelivered'] }, { limit: 10, order: 'asc' });
      return events.map(({ type, data }) => [type, data['gateway'], data['detail']]);
    };
    return { request, became };
  };

  it('Twilio, by its signature alone', async () => {
    const { request, became } = await sentThrough(
      'tw', 'twilio', { accountSid: 'AC1', authToken: 't0ken', from: '+12025550100', receipts: { url: api.url, signature: { key: 't0ken' } } }, { sid: 'SM01', status: 'queued' },
    );
    const address = String(request.fields['StatusCallback']);
    expect(address).toBe(`${api.url}/v1/receipts/tw`);
    const form = { MessageSid: 'SM01', MessageStatus: 'undelivered', ErrorCode: '30003', To: '+491701000701' };
    const signed = createHmac('sha1', 't0ken').update(address + Object.entries(form).sort(([a], [b]) => (a < b ? -1 : 1)).flat().join('')).digest('base64');
    const tell = (signature: string) => fetch(address, { method: 'POST', body: new URLSearchParams(form), headers: { 'X-Twilio-Signature': signature } });
    expect((await tell('c2lnbmF0dXJl')).status).toBe(404);
    expect(await became()).toEqual([]);
    expect((await tell(signed)).status).toBe(200);
    expect((await tell(signed)).status).toBe(200);
    expect(await became()).toEqual([['SmsUndelivered', 'tw', 'undelivered 30003']]);
  });

  it('Vonage, by a secret in the address, which is only good for its own gateway', async () => {
    const { request, became } = await sentThrough(
      'vo', 'vonage', { apiKey: 'k', apiSecret: 's', from: 'Example', receipts: { url: api.url, secret: 'a-secret-of-the-gateway' } }, { messages: [{ status: '0', 'message-id': '0A01' }] },
    );
    const address = String(request.fields['callback']);
    expect(address).toBe(`${api.url}/v1/receipts/vo/a-secret-of-the-gateway`);
    const query = new URLSearchParams({ messageId: '0A01', status: 'delivered', 'err-code': '0', msisdn: '491701000702' }).toString();
    for (const wrong of [`${address}x`, address.replace('/a-secret-of-the-gateway', ''), address.replace('/vo/', '/tw/'), address.replace('/vo/', '/nobody/')]) {
      expect((await fetch(`${wrong}?${query}`)).status).toBe(404);
    }
    expect((await fetch(`${address}?status=delivered`)).status).toBe(400);
    expect((await fetch(`${address}?${query.replace('delivered', 'buffered')}`)).status).toBe(200);
    expect(await became()).toEqual([]);
    expect((await fetch(`${address}?${query}`)).status).toBe(200);
    expect(await became()).toEqual([['SmsDelivered', 'vo', 'delivered 0']]);
  });
});
