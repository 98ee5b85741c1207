import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { DirectoryUnavailable } from '../../src/commands/directoryUnavailable.js';
import { Secret } from '../../src/security/secret.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { selfSigned } from '../fixtures/selfSigned.js';
import { openLdap as open } from '../users/ldap/openLdap.js';
import { describeWith, freePort, listening, startProgram, whereIs, type Program } from './program.js';

const people = `dn: dc=example
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ou=people,dc=example
objectClass: organizationalUnit
ou: people

dn: cn=tanager,dc=example
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: tanager
userPassword: service password

dn: uid=alice,ou=people,dc=example
objectClass: inetOrgPerson
uid: alice
cn: Alice
sn:: w4RyZ2Vy
givenName: Alice
mobile: +49 170 1234567
mail: alice@example.com
userPassword: alice password

dn: uid=jörg,ou=people,dc=example
objectClass: inetOrgPerson
uid: jörg
cn: Jörg
sn: Stern*
userPassword: päßwörd
`;

describeWith({ slapd: 'slapd', slapadd: 'slapd' }, 'users of OpenLDAP', () => {
  const tls = selfSigned();
  let slapd: Program;
  let port: number;
  let securePort: number;
  let start: () => Promise<void>;

  beforeAll(async () => {
    const folder = temporaryFolder();
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    mkdirSync(join(folder, 'data'));
    const config = file('slapd.conf', `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${join(folder, 'slapd.pid')}
TLSCertificateFile ${file('cert.pem', tls.cert)}
TLSCertificateKeyFile ${file('key.pem', tls.key)}
database mdb
suffix "dc=example"
rootdn "cn=root,dc=example"
rootpw none
directory ${join(folder, 'data')}
maxsize 10485760
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=tanager,dc=example" read by * none
`);
    const added = spawnSync(whereIs('slapadd')!, ['-f', config, '-l', file('people.ldif', people)], { encoding: 'utf8' });
    if (added.status !== 0) throw new Error(`slapadd: ${added.stderr}`);
    [port, securePort] = [await freePort(), await freePort()];
    start = async () => {
      slapd = startProgram(whereIs('slapd')!, ['-d', '0', '-f', config, '-h', `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${securePort}`]);
      await listening(port);
      await listening(securePort);
    };
    await start();
  });
  afterAll(() => slapd.stop());
  const openLdap = (scheme: string, options: Record<string, unknown> = {}, ca: readonly string[] | undefined = [tls.cert]) =>
    open(`${scheme}://127.0.0.1:${scheme === 'ldaps' ? securePort : port}`, { ...options }, ca);

  it.each([['ldap', {}], ['ldaps', {}], ['ldap', { startTls: true }]])('are found and check their passwords over %s %j', async (scheme, options) => {
    const resolver = openLdap(scheme, options);
    expect(await resolver.find('Alice')).toEqual({
      login: 'alice', userId: expect.stringMatching(/^[-0-9a-f]{36}$/), mobile: '+49 170 1234567', email: 'alice@example.com', givenName: 'Alice', surname: 'Ärger',
    });
    expect(await resolver.checkPassword('alice', new Secret('alice password'))).toBe(true);
    expect(await resolver.checkPassword('alice', new Secret('Alice password'))).toBe(false);
    expect(await resolver.checkPassword('alice', new Secret(''))).toBe(false);
    expect(await resolver.checkPassword('nobody', new Secret('alice password'))).toBe(false);
    expect(resolver.warnings).toEqual([]);
  });

  it('may have letters beyond ASCII, and no sign of a filter means anything in a login', async () => {
    const resolver = openLdap('ldap');
    expect(await resolver.find('jörg')).toMatchObject({ login: 'jörg', surname: 'Stern*' });
    expect(await resolver.checkPassword('jörg', new Secret('päßwörd'))).toBe(true);
    for (const login of ['*', 'a*', 'alice)(sn=*', '\\2a', 'j\\c3\\b6rg', '(', ')', 'alice\\']) expect(await resolver.find(login)).toBeUndefined();
    expect(await openLdap('ldap', { filter: '(sn={login})' }).find('Stern*')).toMatchObject({ login: 'jörg' });
  });

  it.each([['ldaps', {}], ['ldap', { startTls: true }]])('are not asked for where the certificate is another: %s', async (scheme, options) => {
    await expect(openLdap(scheme, options, [selfSigned().cert]).find('alice')).rejects.toThrow(DirectoryUnavailable);
  });

  it.each([['nobody may look', { bindDn: undefined, bindPassword: undefined }, /result code 32$/], ['the account is turned down', { bindPassword: 'x' }, /bindDn was answered with result code 49$/]])(
    'are not unknown because %s', async (_, options, problem) => {
      const resolver = openLdap('ldap', options);
      await expect(resolver.find('alice')).rejects.toThrow(DirectoryUnavailable);
      expect(resolver.problem?.()).toMatch(problem);
    });

  it('are found again when the server was started anew', async () => {
    const resolvers = [openLdap('ldap', { cache: 0 }), openLdap('ldap', { cache: 0, startTls: true })];
    for (const resolver of resolvers) expect(await resolver.find('alice')).toBeDefined();
    await slapd.stop();
    for (const resolver of resolvers) await expect(resolver.find('alice')).rejects.toThrow(DirectoryUnavailable);
    await start();
    for (const resolver of resolvers) {
      resolver.wait(1);
      expect(await resolver.find('alice')).toMatchObject({ login: 'alice' });
      expect(resolver.warnings).toHaveLength(2);
    }
  });
});
