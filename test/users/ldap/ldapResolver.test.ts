import { DirectoryUnavailable } from '../../../src/commands/directoryUnavailable.js';
import { Secret } from '../../../src/security/secret.js';
import { Overloaded } from '../../../src/security/turnstile.js';
import { person, serviceAccount, startLdapServer, type LdapServer } from '../../fixtures/ldapServer.js';
import { freePort } from '../../integration/program.js';
import { openLdap } from './openLdap.js';

const alice = person('alice', 'alice password', { mobile: '+491701234567', telephoneNumber: '089 1', mail: 'alice@example.com', givenName: 'Alice', sn: 'Ärger' });
const entries = [serviceAccount, alice, person('bob', 'bob password'), person('nopassword')];
const servers: LdapServer[] = [];
const server = async (...parts: Parameters<typeof startLdapServer>): Promise<LdapServer> => {
  const started = await startLdapServer({ entries, ...parts[0] });
  servers.push(started);
  return started;
};
afterAll(() => Promise.all(servers.map((each) => each.close())));
const right = (resolver: ReturnType<typeof openLdap>, login: string, password: string) => resolver.checkPassword(login, new Secret(password));

describe('who a user is', () => {
  it('is told by his entry', async () => {
    const resolver = openLdap((await server()).url);
    expect(await resolver.find('alice')).toEqual({
      login: 'alice', userId: 'uuid-of-alice', mobile: '+491701234567', phone: '089 1', email: 'alice@example.com', givenName: 'Alice', surname: 'Ärger',
    });
    expect(await resolver.find('bob')).toEqual({ login: 'bob', userId: 'uuid-of-bob' });
    expect(await resolver.find('carol')).toBeUndefined();
  });

  it('does not depend on how he types his login: two ways of writing are one owner', async () => {
    const resolver = openLdap((await server()).url);
    expect((await resolver.find('ALICE'))?.login).toBe('alice');
  });

  it('may be told by other attributes, under another name', async () => {
    const guid = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
    const carol = { dn: 'CN=Carol,DC=example', password: 'x', attributes: { objectClass: 'person', sAMAccountName: 'carol', objectGUID: guid, pager: ['+49170 1', '+49170 2'], uid: 'c' } };
    const { url } = await server({ entries: [serviceAccount, carol] });
    const attributes = { login: 'samaccountname', userId: 'objectguid', mobile: 'pager' };
    expect(await openLdap(url, { attributes }).find('carol')).toEqual({ login: 'carol', userId: '03020100-0504-0706-0809-0a0b0c0d0e0f', mobile: '+49170 1' });
    expect(await openLdap(url, { attributes: { ...attributes, userId: 'dn' } }).find('carol')).toMatchObject({ userId: 'CN=Carol,DC=example' });
    expect(await openLdap(url, { attributes, filter: '(|(sAMAccountName={login})(uid={login}))' }).find('c')).toMatchObject({ login: 'carol' });
  });

  it.each([
    ['two entries fit', [person('dora'), { ...person('dora'), dn: 'uid=dora,ou=others,dc=example' }], 'several users for one login'],
    ['three entries fit', [person('dora'), { ...person('dora'), dn: 'uid=dora,ou=a,dc=example' }, { ...person('dora'), dn: 'uid=dora,ou=b,dc=example' }], 'several users for one login'],
    ['the entry has no login', [{ dn: 'cn=dora,dc=example', attributes: { objectClass: 'person', cn: 'dora' } }], 'a user without uid'],
  ])('is nobody where %s', async (_, more, warning) => {
    const resolver = openLdap((await server({ entries: [serviceAccount, ...more] })).url, { filter: '(|(uid={login})(cn={login}))' });
    expect(await resolver.find('dora')).toBeUndefined();
    expect(resolver.warnings).toEqual([expect.stringContaining(warning)]);
    expect(resolver.warnings.join()).not.toContain('dora');
  });

  it.each(['', ' ', 'a\nb', 'a\0', 'x'.repeat(256)])('asks nothing for a login that nobody can have', async (login) => {
    const ldap = await server();
    expect(await openLdap(ldap.url).find(login)).toBeUndefined();
    expect(ldap.asked).toEqual([]);
  });

  it.each(['*', 'ali*', 'alice)(uid=*', '*)(|(uid=*', '\\2a', 'alice)(objectClass=person)'])('%s is a login, and not a part of the filter', async (login) => {
    expect(await openLdap((await server()).url).find(login)).toBeUndefined();
  });

  it('is remembered for a while, and that there is no such user as well', async () => {
    const ldap = await server();
    const resolver = openLdap(ldap.url, { cache: 5 });
    await resolver.find('alice');
    await resolver.find('carol');
    await Promise.all([resolver.find('alice'), resolver.find('carol'), resolver.find('alice')]);
    expect(ldap.asked.filter((line) => line.startsWith('search'))).toHaveLength(2);
    ldap.entries.push(person('carol'));
    resolver.wait(5);
    expect(await resolver.find('carol')).toMatchObject({ login: 'carol' });
  });

  it('is asked every time where nothing is remembered, on a connection that is kept', async () => {
    const ldap = await server();
    const resolver = openLdap(ldap.url, { cache: 0 });
    for (let time = 0; time < 3; time += 1) await resolver.find('alice');
    expect(ldap.asked).toEqual([`bind ${serviceAccount.dn}`, ...Array<string>(3).fill('search (&(objectclass=person)(uid=alice))')]);
  });
});

describe('a password', () => {
  it('is right when its user can bind with it, at every check anew', async () => {
    const ldap = await server();
    const resolver = openLdap(ldap.url);
    expect(await right(resolver, 'alice', 'alice password')).toBe(true);
    expect(await right(resolver, 'Alice', 'alice password')).toBe(true);
    expect(await right(resolver, 'alice', 'bob password')).toBe(false);
    expect(ldap.asked.filter((line) => line === `bind ${alice.dn}`)).toHaveLength(3);
    expect(await right(resolver, 'nopassword', 'anything')).toBe(false);
  });

  it.each(['', '\0', '\0alice password', 'alice password\0', 'x'.repeat(513)])('that would bind as nobody, or can be no password, is wrong and never tried', async (password) => {
    const ldap = await server();
    expect(await right(openLdap(ldap.url), 'alice', password)).toBe(false);
    expect(ldap.asked.filter((line) => line !== `bind ${serviceAccount.dn}` && line.startsWith('bind'))).toEqual([]);
  });

  it('of an unknown user is tried all the same, in the name of nobody', async () => {
    const ldap = await server();
    expect(await right(openLdap(ldap.url), 'carol', 'x')).toBe(false);
    expect(ldap.asked.filter((line) => /^bind cn=[-0-9a-f]{36},dc=example$/.test(line))).toHaveLength(1);
  });

  it.each([19, 49, 53])('is wrong where the directory turns it down with result code %d', async (code) => {
    const ldap = await server();
    const resolver = openLdap(ldap.url);
    await resolver.find('alice');
    ldap.fails = { bind: code };
    expect(await right(resolver, 'alice', 'alice password')).toBe(false);
  });

  it.each([1, 8, 51, 52, 80])('is neither right nor wrong where the directory answers with result code %d', async (code) => {
    const ldap = await server();
    const resolver = openLdap(ldap.url);
    await resolver.find('alice');
    ldap.fails = { bind: code };
    await expect(right(resolver, 'alice', 'alice password')).rejects.toThrow(DirectoryUnavailable);
  });

  it('that cannot be tried for one user is a matter of that user', async () => {
    const ldap = await server();
    const resolver = openLdap(ldap.url);
    await Promise.all(['alice', 'bob'].map((login) => resolver.find(login)));
    ldap.fails = { bind: 80 };
    for (let time = 0; time < 3; time += 1) await expect(right(resolver, 'alice', 'alice password')).rejects.toThrow(DirectoryUnavailable);
    expect(resolver.problem?.()).toBeUndefined();
    expect(resolver.warnings).toEqual(['the user directory corp answers to the bind of a user with result code 80: his password is neither right nor wrong']);
    ldap.fails = undefined;
    expect(await right(resolver, 'bob', 'bob password')).toBe(true);
  });
});

describe('a server that does not answer', () => {
  it('is no unknown user; it is said once, and once that it is back', async () => {
    const port = await freePort();
    const resolver = openLdap(`ldap://127.0.0.1:${port}`);
    for (let time = 0; time < 3; time += 1) {
      await expect(resolver.find('alice')).rejects.toThrow(DirectoryUnavailable);
      await expect(right(resolver, 'alice', 'alice password')).rejects.toThrow(DirectoryUnavailable);
      resolver.wait(2);
    }
    expect(resolver.problem?.()).toBe(`ldap://127.0.0.1:${port}: ECONNREFUSED`);
    await server({ port });
    expect(await resolver.find('alice')).toMatchObject({ login: 'alice' });
    expect(resolver.problem?.()).toBeUndefined();
    expect(resolver.warnings).toEqual([`the user directory corp cannot be asked: ldap://127.0.0.1:${port}: ECONNREFUSED`, 'the user directory corp answers again']);
  });

  it('is not waited for again at once', async () => {
    const ldap = await server();
    const resolver = openLdap(ldap.url, { timeout: 0.2 });
    ldap.fails = 'silence';
    await expect(resolver.find('alice')).rejects.toThrow(DirectoryUnavailable);
    expect(resolver.problem?.()).toBe(`${ldap.url}: no answer in time`);
    const before = ldap.asked.length;
    await expect(resolver.find('bob')).rejects.toThrow(DirectoryUnavailable);
    expect(ldap.asked).toHaveLength(before);
  });

  it('gives way to the next one, which is asked first from then on', async () => {
    const [one, two] = [await server(), await server()];
    await one.close();
    const resolver = openLdap([one.url, two.url], { cache: 0 });
    expect(await resolver.find('alice')).toMatchObject({ login: 'alice' });
    expect(await right(resolver, 'alice', 'alice password')).toBe(true);
    expect(resolver.warnings).toEqual([]);
    await two.close();
    await server({ port: one.port });
    expect(await resolver.find('alice')).toMatchObject({ login: 'alice' });
  });

  it('may end a connection: the next question gets another one', async () => {
    const ldap = await server();
    const resolver = openLdap(ldap.url, { cache: 0 });
    await resolver.find('alice');
    ldap.drop();
    expect(await resolver.find('alice')).toMatchObject({ login: 'alice' });
    // never on a connection that speaks for nobody
    expect(ldap.asked.filter((line) => line.startsWith('bind'))).toHaveLength(2);
  });

  it.each([
    ['the service account is turned down', { bindPassword: 'wrong' }, undefined, 'bindDn was answered with result code 49'],
    ['there is no such base', {}, { search: 32 }, 'result code 32'],
    ['it refers to another', {}, { search: 10 }, 'result code 10'],
  ])('properly is as good as none: %s', async (_, options, fails, problem) => {
    const ldap = await server();
    ldap.fails = fails;
    const resolver = openLdap(ldap.url, options);
    await expect(resolver.find('alice')).rejects.toThrow(DirectoryUnavailable);
    expect(resolver.problem?.()).toBe(`${ldap.url}: ${problem}`);
    expect(resolver.warnings.join()).not.toMatch(/wrong|anybody|alice/);
  });

  it('keeps only so many waiting', async () => {
    const ldap = await server();
    ldap.fails = 'silence';
    const resolver = openLdap(ldap.url, { connections: 1, timeout: 0.2 });
    const answers = await Promise.allSettled(Array.from({ length: 103 }, (_, number) => resolver.find(`user${number}`)));
    expect(answers.map((each) => (each as PromiseRejectedResult).reason.constructor).filter((kind) => kind === Overloaded)).toHaveLength(2);
    expect(ldap.asked).toHaveLength(1);
  });
});

it('asks as nobody where no account is configured', async () => {
  const ldap = await server();
  expect(await openLdap(ldap.url, { bindDn: undefined, bindPassword: undefined }).find('alice')).toMatchObject({ login: 'alice' });
  expect(ldap.asked).toEqual(['search (&(objectclass=person)(uid=alice))']);
});

it('lets go of its connections', async () => {
  const ldap = await server();
  const resolver = openLdap(ldap.url);
  await resolver.find('alice');
  resolver.close?.();
  await expect(resolver.find('bob')).rejects.toThrow(DirectoryUnavailable);
});
