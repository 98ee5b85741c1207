import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { parse } from 'yaml';
import { configTable } from '../../src/config.js';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly user?: string;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean } | null>>;
}

const root = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
/** `!override` has a list take the place of the one in the file below. */
const compose = (file: string): Compose => parse(read(file), { merge: true, customTags: [{ tag: '!override', collection: 'seq' }] }) as Compose;

const plain = compose('docker-compose.yml');
const secure = compose('docker-compose.secure.yml');
const files = [['docker-compose.yml', plain], ['docker-compose.secure.yml', secure]] as const;
const nodes = ['node1', 'node2', 'node3'];
const instances = ['tanager1', 'tanager2'];
const once = ['first-gateway', 'certificates', 'cluster-user'];
const servicesOf = ({ services }: Compose) => Object.entries(services);
/** As Docker reads it, every variable being `x`. */
const filledIn = (text: string): string => text.replace(/\$\{(\w+)(:[-?][^}]*)?\}/g, (_, __, rest: string | undefined) => (rest?.startsWith(':-') ? rest.slice(2) : 'x'));

test('there are three nodes, two instances, a proxy, and a gateway that shows SMS', () => {
  expect(Object.keys(plain.services)).toEqual([...nodes, ...instances, 'proxy', 'sms', 'first-gateway']);
  expect(Object.keys(secure.services).filter((name) => !(name in plain.services))).toEqual(['certificates', 'cluster-user']);
});

describe.each(files)('%s', (file, { services, volumes, networks }) => {
  test('sets only keys of the service that there are', () => {
    const known = configTable.map(({ key }) => key);
    const set = Object.values(services).flatMap(({ environment = {} }) => Object.keys(environment)).filter((key) => key.startsWith('TANAGER_'));
    expect(set.filter((key) => !known.includes(key))).toEqual([]);
    expect(set).toContain('TANAGER_STORE');
  });

  test('holds no password and no key: each comes from outside, and nothing starts without', () => {
    for (const { environment = {} } of Object.values(services)) {
      for (const [key, value] of Object.entries(environment).filter(([name]) => /PASSWORD|MASTER_KEY|SECRET/.test(name))) expect([key, value]).toEqual([key, expect.stringMatching(/^\$\{\w+:\?[^}]+\}$/)]);
    }
    expect(read(file)).not.toMatch(/changeit/i);
    expect(read(file)).not.toMatch(/esdb:\/\/\w+:(?!\$\{\w+:\?)[^@\n]*@/);
  });

  test('asks for what .env.example explains, and leaves what is secret to whoever fills it in', () => {
    const asked = [...read(file).matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name!);
    expect(asked.filter((name) => !new RegExp(`^${name}=$`, 'm').test(read('.env.example')))).toEqual([]);
  });

  test('mounts files that there are, and volumes that it names', () => {
    for (const [name, service] of Object.entries(services)) {
      for (const [source = ''] of (service.volumes ?? []).map((volume) => volume.split(':'))) {
        if (source.startsWith('.')) expect([name, source, existsSync(join(root, source))]).toEqual([name, source, true]);
        else expect({ ...plain.volumes, ...volumes }).toHaveProperty(source);
      }
    }
  });

  test('waits for services that there are, by a condition', () => {
    for (const { depends_on = {} } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect({ ...plain.services, ...services }).toHaveProperty(name);
        expect(condition).toMatch(once.includes(name) ? /^service_completed_successfully$/ : /^service_(healthy|started)$/);
      }
    }
  });

  test('every new service gives up what it does not need', () => {
    for (const [name, service] of Object.entries(services).filter(([, { image }]) => image !== undefined)) {
      expect([name, service.cap_drop, service.security_opt, service.privileged]).toEqual([name, ['ALL'], ['no-new-privileges:true'], undefined]);
      // what the nodes write beside their data is theirs to choose
      expect([name, service.read_only]).toEqual([name, nodes.includes(name) ? undefined : true]);
      if (!once.includes(name)) expect([name, service.restart, service.healthcheck?.test[0]]).toEqual([name, 'unless-stopped', 'CMD']);
      expect([name, /^[\w./-]+:[\w.-]+$|^tanager$/.test(filledIn(service.image!))]).toEqual([name, true]);
    }
  });

  test('networks that are for the cluster only have no way out', () => {
    if (networks) expect(networks).toEqual({ cluster: { internal: true }, service: null });
  });

  test('connection strings are what the client reads, without an option that it does not know', () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation();
    for (const { environment = {} } of Object.values(services)) {
      const store = environment['TANAGER_STORE'] ?? environment['CLUSTER'];
      if (store === undefined) continue;
      const { hosts, tls, tlsCAFile, defaultCredentials } = parseConnectionString(filledIn(store));
      expect(hosts).toEqual(nodes.map((address) => ({ address, port: 2113 })));
      expect([tls, tlsCAFile]).toEqual(file.includes('secure') ? [true, '/certificates/ca/ca.crt'] : [false, undefined]);
      if (environment['TANAGER_STORE'] && tls) expect(defaultCredentials).toEqual({ username: 'tanager', password: 'x' });
    }
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});

test('only the service is open to other machines, and only with TLS', () => {
  expect(servicesOf(plain).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]))).toEqual([['proxy', '127.0.0.1:8080:8080'], ['sms', '127.0.0.1:8081:8081']]);
  expect(servicesOf(secure).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]))).toEqual([['proxy', '8443:8443']]);
  expect(read('docker-compose.secure.yml')).toContain('ports: !override ["8443:8443"]');
  for (const name of ['sms', 'first-gateway']) expect(secure.services[name]!.profiles).toEqual(['display']);
});

test('instances differ in their volumes only, and each node knows the other two', () => {
  const { volumes: first, ...one } = plain.services['tanager1']!;
  const { volumes: second, ...two } = plain.services['tanager2']!;
  expect(one).toEqual(two);
  expect([first, second]).toEqual([['tanager1:/data'], ['tanager2:/data']]);
  for (const name of nodes) {
    const { environment = {}, volumes } = plain.services[name]!;
    expect(environment['EVENTSTORE_GOSSIP_SEED']).toBe(nodes.filter((other) => other !== name).map((other) => `${other}:2113`).join());
    expect([environment['EVENTSTORE_NODE_HOST_ADVERTISE_AS'], environment['EVENTSTORE_REPLICATION_HOST_ADVERTISE_AS']]).toEqual([name, name]);
    expect(volumes).toEqual([`${name}:/var/lib/eventstore`]);
  }
});

test('with TLS no node is insecure, none keeps a password that everybody knows, and each sees its own key only', () => {
  for (const name of nodes) {
    const { environment = {}, volumes } = secure.services[name]!;
    expect(environment['EVENTSTORE_INSECURE']).toBe('false');
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(['EVENTSTORE_DEFAULT_ADMIN_PASSWORD', 'EVENTSTORE_DEFAULT_OPS_PASSWORD']));
    expect(volumes).toEqual(['ca:/certificates/ca:ro', `certificate${name.slice(-1)}:/certificates/node:ro`]);
  }
  const withAuthority = servicesOf(secure).filter(([, { volumes = [] }]) => volumes.some((volume) => volume.startsWith('authority:')));
  expect(withAuthority.map(([name]) => name)).toEqual(['certificates']);
});
