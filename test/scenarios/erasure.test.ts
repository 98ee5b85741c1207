import type { Tanager } from '../../src/app.js';
import { asAdmin, contextOf, newTransactionId, secret, startService } from '../fixtures/service.js';

/** What is left of a person while others go on working with his token. */
describe('a person who is erased', () => {
  let service: Tanager;
  let serials = 0;
  beforeAll(async () => { service = await startService(); });
  afterAll(() => service.close());

  const enrol = async (serial = `E${++serials}`): Promise<string> => {
    await service.application.tokens.enrol({ serial, login: 'ann', phone: '+491701234567', pin: secret('pin'), renew: true }, asAdmin());
    return serial;
  };
  const trail = async (serial: string) => (await service.application.trail.page({ stream: `token-${serial}` }, { limit: 100, order: 'asc' })).events;

  it('is readable in no event before the one that says so, whoever changes the token at the same moment', async () => {
    const { tokens, authenticate } = service.application;
    for (let ticks = 0; ticks < 40; ticks++) {
      const serial = await enrol();
      const erasing = tokens.erase(serial, asAdmin());
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      await Promise.all([erasing, tokens.changePhone(serial, '+4999', asAdmin()), authenticate.check({ serial, pass: secret('wrong'), newTransactionId }, contextOf())]);
      const events = await trail(serial);
      const before = events.slice(0, events.findIndex(({ type }) => type === 'PersonErased'));
      expect(before.length).toBeGreaterThan(0);
      for (const { data, client } of before) expect([data['phone'] ?? '(erased)', data['login'] ?? '(erased)', client]).toEqual(['(erased)', '(erased)', '(erased)']);
    }
  });

  it('stays erased when the serial is enrolled anew, and the new one can be erased in its turn', async () => {
    const { tokens, queries } = service.application;
    const serial = await enrol();
    await tokens.erase(serial, asAdmin());
    await enrol(serial);
    expect(await queries.token(serial)).toMatchObject({ phone: '+491701234567', owner: { login: 'ann' }, token: { enabled: true, erased: false } });
    const phones = (await trail(serial)).flatMap(({ type, data }) => (type === 'TokenEnrolled' ? [data['phone']] : []));
    expect(phones).toEqual(['(erased)', '+491701234567']);
    expect(await tokens.erase(serial, asAdmin())).toMatchObject({ kind: 'done', changed: true });
    expect(await tokens.erase(serial, asAdmin())).toMatchObject({ kind: 'done', changed: false });
    expect(JSON.stringify(await trail(serial))).not.toContain('+491701234567');
  });

  it('leaves a token whose codes nobody can look for any more', async () => {
    const serial = await enrol();
    await service.application.tokens.erase(serial, asAdmin());
    expect(await service.application.tokens.resync(serial, secret('123456'), secret('123456'), asAdmin())).toMatchObject({ kind: 'refused', reason: 'revoked' });
  });
});
