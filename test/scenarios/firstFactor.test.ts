import type { Tanager } from '../../src/app.js';
import type { Outcome } from '../../src/commands/outcome.js';
import { person, serviceAccount, startLdapServer, type LdapServer } from '../fixtures/ldapServer.js';
import { asAdmin, contextOf, hotp, newTransactionId, rfcKey, secret, startService, TestClock } from '../fixtures/service.js';

/** The setting `otppin`: what a user proves before he is sent a code. Users of the realm `sales` come from LDAP. */
describe('the first factor', () => {
  let ldap: LdapServer;
  let service: Tanager;
  let people = 0;
  const clock = new TestClock();
  beforeAll(async () => {
    ldap = await startLdapServer({ entries: [serviceAccount] });
    service = await startService({
      TANAGER_REALM: 'sales', TANAGER_REALMS: JSON.stringify({ sales: ['corp'], open: ['anyone'] }),
      TANAGER_RESOLVERS: JSON.stringify({ corp: { type: 'ldap', url: ldap.url, bindDn: serviceAccount.dn, bindPassword: serviceAccount.password, base: 'dc=example', timeout: 1, cache: 0 }, anyone: { type: 'open' } }),
    }, { clock });
  });
  afterAll(async () => {
    await service.close();
    await ldap.close();
  });
  const set = (...changes: [string, string][]) => service.application.settings.change(changes.map(([key, value]) => ({ key, value })), asAdmin());

  /** A user with a password and a token with another PIN. */
  const enrol = async (more: { realm?: string; maxFail?: number; digits?: number; serial?: string; login?: string } = {}): Promise<string> => {
    const login = more.login ?? `user${++people}`;
    if (more.login === undefined && more.realm === undefined) ldap.entries.push(person(login, 'directory password'));
    const enrolled = await service.application.tokens.enrol({ serial: `T-${login}`, login, phone: '+491701234567', pin: secret('1234'), seed: secret(rfcKey), ...more }, asAdmin());
    expect(enrolled.kind).toBe('done');
    return login;
  };
  const check = (login: string, pass: string, more: object = {}): Promise<Outcome> =>
    service.application.authenticate.check({ login, pass: secret(pass), newTransactionId, ...more }, contextOf());
  const token = async (serial: string) => (await service.application.queries.token(serial))!.token;
  const last = async (serial: string) => {
    const { events } = await service.application.trail.page({ stream: `token-${serial}` }, { limit: 1, order: 'desc' });
    return { type: events[0]!.type, data: events[0]!.data };
  };
  /** Binds while something is done, by whose they are. */
  const binds = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = ldap.asked.length;
    await work();
    return ldap.asked.slice(before).filter((line) => line.startsWith('bind ') && line !== `bind ${serviceAccount.dn}`).map((line) => /^bind uid=([^,]+)/.exec(line)?.[1] ?? 'nobody');
  };

  it('is no way to try passwords by the dozen: a sign-in reaches the directory ten times, then there is a pause', async () => {
    const login = `user${++people}`;
    ldap.entries.push(person(login, 'directory password'));
    const { signInUser, users } = service.application;
    const user = (await users.find(login))!;
    const tried = await binds(() => Promise.all(Array.from({ length: 20 }, (_, n) => signInUser.signIn(user, secret(`wrong ${n}`), contextOf()))));
    expect([tried.length, tried.filter((one) => one === login).length]).toEqual([20, 10]);
    expect(await signInUser.signIn(user, secret('directory password'), contextOf())).toMatchObject({ reason: 'paused' });
    clock.advance(5 * 60);
    expect(await signInUser.signIn(user, secret('directory password'), contextOf())).toMatchObject({ kind: 'accepted' });
  });

  describe('by the password of the user directory', () => {
    beforeAll(() => set(['otppin@sales', 'userstore']));
    afterAll(() => service.application.settings.remove('otppin@sales', asAdmin()));

    it('is the password for the SMS, and the password before the code', async () => {
      const login = await enrol();
      expect(await check(login, '1234')).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
      expect(await check(login, 'directory password')).toMatchObject({ kind: 'challenged' });
      expect(await check(login, `1234${hotp(1)}`)).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
      expect(await check(login, `directory password${hotp(1)}`)).toMatchObject({ kind: 'accepted' });
      expect(await check(login, 'directory password')).toMatchObject({ kind: 'challenged' });
      const again = await check(login, 'directory password');
      const code = service.development!.messages().at(-1)!.text.reveal();
      expect(await check(login, code, { transactionId: again.kind === 'challenged' ? again.transactionId : '' })).toMatchObject({ kind: 'accepted' });
    });

    it('tells a wrong code from a wrong password, and each is one event that counts', async () => {
      const login = await enrol();
      await check(login, 'directory password');
      expect(await check(login, 'directory password000000')).toMatchObject({ kind: 'refused', reason: 'wrong-code' });
      expect(await last(`T-${login}`)).toEqual({ type: 'AttemptRejected', data: expect.objectContaining({ reason: 'wrong-code', counted: true }) });
      expect(await check(login, `wrong${hotp(1)}`)).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
      expect(await last(`T-${login}`)).toEqual({ type: 'AttemptRejected', data: expect.objectContaining({ reason: 'wrong-pin', counted: true }) });
      expect((await token(`T-${login}`)).failCount).toBe(2);
    });

    it('costs an attempt even where wrong PINs cost none', async () => {
      await set(['IncFailCountOnFalsePin', 'false']);
      const login = await enrol();
      await check(login, 'wrong');
      expect((await token(`T-${login}`)).failCount).toBe(1);
      await service.application.settings.remove('IncFailCountOnFalsePin', asAdmin());
    });

    it('is tried no oftener than the token has attempts, and never for one that is locked', async () => {
      const login = await enrol({ maxFail: 3 });
      const tried = await binds(() => Promise.all([...Array.from({ length: 20 }, (_, n) => check(login, `wrong ${n}`)), check(login, 'directory password')]));
      expect(tried.filter((one) => one === login)).toHaveLength(3);
      expect(await binds(() => check(login, 'directory password'))).toEqual(['nobody']);
      expect(await check(login, 'directory password')).toMatchObject({ kind: 'refused', reason: 'locked' });
    });

    it.each([['wrong', 1], ['wrong123456', 2]])('costs as much for users and tokens that there are not: %s', async (pass, tries) => {
      const login = await enrol();
      const idle = person(`idle${++people}`, 'directory password');
      ldap.entries.push(idle);
      const gone = await enrol();
      ldap.entries.pop();
      expect(await binds(() => check(login, pass))).toHaveLength(tries);
      expect(await binds(() => check('no such user', pass))).toEqual(Array(tries).fill('nobody'));
      expect(await binds(() => check(`idle${people - 1}`, pass))).toEqual(Array(tries).fill('nobody'));
      expect(await binds(() => check('', pass, { login: undefined, serial: `T-${gone}` }))).toEqual(Array(tries).fill('nobody'));
      await check(login, 'directory password');
      expect(await binds(() => check(login, pass))).toEqual(Array(tries).fill(login));
    });

    it('is tried once for all tokens of a user', async () => {
      const login = await enrol();
      await enrol({ login, serial: `second-${login}` });
      expect(await binds(() => check(login, 'wrong'))).toEqual([login]);
      expect(await binds(() => check(login, 'directory password'))).toEqual([login]);
      expect(await binds(async () => expect(await check(login, `directory password${hotp(1)}`)).toMatchObject({ kind: 'accepted' }))).toEqual([login]);
    });

    it('is never the empty one', async () => {
      const login = await enrol();
      expect(await check(login, '')).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
      expect(await check(login, 'directory password')).toMatchObject({ kind: 'challenged' });
      expect(await binds(() => check(login, hotp(1)))).toEqual([login]);
      expect(await check(login, hotp(1))).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
    });

    it('belongs to the owner of a token that is named by its serial', async () => {
      const login = await enrol();
      const bySerial = (pass: string) => check('', pass, { login: undefined, serial: `T-${login}` });
      expect(await bySerial('1234')).toMatchObject({ reason: 'wrong-pin' });
      expect(await bySerial('directory password')).toMatchObject({ kind: 'challenged' });
    });

    it('says nothing any more when the token was given to another meanwhile', async () => {
      const [login, other] = [await enrol(), await enrol()];
      const serial = `T-${login}`;
      const { users, tokens } = service.application;
      const asked = jest.spyOn(users, 'checkPassword').mockImplementationOnce(async () => {
        await tokens.unassign(serial, asAdmin());
        await tokens.assign(serial, other, undefined, asAdmin());
        return true;
      });
      expect(await check('', 'directory password', { login: undefined, serial })).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
      expect(asked).toHaveBeenCalledTimes(1);
      asked.mockRestore();
      expect(await last(serial)).toEqual({ type: 'AttemptRejected', data: expect.objectContaining({ reason: 'wrong-pin', counted: true }) });
    });

    it('is neither right nor wrong while the directory does not answer', async () => {
      const login = await enrol();
      ldap.fails = { bind: 51 };
      expect(await check(login, 'directory password')).toEqual({ kind: 'refused', reason: 'no-directory', via: 'pin', tokens: [] });
      ldap.fails = undefined;
      expect((await token(`T-${login}`)).failCount).toBe(0);
    });

    it('is asked for in its realm only', async () => {
      const login = await enrol({ realm: 'open' });
      expect(await check(login, '1234', { realm: 'open' })).toMatchObject({ kind: 'challenged' });
    });

    it('leaves no password behind', async () => {
      const { events } = await service.application.trail.page({}, { limit: 1000, order: 'asc' });
      expect(JSON.stringify(events)).not.toContain('directory password');
    });
  });

  describe('by nothing', () => {
    beforeAll(() => set(['otppin@open', '2']));
    afterAll(() => service.application.settings.remove('otppin@open', asAdmin()));
    const inOpen = (login: string, pass: string, more: object = {}) => check(login, pass, { realm: 'open', ...more });

    it('asks for an SMS with an empty pass, and takes the code alone, whatever PIN the token has', async () => {
      const login = await enrol({ realm: 'open' });
      expect(await inOpen(login, '')).toMatchObject({ kind: 'challenged' });
      expect(await inOpen(login, `1234${hotp(1)}`)).toMatchObject({ kind: 'refused', reason: 'wrong-pin' });
      expect(await inOpen(login, '000000')).toMatchObject({ kind: 'refused', reason: 'wrong-code' });
      expect(await inOpen(login, hotp(1))).toMatchObject({ kind: 'accepted' });
    });

    it('counts every wrong code', async () => {
      const login = await enrol({ realm: 'open', maxFail: 3 });
      await inOpen(login, '');
      await Promise.all(Array.from({ length: 20 }, () => inOpen(login, '000000')));
      expect(await inOpen(login, hotp(1))).toMatchObject({ kind: 'refused', reason: 'locked' });
      expect(await inOpen(login, '')).toMatchObject({ kind: 'refused', reason: 'locked' });
    });
  });

  it('cannot be anything at all', async () => {
    expect(await set(['otppin', '3'])).toMatchObject({ kind: 'refused', reason: 'invalid' });
  });
});
