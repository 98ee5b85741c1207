import { lastCode, startApi, type Api } from '../../fixtures/api.js';
import { hotp, rfcKey } from '../../fixtures/service.js';

describe('a login by the native API', () => {
  let api: Api;
  beforeAll(async () => { api = await startApi(); });
  afterAll(() => api.stop());

  let people = 0;
  const enrol = async (more: object = {}) => {
    const user = `user${++people}`;
    const phone = `+4917000000${people}`;
    const { body } = await api.admin('POST', '/v1/tokens', { user, phone, pin: '1234', ...more });
    return { user, phone, serial: body.serial as string };
  };

  it('goes from PIN to SMS to answer', async () => {
    const { user, phone, serial } = await enrol({ seed: rfcKey });
    const challenged = await api.call('POST', '/v1/challenges', { user, pin: '1234' });
    expect(challenged.status).toBe(200);
    expect(challenged.body).toEqual({
      outcome: 'challenged', transactionId: expect.stringMatching(/^\d{20}$/), challenges: [{ serial, expiresAt: expect.any(String), delivery: 'sent', recalled: false }],
    });
    const { transactionId } = challenged.body;
    expect(challenged.headers.get('location')).toBe(`/v1/challenges/${transactionId}`);
    expect((await api.call('GET', `/v1/challenges/${transactionId}`)).body).toMatchObject({ status: 'open', challenges: [{ serial, status: 'open', delivery: 'sent' }] });

    expect(lastCode(api, phone)).toBe(hotp(1));
    const wrong = await api.call('POST', '/v1/answers', { transactionId, code: '000000' });
    expect([wrong.status, wrong.body]).toEqual([200, { outcome: 'refused', reason: 'wrong-code', tokens: [{ serial, reason: 'wrong-code' }] }]);
    const right = await api.call('POST', '/v1/answers', { transactionId, code: hotp(1) });
    expect([right.status, right.body]).toEqual([200, { outcome: 'accepted', serial, transactionId }]);
    expect((await api.call('GET', `/v1/challenges/${transactionId}`)).body.status).toBe('answered');
    expect((await api.call('POST', '/v1/answers', { transactionId, code: hotp(1) })).body).toMatchObject({ outcome: 'refused', reason: 'answered' });
  });

  it('takes PIN and code in one text', async () => {
    const { user, phone, serial } = await enrol();
    expect((await api.call('POST', '/v1/answers', { user, pass: '1234' })).body.outcome).toBe('challenged');
    expect((await api.call('POST', '/v1/answers', { serial, pass: `1234${lastCode(api, phone)}` })).body).toMatchObject({ outcome: 'accepted', serial });
  });

  it('lets administrators ask for an SMS without a PIN, with a text of their own, and nobody else', async () => {
    const { user, phone } = await enrol();
    const anybody = await api.call('POST', '/v1/challenges', { user });
    expect([anybody.status, anybody.body.code]).toEqual([401, 'missing-credentials']);
    expect((await api.call('POST', '/v1/challenges', { user, pin: '1234', text: 'Hi <otp>' })).status).toBe(401);
    expect((await api.admin('POST', '/v1/challenges', { user, text: 'Hi <otp>' })).body.outcome).toBe('challenged');
    expect(lastCode(api, phone)).toMatch(/^Hi \d{6}$/);
  });

  it('cancels a challenge', async () => {
    const { user, phone } = await enrol();
    const { transactionId } = (await api.call('POST', '/v1/challenges', { user, pin: '1234' })).body;
    expect((await api.call('DELETE', `/v1/challenges/${transactionId}`)).status).toBe(401);
    expect((await api.admin('DELETE', `/v1/challenges/${transactionId}`)).status).toBe(204);
    expect((await api.call('POST', '/v1/answers', { transactionId, code: lastCode(api, phone) })).body).toMatchObject({ outcome: 'refused', reason: 'cancelled' });
    expect((await api.admin('DELETE', '/v1/challenges/00000000000000000000')).body.code).toBe('unknown-challenge');
  });

  it('answers again with the same challenge when the last SMS is recent', async () => {
    const { user } = await enrol();
    const first = (await api.call('POST', '/v1/challenges', { user, pin: '1234', resendAfter: 60 })).body;
    const second = (await api.call('POST', '/v1/challenges', { user, pin: '1234', resendAfter: 60 })).body;
    expect(second).toMatchObject({ transactionId: first.transactionId, challenges: [{ recalled: true }] });
  });

  it.each([
    [{ user: 'nobody.there', pin: '1' }, 'no-token'],
    [{ serial: 'NOSUCH', pin: '1' }, 'unknown-token'],
  ])('refuses %j with its reason', async (body, reason) => {
    const refused = await api.call('POST', '/v1/challenges', body);
    expect([refused.status, refused.body]).toEqual([200, { outcome: 'refused', reason, tokens: [] }]);
  });

  it('refuses an invented transaction', async () => {
    expect((await api.call('POST', '/v1/answers', { transactionId: '99999999999999999999', code: '123456' })).body).toMatchObject({ outcome: 'refused', reason: 'unknown-transaction' });
  });

  it('tells only administrators why, when reasons are hidden', async () => {
    const { user } = await enrol();
    await api.admin('PUT', '/v1/settings/hide.reasons', { value: true });
    expect((await api.call('POST', '/v1/challenges', { user, pin: 'wrong' })).body).toEqual({ outcome: 'refused' });
    expect((await api.call('POST', '/v1/challenges', { serial: 'NOSUCH', pin: 'wrong' })).body).toEqual({ outcome: 'refused' });
    expect((await api.admin('POST', '/v1/challenges', { user, pin: 'wrong' })).body).toMatchObject({ outcome: 'refused', reason: 'wrong-pin' });
    expect((await api.admin('DELETE', '/v1/settings/hide.reasons')).status).toBe(204);
    expect((await api.call('POST', '/v1/challenges', { user, pin: 'wrong' })).body.reason).toBe('wrong-pin');
  });

  it.each([
    [{}, 'user'],
    [{ user: 'alice', pin: 1 }, 'pin'],
    [{ user: 'alice', pin: '1', colour: 'red' }, 'colour'],
    [{ serial: 'a/b', pin: '1' }, 'serial'],
    [{ serial: 'A', realm: 'r', pin: '1' }, 'realm'],
  ])('names the wrong field of %j', async (body, field) => {
    const { status, headers, body: details } = await api.call('POST', '/v1/challenges', body);
    expect([status, headers.get('content-type'), details.code, details.field]).toEqual([400, 'application/problem+json; charset=utf-8', 'invalid', field]);
  });

  it.each([
    [{ transactionId: '1' }, 'code'],
    [{ code: '1' }, 'transactionId'],
    [{ user: 'alice' }, 'pass'],
    [{ pass: 'x' }, 'user'],
    [{ transactionId: '1', code: '1', pass: '2' }, 'pass'],
  ])('names what is missing in the answer %j', async (body, field) => {
    const { status, body: details } = await api.call('POST', '/v1/answers', body);
    expect([status, details.field]).toEqual([400, field]);
  });

  describe('under attack', () => {
    it('accepts exactly one of 50 right answers at once', async () => {
      const { user, phone } = await enrol();
      const { transactionId } = (await api.call('POST', '/v1/challenges', { user, pin: '1234' })).body;
      const code = lastCode(api, phone);
      const verdicts = await Promise.all(Array.from({ length: 50 }, async () => (await api.call('POST', '/v1/answers', { transactionId, code })).body.outcome));
      expect(verdicts.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
    });

    it('counts 10 of 50 wrong guesses at once and locks', async () => {
      const { user, phone, serial } = await enrol({ maxFail: 10 });
      const { transactionId } = (await api.call('POST', '/v1/challenges', { user, pin: '1234' })).body;
      const code = lastCode(api, phone);
      const wrong = code === '111111' ? '222222' : '111111';
      const replies = await Promise.all(Array.from({ length: 50 }, () => api.call('POST', '/v1/answers', { transactionId, code: wrong })));
      expect(replies.every(({ body }) => body.outcome === 'refused' || body.code === 'busy')).toBe(true);
      expect((await api.admin('GET', `/v1/tokens/${serial}`)).body).toMatchObject({ locked: true, failCount: 10 });
      expect((await api.call('POST', '/v1/answers', { transactionId, code })).body).toMatchObject({ outcome: 'refused', reason: 'locked' });
    });
  });
});
