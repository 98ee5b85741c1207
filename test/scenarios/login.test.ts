import { firstValueFrom } from 'rxjs';
import { startService, asAdmin, contextOf, hotp, newTransactionId, rfcKey, secret } from '../fixtures/service.js';
import type { Tanager } from '../../src/app.js';

describe('a login', () => {
  let service: Tanager;
  beforeAll(async () => { service = await startService(); });
  afterAll(() => service.close());

  it('works', async () => {
    const { application: { tokens, authenticate } } = service;
    await tokens.enrol({ serial: 'T1', login: 'alice', phone: '+491701234567', pin: secret('1234'), seed: secret(rfcKey) }, asAdmin());
    const arrival = firstValueFrom(service.development!.arrivals);
    const challenged = await authenticate.check({ login: 'alice', pass: secret('1234'), newTransactionId }, contextOf());
    expect(challenged).toMatchObject({ kind: 'challenged', challenges: [{ serial: 'T1', delivery: 'sent' }] });
    expect((await arrival).text.reveal()).toBe(hotp(1));
    const { transactionId } = challenged as { transactionId: string };
    expect(await authenticate.check({ login: 'alice', transactionId, pass: secret('000000'), newTransactionId }, contextOf())).toMatchObject({ kind: 'refused', reason: 'wrong-code' });
    expect(await authenticate.check({ login: 'alice', transactionId, pass: secret(hotp(1)), newTransactionId }, contextOf())).toMatchObject({ kind: 'accepted', serial: 'T1' });
    expect(await authenticate.check({ login: 'alice', transactionId, pass: secret(hotp(1)), newTransactionId }, contextOf())).toMatchObject({ kind: 'refused', reason: 'answered' });
  });
});
