import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { DirectoryUnavailable } from '../../../src/commands/directoryUnavailable.js';
import { Secret } from '../../../src/security/secret.js';
import { person, serviceAccount, startLdapServer, type LdapServer } from '../../fixtures/ldapServer.js';
import { selfSigned } from '../../fixtures/selfSigned.js';
import { openLdap } from './openLdap.js';

const tls = selfSigned();
const entries = [serviceAccount, person('alice', 'alice password')];
const servers: LdapServer[] = [];
const server = async (parts: Parameters<typeof startLdapServer>[0]): Promise<LdapServer> => {
  const started = await startLdapServer({ entries, ...parts });
  servers.push(started);
  return started;
};
afterAll(() => Promise.all(servers.map((each) => each.close())));

describe.each([['ldaps://', { ldaps: true }, {}], ['StartTLS', {}, { startTls: true }]])('%s', (_, parts, options) => {
  it('asks and checks passwords where the certificate comes from the authority', async () => {
    const ldap = await server({ tls, ...parts });
    const resolver = openLdap(ldap.url, options, [tls.cert]);
    expect(await resolver.find('alice')).toMatchObject({ login: 'alice' });
    expect(await resolver.checkPassword('alice', new Secret('alice password'))).toBe(true);
    expect(await resolver.checkPassword('alice', new Secret('wrong'))).toBe(false);
  });

  it('says no password to a server that is another', async () => {
    const ldap = await server({ tls, ...parts });
    for (const ca of [undefined, [selfSigned().cert]]) {
      const resolver = openLdap(ldap.url, options, ca);
      await expect(resolver.find('alice')).rejects.toThrow(DirectoryUnavailable);
      expect(resolver.problem?.()).toMatch(/SELF_SIGNED|UNABLE_TO|CERT/);
    }
    expect(ldap.asked.filter((line) => line !== 'starttls')).toEqual([]);
  });

  it('may be used unchecked, where that is said', async () => {
    const ldap = await server({ tls, ...parts });
    expect(await openLdap(ldap.url, { ...options, tls: { verify: false } }).find('alice')).toMatchObject({ login: 'alice' });
  });

  it('survives the end of a connection', async () => {
    const ldap = await server({ tls, ...parts });
    const resolver = openLdap(ldap.url, { ...options, cache: 0 }, [tls.cert]);
    await resolver.find('alice');
    ldap.drop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await resolver.find('alice')).toMatchObject({ login: 'alice' });
  });
});

it('without StartTLS on the other side nothing is said at all', async () => {
  const ldap = await server({});
  await expect(openLdap(ldap.url, { startTls: true }).find('alice')).rejects.toThrow(DirectoryUnavailable);
  expect(ldap.asked).toEqual(['starttls']);
});

it('what somebody puts in before TLS begins is no part of the conversation in it', async () => {
  const ldap = await server({ tls });
  // the beginning of "success" to the bind that comes next, with the server's real answer for its text
  const success = Buffer.from('3030020103612b0a010004000424', 'hex');
  let injects = false;
  const between = createServer((client) => {
    const through = connect(ldap.port, '127.0.0.1');
    const inject = injects;
    client.on('error', () => undefined).pipe(through).on('error', () => undefined);
    through.once('data', (first) => {
      client.write(inject ? Buffer.concat([first, success]) : first);
      through.pipe(client);
    });
  });
  await new Promise<void>((resolve) => void between.listen(0, '127.0.0.1', resolve));
  const resolver = openLdap(`ldap://127.0.0.1:${(between.address() as AddressInfo).port}`, { startTls: true }, [tls.cert]);
  expect(await resolver.find('alice')).toMatchObject({ login: 'alice' });
  expect(await resolver.checkPassword('alice', new Secret('wrong'))).toBe(false);
  injects = true;
  await expect(resolver.checkPassword('alice', new Secret('wrong'))).rejects.toThrow(DirectoryUnavailable);
  expect(resolver.problem?.()).toMatch(/something was said before TLS began$/);
  resolver.close?.();
  ldap.drop();
  await new Promise((resolve) => between.close(resolve));
});

it('a server that never begins with TLS is not waited for without end', async () => {
  const sockets: Socket[] = [];
  // says yes to StartTLS (RFC 4511, 4.14), and nothing more
  const deaf = createServer((socket) => { sockets.push(socket); socket.once('data', () => socket.write(Buffer.from('300c02010278070a010004000400', 'hex'))); });
  await new Promise<void>((resolve) => void deaf.listen(0, '127.0.0.1', resolve));
  const resolver = openLdap(`ldap://127.0.0.1:${(deaf.address() as AddressInfo).port}`, { startTls: true, timeout: 0.2 });
  await expect(resolver.find('alice')).rejects.toThrow(DirectoryUnavailable);
  expect(resolver.problem?.()).toMatch(/no answer in time$/);
  sockets.forEach((socket) => socket.destroy());
  await new Promise((resolve) => deaf.close(resolve));
});
