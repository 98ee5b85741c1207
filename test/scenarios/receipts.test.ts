import { Writable } from 'node:stream';
import { makeLog } from '../../src/security/redact.js';
import { newApiKey } from '../fixtures/apiKey.js';
import { startApi, type Api } from '../fixtures/api.js';
import { startGatewayServer, type GatewayServer } from '../fixtures/gatewayServer.js';
import { TestClock } from '../fixtures/service.js';

const proof = 'n0t-for-everybody-0123456789';

/** Two HTTP gateways whose provider calls back. */
describe('delivery receipts', () => {
  let api: Api;
  let server: GatewayServer;
  let key: string;
  let log = '';
  const admin = (method: string, path: string, body?: unknown) => api.call(method, path, body, { Authorization: `Bearer ${key}` });
  const clock = new TestClock();
  beforeAll(async () => {
    const destination = new Writable({ write: (chunk, _, done) => { log += String(chunk); done(); } });
    [api, server] = await Promise.all([startApi({}, { clock, log: makeLog('debug', destination) }), startGatewayServer()]);
    // a session would be over when the clock is moved
    key = await newApiKey(api);
    const receipts = { secret: proof, messageId: 'id', reference: 'ref', state: 'status', detail: 'why', delivered: ['DELIVRD'], undelivered: ['UNDELIV', 'EXPIRED'] };
    for (const name of ['main', 'other']) {
      const options = { url: `${server.url}/send`, form: { to: '{phone}', text: '{text}', ref: '{reference}' }, messageId: { after: 'ID: ' }, receipts };
      expect((await admin('PUT', `/v1/gateways/${name}`, { kind: 'http', options })).status).toBe(200);
    }
    await admin('PUT', '/v1/gateways/deaf', { kind: 'http', options: { url: `${server.url}/send`, form: { to: '{phone}', text: '{text}' } } });
    await admin('PUT', '/v1/settings/sms.identifier', { value: 'main' });
  });
  afterAll(() => Promise.all([api.stop(), server.close()]));

  let number = 0;
  /** A token with a challenge whose SMS the gateway took under this id. */
  const challenged = async (id: string, { hangs = false } = {}) => {
    const serial = `R${++number}`;
    await admin('POST', '/v1/tokens', { serial, phone: `+4917000${number}`, pin: '1234' });
    if (!hangs) server.answerOnce({ body: `ID: ${id}` });
    const answer = api.call('POST', '/v1/challenges', { serial, pin: '1234' });
    return { serial, transactionId: async () => (await answer).body.transactionId as string };
  };
  const tell = (fields: Record<string, string>, path = `/v1/receipts/main/${proof}`) => api.call('POST', path, new URLSearchParams(fields));
  const events = async (serial: string) => {
    const { body } = await admin('GET', `/v1/events?serial=${serial}&type=SmsDelivered,SmsUndelivered&order=asc`);
    return body.events as { type: string; data: object; actor: object; action?: string; correlationId: string }[];
  };
  const view = async (transactionId: string) => (await api.call('GET', `/v1/challenges/${transactionId}`)).body.challenges[0];

  it('are written down in the stream of the token, and shown', async () => {
    const { serial, transactionId } = await challenged('a1');
    expect(await view(await transactionId())).not.toHaveProperty('receipt');
    const { status, body, headers } = await tell({ id: 'a1', status: 'DELIVRD', why: '000' });
    expect([status, body, headers.get('content-type')]).toEqual([200, 'OK', expect.stringContaining('text/plain')]);
    expect(await view(await transactionId())).toMatchObject({ delivery: 'sent', receipt: 'delivered' });
    expect((await admin('GET', `/v1/tokens/${serial}`)).body.challenges).toMatchObject([{ receipt: 'delivered' }]);
    expect(await events(serial)).toMatchObject([{
      type: 'SmsDelivered', data: { gateway: 'main', messageId: 'a1', detail: 'DELIVRD 000' }, actor: { kind: 'system', name: 'gateway main' }, correlationId: await transactionId(),
    }]);
  });

  it('are taken by GET, and HEAD changes nothing', async () => {
    const { serial, transactionId } = await challenged('g1');
    await transactionId();
    const path = `/v1/receipts/main/${proof}?id=g1&status=EXPIRED`;
    const head = await api.call('HEAD', path);
    expect([head.status, head.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect(await events(serial)).toEqual([]);
    expect(await api.call('GET', path)).toMatchObject({ status: 200, body: 'OK' });
    expect(await events(serial)).toMatchObject([{ type: 'SmsUndelivered' }]);
    expect(await view(await transactionId())).toMatchObject({ status: 'open', receipt: 'undelivered' });
  });

  it('that come twice, or at the same moment, are written down once; delivered is the last word in any order', async () => {
    const { serial, transactionId } = await challenged('b1');
    await transactionId();
    const all = await Promise.all(['UNDELIV', 'UNDELIV', 'DELIVRD', 'DELIVRD', 'ACCEPTD', 'UNDELIV'].map((status) => tell({ id: 'b1', status })));
    expect(all.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const types = (await events(serial)).map(({ type }) => type);
    expect(types.filter((type) => type === 'SmsDelivered')).toHaveLength(1);
    expect(types.at(-1)).toBe('SmsDelivered');
    expect(types.length).toBeLessThanOrEqual(2);
    expect(await view(await transactionId())).toMatchObject({ receipt: 'delivered' });
  });

  it('that come late are written down all the same, once', async () => {
    const { serial, transactionId } = await challenged('c1');
    const first = await transactionId();
    await admin('DELETE', `/v1/challenges/${first}`);
    clock.advance(2 * 24 * 3600);
    server.answerOnce({ body: 'ID: c2' });
    await api.call('POST', '/v1/challenges', { serial, pin: '1234' });
    expect((await api.call('GET', `/v1/challenges/${first}`)).status).toBe(404);
    for (const status of ['DELIVRD', 'DELIVRD', 'UNDELIV']) expect((await tell({ id: 'c1', status })).status).toBe(200);
    expect(await events(serial)).toMatchObject([{ type: 'SmsDelivered', correlationId: first }]);
  });

  it('that are faster than our own record wait for it', async () => {
    server.answer({ hang: true });
    const { serial, transactionId } = await challenged('', { hangs: true });
    for (let request = await server.next(); request.fields['to'] !== `+4917000${number}`; request = await server.next());
    const early = tell({ id: 'd1', status: 'DELIVRD' });
    await new Promise(setImmediate);
    server.release({ body: 'ID: d1' });
    server.answer({});
    expect((await early).status).toBe(200);
    expect(await events(serial)).toMatchObject([{ type: 'SmsDelivered', data: { transactionId: await transactionId() } }]);
  });

  it('are known by our reference, too, also where the gateway never answered; then the SMS was sent', async () => {
    server.answerOnce({ reset: 'request' });
    const { serial, transactionId } = await challenged('', { hangs: true });
    expect(await transactionId()).toBeUndefined();
    const ref = server.requests.at(-1)!.fields['ref'] as string;
    expect(ref).toMatch(new RegExp(`^\\d{20}-${serial}$`));
    const [transaction = ''] = ref.split('-');
    expect(await view(transaction)).toMatchObject({ delivery: 'unknown', status: 'open' });
    expect((await tell({ ref, status: 'DELIVRD' })).status).toBe(200);
    expect(await view(transaction)).toMatchObject({ delivery: 'sent', receipt: 'delivered', status: 'open' });
  });

  it('of messages that nobody knows are answered so that they are told again', async () => {
    const { transactionId } = await challenged('e1');
    await transactionId();
    expect((await tell({ id: 'nobody', status: 'DELIVRD' })).body).toMatchObject({ status: 404, code: 'unknown-message' });
    expect((await tell({ ref: `${await transactionId()}-R999`, status: 'DELIVRD' })).body).toMatchObject({ code: 'unknown-message' });
    // another gateway's provider knows the id, but it was never his message
    expect((await tell({ id: 'e1', status: 'DELIVRD' }, `/v1/receipts/other/${proof}`)).body).toMatchObject({ code: 'unknown-message' });
    expect(await view(await transactionId())).not.toHaveProperty('receipt');
  });

  it('are believed of nobody without proof, and nobody hears which gateways there are', async () => {
    const { transactionId } = await challenged('f1');
    await transactionId();
    const answers = await Promise.all([
      '/v1/receipts/main', '/v1/receipts/main/wrong', `/v1/receipts/main/${proof}x`, `/v1/receipts/deaf/${proof}`, `/v1/receipts/nobody/${proof}`, `/v1/receipts/${'x'.repeat(200)}`,
    ].map((path) => tell({ id: 'f1', status: 'DELIVRD' }, path)));
    const bodies = answers.map(({ body: { instance: _, ...rest } }) => rest);
    expect(bodies).toEqual(Array(6).fill(expect.objectContaining({ status: 404, code: 'no-receipts' })));
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(await view(await transactionId())).not.toHaveProperty('receipt');
  });

  it('that cannot be read, or are too large, are said to be', async () => {
    expect((await tell({ colour: 'red' })).body).toMatchObject({ status: 400, code: 'malformed' });
    expect((await tell({ id: 'x', status: 'y'.repeat(70_000) })).body).toMatchObject({ status: 413, code: 'too-large' });
    expect((await tell({ id: 'x', status: 'y'.repeat(70_000) }, '/v1/receipts/nobody')).status).toBe(413);
  });

  it('leave their secret nowhere: not in the log, not in the trail', async () => {
    const { body } = await admin('GET', '/v1/events?type=SmsDelivered&limit=1');
    expect(body.events[0].action).toBe('POST /v1/receipts/main/***');
    expect(log).toContain('/v1/receipts/main/***');
    expect(log).not.toContain(proof);
    expect((await api.call('GET', '/metrics')).body).not.toContain(proof);
    expect(JSON.stringify((await admin('GET', '/v1/events?limit=200')).body)).not.toContain(proof);
  });
});
