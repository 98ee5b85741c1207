import { createHmac, randomBytes } from 'node:crypto';
import { decodeJwt, UnsecuredJWT } from 'jose';
import { makeSessions, repeatsCsrf, sessionLife, type Audience, type SessionResult } from '../../src/security/sessions.js';

const key = randomBytes(32);
const start = Date.UTC(2026, 0, 1);
let time: number;
const later = (seconds: number): void => void (time = start + seconds * 1000);
beforeEach(() => later(0));
const sessions = makeSessions({ key, now: () => new Date(time) });
const admin = { account: 'admin', kind: 'administrator' } as const;
const reason = (result: SessionResult): string => (result.kind === 'refused' ? result.reason : 'valid');

describe.each(['privacyidea', 'linotp', 'native'] as const)('a session of %s', (audience) => {
  it('says who holds it', async () => {
    const { token, session } = await sessions.issue(audience, { account: 'alice', kind: 'user', realm: 'realm1', rights: ['enable'] });
    expect(await sessions.verify(audience, token)).toEqual({ kind: 'valid', session });
    expect(session).toMatchObject({ account: 'alice', kind: 'user', realm: 'realm1', rights: ['enable'], audience, issuedAt: new Date(start) });
    expect(session.expiresAt).toEqual(new Date(start + sessionLife[audience] * 1000));
  });

  it('ends on time', async () => {
    const { token } = await sessions.issue(audience, admin);
    later(sessionLife[audience] - 1);
    expect(reason(await sessions.verify(audience, token))).toBe('valid');
    later(sessionLife[audience]);
    expect(reason(await sessions.verify(audience, token))).toBe('expired');
  });

  it('is worth nothing elsewhere', async () => {
    const { token } = await sessions.issue(audience, admin);
    const others = (['privacyidea', 'linotp', 'native'] satisfies Audience[]).filter((other) => other !== audience);
    expect(await Promise.all(others.map(async (other) => reason(await sessions.verify(other, token))))).toEqual(['wrong-audience', 'wrong-audience']);
  });

});

it('is missing when nothing was sent', async () => {
  expect(reason(await sessions.verify('native', undefined))).toBe('missing');
  expect(reason(await sessions.verify('native', ''))).toBe('missing');
});

it('cannot be made without the key', async () => {
  const { token } = await sessions.issue('native', admin);
  const [header, body, signature] = token.split('.') as [string, string, string];
  const forgedBody = Buffer.from(JSON.stringify({ ...decodeJwt(token), username: 'root' })).toString('base64url');
  const unsigned = new UnsecuredJWT({ ...decodeJwt(token) }).encode();
  const otherAlgorithm = `${Buffer.from('{"alg":"HS512"}').toString('base64url')}.${body}`;
  const forged = [
    'x', 'a.b.c', `${header}.${forgedBody}.${signature}`, `${header}.${body}.`, unsigned,
    `${otherAlgorithm}.${createHmac('sha512', key).update(otherAlgorithm).digest('base64url')}`,
    (await makeSessions({ key: randomBytes(32), now: () => new Date(time) }).issue('native', admin)).token,
  ];
  for (const one of forged) expect(reason(await sessions.verify('native', one))).toBe('undecodable');
});

it('holds the claims that clients of privacyIDEA look at', async () => {
  const { token } = await sessions.issue('privacyidea', { ...admin, rights: ['enable', 'disable'] });
  expect(decodeJwt(token)).toMatchObject({
    username: 'admin', realm: '', role: 'admin', authtype: 'password', nonce: expect.any(String), rights: ['enable', 'disable'], exp: start / 1000 + 3600,
  });
});

it('of LinOTP wants a value repeated and says when it is to be renewed', async () => {
  const { token, session } = await sessions.issue('linotp', admin);
  expect(decodeJwt(token)['csrf']).toBe(session.csrf);
  expect([repeatsCsrf(session, session.csrf), repeatsCsrf(session, 'x'), repeatsCsrf(session, ''), repeatsCsrf(session, undefined)]).toEqual([true, false, false, false]);
  const { session: native } = await sessions.issue('native', admin);
  expect(repeatsCsrf(native, undefined)).toBe(false);
  later(1500);
  expect(sessions.isEnding(session)).toBe(false);
  later(1501);
  expect(sessions.isEnding(session)).toBe(true);
});
