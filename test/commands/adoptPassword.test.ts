import type { Tanager } from '../../src/app.js';
import { asAdmin, contextOf, secret, startService } from '../fixtures/service.js';

describe('a configured password', () => {
  let service: Tanager;
  beforeAll(async () => { service = await startService(); });
  afterAll(() => service.close());

  const accounts = () => service.application.accounts;
  const lets = async (password: string) => (await accounts().signIn('operator', secret(password), contextOf())).kind === 'accepted';
  const adopt = (password: string, name = 'operator') => accounts().adoptPassword(name, secret(password), asAdmin());

  it('is taken up when it is new, left alone when it is in force, and never taken up again once it was changed', async () => {
    await accounts().create('operator', secret('first password'), asAdmin());
    expect(await adopt('first password')).toBe('in-force');
    expect(await adopt('mine')).toBe('adopted');
    expect([await lets('first password'), await lets('mine')]).toEqual([false, true]);

    await accounts().setPassword('operator', secret('changed since'), asAdmin());
    expect([await adopt('mine'), await adopt('first password')]).toEqual(['outdated', 'outdated']);
    expect([await lets('mine'), await lets('changed since')]).toEqual([false, true]);
  });

  it('makes no account', async () => {
    expect(await adopt('whatever', 'nobody')).toBe('unknown-account');
    expect(await accounts().account('nobody')).toBeUndefined();
  });
});
