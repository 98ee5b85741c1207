import { pino } from 'pino';
import { StoreSilent } from '../../src/commands/storeSilent.js';
import { Overloaded } from '../../src/security/turnstile.js';
import { startApi, type Api } from '../fixtures/api.js';
import { asAdmin, contextOf, secret } from '../fixtures/service.js';

/** More PINs and passwords come at once than may wait to be checked. */
describe('too many who wait', () => {
  const lines: string[] = [];
  let service: Api;
  beforeAll(async () => { service = await startApi({}, { log: pino({ level: 'error' }, { write: (line: string) => void lines.push(line) }) }); });
  afterEach(() => { jest.restoreAllMocks(); });
  afterAll(() => service.stop());

  it('hear so when they sign in, without a verdict', async () => {
    const { accounts } = service.tanager.application;
    const others = Promise.allSettled(Array.from({ length: 300 }, () => accounts.setPassword('nobody', secret('long enough'), asAdmin())));
    expect(await accounts.signIn('admin', secret('guess'), contextOf())).toEqual({ kind: 'refused', reason: 'overloaded' });
    await others;
  });

  it('may come back, and are nothing that went wrong', async () => {
    jest.spyOn(service.tanager.application.tokens, 'setPin').mockRejectedValue(new Overloaded('a test'));
    expect((await service.admin('POST', '/v1/tokens/T1/pin', { pin: '4711' })).status).toBe(503);
    jest.spyOn(service.tanager.application.accounts, 'signIn').mockRejectedValue(new Overloaded('a test'));
    expect((await service.call('POST', '/linotp/admin/login', new URLSearchParams({ username: 'admin', password: 'guess' }))).body.result.status).toBe(false);
    expect(lines).toEqual([]);
  });

  it('and so they hear when the event store does not answer', async () => {
    jest.spyOn(service.tanager.application.tokens, 'setPin').mockRejectedValue(new StoreSilent('a test'));
    expect((await service.admin('POST', '/v1/tokens/T1/pin', { pin: '4711' })).status).toBe(503);
    jest.spyOn(service.tanager.application.authenticate, 'check').mockRejectedValue(new StoreSilent('a test'));
    expect((await service.call('POST', '/privacyidea/validate/check', new URLSearchParams({ user: 'alice', pass: 'guess' }))).status).toBe(503);
    jest.spyOn(service.tanager.application.queries, 'tokens').mockRejectedValue(new StoreSilent('a test'));
    expect((await service.admin('GET', '/v1/tokens')).status).toBe(503);
    expect(lines).toEqual([]);
  });
});
