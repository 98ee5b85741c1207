import { inspect } from 'node:util';
import { configTable, effective, readConfig, type Config } from '../src/config.js';

const noFiles = { read: () => undefined };
const withFile = (text: string, at = './tanager.yaml') => ({ read: (path: string) => (path === at ? text : undefined) });
const read = (env: Record<string, string>, files: { read(path: string): string | undefined } = noFiles) => readConfig({ env, files });
const configOf = (env: Record<string, string>, files?: { read(path: string): string | undefined }): Config => {
  const result = read(env, files);
  if (result.kind === 'faults') throw new Error(result.faults.join('\n'));
  return result.config;
};
const faultsOf = (env: Record<string, string>, files?: { read(path: string): string | undefined }): readonly string[] => {
  const result = read(env, files);
  return result.kind === 'faults' ? result.faults : [];
};

test('needs nothing to be given', () => {
  expect(configOf({ PATH: '/bin' })).toEqual({
    httpPort: 8080, httpHost: '127.0.0.1', stopDelay: 0, dataDir: './data', store: 'sqlite', streamPrefix: '', adminUser: 'admin', realm: 'realm1', dialect: 'privacyidea', development: true, logLevel: 'info',
  });
});

test('takes every key from the environment', () => {
  const key = 'ab'.repeat(32);
  const config = configOf({
    TANAGER_HTTP_PORT: '9090', TANAGER_HTTP_HOST: '::1', TANAGER_DATA_DIR: '/var/lib/tanager', TANAGER_STORE: 'esdb://one:2113?tls=false', TANAGER_ADMIN_USER: 'root',
    TANAGER_ADMIN_PASSWORD: 'correct horse', TANAGER_USERS_FILE: '/etc/users', TANAGER_REALM: 'staff', TANAGER_DIALECT: 'linotp', TANAGER_LOG_LEVEL: 'debug',
    TANAGER_MASTER_KEY: key, TANAGER_MASTER_KEY_FILE: '/run/key', TANAGER_DEVELOPMENT: 'false', TANAGER_SCRIPT_DIR: '/etc/scripts', TANAGER_FILE_DIR: '/var/spool/sms',
    TANAGER_URL: 'https://sms.example/tanager/', TANAGER_API_KEY: 'tk_1', TANAGER_TRUSTED_PROXIES: 'loopback, 10.0.0.5,10.1.0.0/16, 2001:db8::/32', TANAGER_STOP_DELAY: '7',
  });
  expect(config).toMatchObject({
    httpPort: 9090, httpHost: '::1', dataDir: '/var/lib/tanager', store: 'esdb://one:2113?tls=false', adminUser: 'root', usersFile: '/etc/users', realm: 'staff',
    dialect: 'linotp', logLevel: 'debug', masterKeyFile: '/run/key', development: false, scriptDir: '/etc/scripts', fileDir: '/var/spool/sms', url: 'https://sms.example/tanager/',
    stopDelay: 7, trustedProxies: 'loopback, 10.0.0.5,10.1.0.0/16, 2001:db8::/32',
  });
  expect(config.adminPassword?.reveal()).toBe('correct horse');
  expect(config.masterKey?.reveal()).toBe(key);
  expect(config.apiKey?.reveal()).toBe('tk_1');
});

test('the environment wins over the file, and an empty variable is none', () => {
  const files = withFile('http_port: 1000\nrealm: staff\ndevelopment: false\nadmin_user: null\n');
  expect(configOf({ TANAGER_HTTP_PORT: '2000', TANAGER_REALM: '' }, files)).toMatchObject({ httpPort: 2000, realm: 'staff', development: false, adminUser: 'admin' });
});

test('reads the file that is named', () => {
  expect(configOf({ TANAGER_CONFIG_FILE: '/etc/t.yaml' }, withFile('http_port: 1000', '/etc/t.yaml')).httpPort).toBe(1000);
  expect(configOf({ TANAGER_CONFIG_FILE: '/etc/t.yaml' }, withFile('# nothing\n', '/etc/t.yaml')).httpPort).toBe(8080);
  expect(faultsOf({ TANAGER_CONFIG_FILE: '/etc/t.yaml' })).toEqual(['TANAGER_CONFIG_FILE: /etc/t.yaml does not exist']);
});

test('says everything that is wrong at once, each with its key', () => {
  const faults = faultsOf(
    { TANAGER_HTTP_PORT: '80a', TANAGER_DIALECT: 'radius', TANAGER_HTP_HOST: '::1', TANAGER_PASSWORD: 'geheim', TANAGER_COLOUR: 'red' },
    withFile('log_level: loud\ndevelopment: yes\nhttp-port: 1\nTANAGER_REALM: x\n'),
  );
  expect([...faults].sort()).toEqual([
    'TANAGER_COLOUR: there is no such key',
    'TANAGER_DEVELOPMENT (development in ./tanager.yaml): must be true or false, not "yes"',
    'TANAGER_DIALECT: must be privacyidea or linotp, not "radius"',
    'TANAGER_HTP_HOST: there is no such key – did you mean TANAGER_HTTP_HOST?',
    'TANAGER_HTTP_PORT: must be a port, a whole number from 0 to 65535, not "80a"',
    'TANAGER_LOG_LEVEL (log_level in ./tanager.yaml): must be trace, debug, info, warn, error, fatal or silent, not "loud"',
    'TANAGER_PASSWORD: there is no such key – did you mean TANAGER_ADMIN_PASSWORD?',
    'TANAGER_REALM in ./tanager.yaml: there is no such key – did you mean realm?',
    'http-port in ./tanager.yaml: there is no such key – did you mean http_port?',
  ]);
});

test.each([
  ['TANAGER_HTTP_PORT', '65536'], ['TANAGER_HTTP_PORT', '-1'], ['TANAGER_HTTP_PORT', '1.5'], ['TANAGER_HTTP_HOST', 'http://localhost'], ['TANAGER_STORE', 'postgres://x'], ['TANAGER_STREAM_PREFIX', '$system'], ['TANAGER_STORE', 'esdb://one:2113?retries=3'],
  ['TANAGER_ADMIN_USER', 'a b'], ['TANAGER_ADMIN_PASSWORD', ' '], ['TANAGER_MASTER_KEY', 'abcd'], ['TANAGER_REALM', 'a@b'], ['TANAGER_DATA_DIR', ' '],
  ['TANAGER_URL', 'sms.example'], ['TANAGER_URL', 'https://user:password@sms.example'], ['TANAGER_URL', 'https://'], ['TANAGER_API_KEY', 'two words'],
  ['TANAGER_STOP_DELAY', '61'], ['TANAGER_STOP_DELAY', '5s'], ['TANAGER_TRUSTED_PROXIES', 'all'], ['TANAGER_TRUSTED_PROXIES', '0.0.0.0/0'], ['TANAGER_TRUSTED_PROXIES', '10.0.0.0/33'], ['TANAGER_TRUSTED_PROXIES', '10.0.0.1, '],
])('refuses %s=%s by its name', (key, value) => {
  const faults = faultsOf({ [key]: value });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(new RegExp(`^${key}: must `));
});

test.each(['http_port: [1, 2', '- 1\n- 2', 'a: 1\na: 2', '"', 'realm: *x'])('a file that is no list of keys is refused: %s', (text) => {
  const faults = faultsOf({}, withFile(text));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/^TANAGER_CONFIG_FILE: \.\/tanager\.yaml /);
});

test('a file that cannot be read is a fault', () => {
  const files = { read: () => { throw Object.assign(new Error('no'), { code: 'EACCES' }); } };
  expect(faultsOf({}, files)).toEqual(['TANAGER_CONFIG_FILE: ./tanager.yaml cannot be read: EACCES']);
});

test('no message repeats a secret', () => {
  const told = JSON.stringify([
    faultsOf({ TANAGER_ADMIN_PASSWORD: 'hunter2', TANAGER_MASTER_KEY: 'hunter2', TANAGER_STORE: 'http://root:hunter2@host' }),
    faultsOf({ TANAGER_STORE: 'esdb://root:hunter2@node1?retries=3' }), faultsOf({ TANAGER_STORE: 'esdb://root:p@hunter2@node1' }),
    faultsOf({}, withFile('admin_password: "hunter2\nhttp_port: 1')),
    faultsOf({}, withFile('admin_password: [hunter2]')),
    faultsOf({ TANAGER_ADMIN_PASWORD: 'hunter2' }),
  ]);
  expect(told).toContain('TANAGER_MASTER_KEY');
  expect(told).not.toContain('hunter2');
});

test('shows what is in force, where it comes from, and no secret', () => {
  const result = read({ TANAGER_ADMIN_PASSWORD: 'correct horse', TANAGER_STORE: 'esdb://root:changeit@one:2113' }, withFile('realm: staff'));
  if (result.kind === 'faults') throw new Error(result.faults.join());
  const shown = effective(result);
  expect(shown).toContainEqual({ key: 'TANAGER_HTTP_PORT', value: 8080, source: 'default' });
  expect(shown).toContainEqual({ key: 'TANAGER_REALM', value: 'staff', source: './tanager.yaml' });
  expect(shown).toContainEqual({ key: 'TANAGER_ADMIN_PASSWORD', value: '***', source: 'environment' });
  expect(shown).toContainEqual({ key: 'TANAGER_STORE', value: 'esdb://***@one:2113', source: 'environment' });
  expect(shown).toContainEqual({ key: 'TANAGER_USERS_FILE', value: undefined, source: 'default' });
  expect(JSON.stringify(shown) + inspect(result, { depth: 9 })).not.toContain('horse');
});

const corp = { type: 'ldap', url: 'ldaps://ldap.example.com', bindDn: 'cn=tanager', bindPassword: 'hunter2', base: 'dc=example' };
const yaml = `
realm: sales
realms:
  sales: [corp, file]
  support: [file]
resolvers:
  corp: {type: ldap, url: 'ldaps://ldap.example.com', bindDn: cn=tanager, bindPassword: hunter2, base: dc=example}
  file: {type: passwd, file: /etc/tanager/users}
`;

test('reads realms and resolvers from both, the same', () => {
  const fromFile = configOf({}, withFile(yaml));
  const fromEnvironment = configOf({
    TANAGER_REALM: 'sales', TANAGER_REALMS: '{"sales": ["corp", "file"], "support": ["file"]}', TANAGER_RESOLVERS: JSON.stringify({ corp, file: { type: 'passwd', file: '/etc/tanager/users' } }),
  });
  expect(fromFile).toEqual(fromEnvironment);
  expect(fromFile.realms).toEqual({ sales: ['corp', 'file'], support: ['file'] });
  expect(fromFile.resolvers?.['corp']).toMatchObject({ url: ['ldaps://ldap.example.com'], timeout: 5, attributes: { login: 'uid', mobile: 'mobile' } });
  expect((fromFile.resolvers?.['corp'] as unknown as { bindPassword: { reveal(): string } }).bindPassword.reveal()).toBe('hunter2');
});

test.each<[string, unknown, string]>([
  ['resolvers', { corp: { ...corp, url: undefined } }, 'resolvers.corp.url): must be ldap:// or ldaps://'],
  ['resolvers', { corp: { ...corp, url: 'http://ldap.example.com' } }, 'resolvers.corp.url): must be ldap:// or ldaps://'],
  ['resolvers', { corp: { ...corp, url: 'ldaps://user:hunter2@ldap.example.com' } }, 'resolvers.corp.url): must be ldap:// or ldaps://'],
  ['resolvers', { corp: { ...corp, bindPassword: ['hunter2'] } }, 'resolvers.corp.bindPassword): must be of type string'],
  ['resolvers', { corp: { ...corp, bindPassword: undefined } }, 'resolvers.corp.bindPassword): is missing'],
  ['resolvers', { corp: { ...corp, filter: '(uid=alice)' } }, 'resolvers.corp.filter): must have {login}'],
  ['resolvers', { corp: { ...corp, startTls: true } }, 'resolvers.corp.startTls): is for ldap://'],
  ['resolvers', { corp: { ...corp, base: undefined } }, 'resolvers.corp.base): is missing'],
  ['resolvers', { corp: { ...corp, timeout: 0 } }, 'resolvers.corp.timeout): must be more than 0'],
  ['resolvers', { corp: { ...corp, attributes: { mobil: 'x' } } }, 'resolvers.corp.attributes.mobil): there is no such key'],
  ['resolvers', { corp: { ...corp, pasword: 'hunter2' } }, 'resolvers.corp.pasword): there is no such key'],
  ['resolvers', { corp: { type: 'sql' } }, 'resolvers.corp.type): must be passwd, ldap or open'],
  ['resolvers', { 'a b': corp }, 'resolvers.a b): must be named in letters'],
  ['resolvers', ['hunter2'], 'resolvers: must have keys with values'],
  ['realms', {}, 'realms: must have at least one realm'],
  ['realms', { sales: [] }, 'realms.sales): must name at least one resolver'],
  ['realms', { realm1: ['hunter2'] }, 'realms.realm1.0): names a resolver that there is not'],
  ['realms', { Sales: ['corp'], sales: ['corp'] }, 'realms.sales): differs from another realm in case only'],
])('names what is wrong with %s %j by its key, and repeats nothing: %s', (key, value, fault) => {
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  const [first, ...more] = faultsOf({ [`TANAGER_${key.toUpperCase()}`]: written });
  expect(first).toContain(fault.replace(/^(\w+): /, `TANAGER_${key.toUpperCase()}: `));
  expect([first, ...more].join()).not.toContain('hunter2');
  // in the file, it says so
  const { [key]: _, ...others } = { resolvers: { corp }, realms: { realm1: ['corp'] } } as Record<string, unknown>;
  expect(faultsOf({}, withFile(JSON.stringify({ ...others, [key]: value })))[0]).toMatch(/ in \.\/tanager\.yaml\): /);
});

test('what is not JSON is refused, unseen', () => {
  expect(faultsOf({ TANAGER_RESOLVERS: '{"corp": hunter2' })).toEqual(['TANAGER_RESOLVERS: must have keys with values (in the environment: a JSON object)']);
});

test('realms, resolvers, the default realm and the users file go together', () => {
  const TANAGER_RESOLVERS = JSON.stringify({ corp });
  expect(faultsOf({ TANAGER_RESOLVERS, TANAGER_REALMS: '{"sales": ["corp"]}' })).toEqual(['TANAGER_REALM: must be one of the realms: sales']);
  expect(faultsOf({ TANAGER_RESOLVERS, TANAGER_REALMS: '{"sales": ["corp"]}', TANAGER_REALM: 'support' })).toEqual(['TANAGER_REALM: must be one of the realms: sales, not "support"']);
  expect(configOf({ TANAGER_RESOLVERS, TANAGER_REALMS: '{"Sales": ["corp"]}', TANAGER_REALM: 'sales' }).realm).toBe('sales');
  expect(configOf({ TANAGER_RESOLVERS }).realms).toBeUndefined();
  expect(faultsOf({ TANAGER_RESOLVERS, TANAGER_USERS_FILE: '/etc/users' })).toEqual([expect.stringMatching(/^TANAGER_USERS_FILE: cannot stand beside/)]);
});

test('the passwords of resolvers are masked', () => {
  const result = read({}, withFile(yaml));
  if (result.kind === 'faults') throw new Error(result.faults.join());
  const shown = effective(result).find(({ key }) => key === 'TANAGER_RESOLVERS')!;
  expect(JSON.parse(shown.value as string)).toMatchObject({ corp: { bindDn: 'cn=tanager', bindPassword: '***' } });
  expect(JSON.stringify(effective(result)) + inspect(result, { depth: 9 })).not.toContain('hunter2');
});

test('the development gateway must be asked for in production', () => {
  expect(configOf({ NODE_ENV: 'production' }).development).toBe(false);
  expect(configOf({ NODE_ENV: 'production', TANAGER_DEVELOPMENT: 'true' }).development).toBe(true);
});

test('what Kubernetes sets beside a service of our name is not taken for a mistake', () => {
  const links = { TANAGER_SERVICE_HOST: '10.0.0.1', TANAGER_SERVICE_PORT_HTTP: '80', TANAGER_PORT: 'tcp://10.0.0.1:80', TANAGER_PORT_80_TCP: 'tcp://10.0.0.1:80', TANAGER_PORT_80_TCP_ADDR: '10.0.0.1' };
  expect(faultsOf(links)).toEqual([]);
  expect(faultsOf({ TANAGER_PORT: '80' })).toEqual(['TANAGER_PORT: there is no such key – did you mean TANAGER_HTTP_PORT?']);
});

test('the table has every key, its default and its meaning', () => {
  expect(configTable.map(({ key }) => key)).toEqual([
    'TANAGER_HTTP_PORT', 'TANAGER_HTTP_HOST', 'TANAGER_TRUSTED_PROXIES', 'TANAGER_STOP_DELAY', 'TANAGER_DATA_DIR', 'TANAGER_STORE', 'TANAGER_STREAM_PREFIX', 'TANAGER_MASTER_KEY', 'TANAGER_MASTER_KEY_FILE', 'TANAGER_ADMIN_USER', 'TANAGER_ADMIN_PASSWORD',
    'TANAGER_USERS_FILE', 'TANAGER_REALM', 'TANAGER_RESOLVERS', 'TANAGER_REALMS', 'TANAGER_DIALECT', 'TANAGER_SCRIPT_DIR', 'TANAGER_FILE_DIR', 'TANAGER_DEVELOPMENT', 'TANAGER_LOG_LEVEL', 'TANAGER_URL', 'TANAGER_API_KEY',
    'TANAGER_CONFIG_FILE',
  ]);
  expect(configTable.filter(({ meaning }) => meaning === '')).toEqual([]);
  expect(configTable[0]).toEqual({ key: 'TANAGER_HTTP_PORT', fileKey: 'http_port', standard: '8080', meaning: 'Port to listen on; 0 for any free one' });
});
