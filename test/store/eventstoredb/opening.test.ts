import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Projection } from '../../../src/projections/projection.js';
import { openEventStoreDb, type EventStoreDbOptions } from '../../../src/store/eventstoredb/eventStoreDbStore.js';
import { startEventStoreDb, type EventStoreDbServer } from '../../fixtures/eventstoredb/server.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { record, records } from '../../fixtures/record.js';
import { selfSigned } from '../../fixtures/selfSigned.js';

jest.setTimeout(20_000);
const servers: EventStoreDbServer[] = [];
const start = async (options: Parameters<typeof startEventStoreDb>[0] = {}) => {
  servers.push(await startEventStoreDb(options));
  return servers.at(-1)!;
};
afterAll(() => Promise.all(servers.map((server) => server.stop())));

const open = async (connectionString: string, options: Partial<EventStoreDbOptions> = {}) => {
  const opened = await openEventStoreDb({ connectionString, prefix: 'p-', folder: temporaryFolder(), projections: [], patience: { allTries: 2_000 }, ...options });
  await opened.follow(() => ({}));
  return opened;
};
const messageOf = (opening: Promise<unknown>): Promise<string> => opening.then(() => 'opened', (error: Error) => error.message);

describe('a connection string', () => {
  const folder = temporaryFolder();
  const file = (name: string, text: string) => { writeFileSync(join(folder, name), text); return join(folder, name); };
  const own = selfSigned();
  const tlsCAFile = file('ca.pem', own.cert);
  const users = { admin: 'right' };

  it('can say TLS with an authority of one\'s own, name and password', async () => {
    const server = await start({ tls: own, users, credentials: { username: 'admin', password: 'right' }, parameters: { tlsCAFile }, nodes: 3 });
    const { store } = await open(server.connectionString);
    expect(await store.append('s', 'none', [record()])).toMatchObject({ kind: 'appended' });
    await store.close();
  });

  it('can say a certificate of the client', async () => {
    const ours = selfSigned(['client']);
    const server = await start({
      tls: { ...own, clientCa: ours.cert }, users, credentials: { username: 'admin', password: 'right' },
      parameters: { tlsCAFile, userCertFile: file('client.pem', ours.cert), userKeyFile: file('client.key', ours.key) },
    });
    const { store } = await open(server.connectionString);
    expect(await store.append('s', 'none', [record()])).toMatchObject({ kind: 'appended' });
    await store.close();
  });

  it('whose password is wrong is refused, and not shown', async () => {
    const server = await start({ tls: own, users, credentials: { username: 'admin', password: 'guessed' }, parameters: { tlsCAFile } });
    const message = await messageOf(open(server.connectionString));
    expect(message).toMatch(/the event store cannot be opened/);
    expect(message).not.toContain('guessed');
  });

  it('whose authority did not sign the server is refused', async () => {
    const server = await start({ tls: own, users, parameters: { tlsCAFile: file('other.pem', selfSigned().cert) } });
    expect(await messageOf(open(server.connectionString))).toMatch(/the event store cannot be opened/);
  });

  it.each([
    ['esdb://root:hunter2@one:port?tls=false', /hosts with their ports/],
    ['esdb://root:hunter2@one:2113?tls=perhaps', /tls/i],
    ['esdb://root:hunter2@one:2113?tlsCAFile=/nowhere/ca.pem', /File was not found/],
    ['esdb://root:hunter2@one:2113?nonsense=1', /nonsense/],
  ])('that cannot be read is refused without its password: %s', async (connectionString, reason) => {
    const message = await messageOf(open(connectionString));
    expect(message).toMatch(reason);
    expect(message).not.toMatch(/hunter2|root/);
  });

  it('is nothing to open when the client was told to print passwords', async () => {
    const before = process.env['DEBUG'];
    process.env['DEBUG'] = 'express,esdb:*';
    try {
      expect(await messageOf(open('esdb://one:2113'))).toMatch(/DEBUG/);
    } finally {
      if (before === undefined) delete process.env['DEBUG'];
      else process.env['DEBUG'] = before;
    }
  });
});

describe('the store', () => {
  let server: EventStoreDbServer;
  beforeAll(async () => { server = await start(); });

  it('says that nobody answers, in a bounded time', async () => {
    const gone = await startEventStoreDb();
    await gone.stop();
    expect(await messageOf(open(gone.connectionString))).toMatch(/the event store cannot be opened/);
  });

  it('sends every append as a call of its own', async () => {
    await server.control.forgetCalls();
    const { store } = await open(server.connectionString, { prefix: 'unary-' });
    await Promise.all(Array.from({ length: 20 }, (_, number) => store.append(`s${number}`, 'none', [record()])));
    const calls = await server.control.calls();
    expect(Object.keys(calls).filter((method) => /batch/i.test(method))).toEqual([]);
    expect(calls['append']).toBeGreaterThanOrEqual(20);
    await store.close();
  });

  it('lets one process have a folder', async () => {
    const folder = temporaryFolder();
    const { store } = await open(server.connectionString, { folder });
    expect(await messageOf(open(server.connectionString, { folder }))).toMatch(/in use by another process/);
    await store.close();
    await (await open(server.connectionString, { folder })).store.close();
  });

  it('has nothing to do with streams of another prefix, nor with events of others in its own', async () => {
    const [one, other] = [await open(server.connectionString, { prefix: 'one-' }), await open(server.connectionString, { prefix: 'one-more-' })];
    await one.store.append('s', 'none', records(2));
    await other.store.append('s', 'none', records(3));
    await one.caughtUp();
    // `one-more-s` begins with `one-`: whoever chooses prefixes chooses such that none begins another
    expect((await other.store.readAll(0, 100)).records).toHaveLength(3);
    expect(await one.store.readStream('s', 0, 10)).toHaveLength(2);
    expect(await one.store.identity()).not.toBe(await other.store.identity());
    await Promise.all([one.store.close(), other.store.close()]);
  });

  it('makes its file anew when it followed another log', async () => {
    const folder = temporaryFolder();
    const first = await open(server.connectionString, { prefix: 'first-', folder });
    await first.store.append('s', 'none', records(2));
    await first.store.close();
    const second = await open(server.connectionString, { prefix: 'second-', folder });
    expect(second.isMadeAnew).toBe(true);
    expect((await second.store.readAll(0, 10)).records).toEqual([]);
    await second.store.close();
    const again = await open(server.connectionString, { prefix: 'second-', folder });
    expect(again.isMadeAnew).toBe(false);
    await again.store.close();
  });

  it('knows where events lie of which an old server does not say it', async () => {
    const old = await start({ streamPositions: false, serverFeatures: false, caughtUp: false, checkpoints: 'interval' });
    const { store } = await open(old.connectionString);
    const answer = await store.append('s', 'none', records(2));
    expect(answer).toMatchObject({ kind: 'appended', revision: 1 });
    expect((await store.readStream('s', 0, 10))[1]).toMatchObject({ position: (answer as { position: number }).position });
    await store.close();
  });

  it('is up to date where checkpoints run ahead of events', async () => {
    const ahead = await start({ checkpoints: 'ahead' });
    const [one, other] = [await open(ahead.connectionString), await open(ahead.connectionString)];
    for (let number = 0; number < 20; number++) {
      await one.store.append(`s${number}`, 'none', [record()]);
      await other.caughtUp();
      expect((await other.store.readAllBackwards(Number.MAX_SAFE_INTEGER, 1)).records[0]?.stream).toBe(`s${number}`);
    }
    await Promise.all([one.store.close(), other.store.close()]);
  });

  const enabled = () => record({ type: 'TokenEnabled', data: '{}' });
  const counting = (version: number): Projection => ({
    name: 'counts', version, types: ['TokenEnabled'], tables: ['CREATE TABLE {counts} (stream TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT'],
    apply: ({ stream }, sql) => sql.run('INSERT INTO {counts} VALUES (?, ?) ON CONFLICT (stream) DO UPDATE SET n = n + ?', stream, version, version),
  });
  const countIn = (readModels: { get<Row>(statement: string, ...parameters: readonly unknown[]): Row | undefined }, stream: string) =>
    readModels.get<{ n: number }>('SELECT n FROM {counts} WHERE stream = ?', stream)?.n;

  it('projects what it writes before it answers, and what others write', async () => {
    const prefix = 'projected-';
    const [one, other] = [await open(server.connectionString, { prefix, projections: [counting(1)] }), await open(server.connectionString, { prefix, projections: [counting(1)] })];
    for (let n = 1; n <= 5; n++) {
      await one.store.append('s', 'any', [enabled()]);
      expect(countIn(one.readModels, 's')).toBe(n);
    }
    await other.caughtUp();
    expect(countIn(other.readModels, 's')).toBe(5);
    await Promise.all([one.store.close(), other.store.close()]);
  });

  it('rebuilds a projection of another version beside the old one, and goes on from there', async () => {
    const folder = temporaryFolder();
    const prefix = 'rebuilt-';
    const before = await open(server.connectionString, { prefix, folder, projections: [counting(1)] });
    await before.store.append('s', 'none', records(700, { type: 'TokenEnabled', data: '{}' }));
    await before.store.append('s', 699, records(700, { type: 'TokenEnabled', data: '{}' }));
    await before.store.close();
    const meanwhile = await open(server.connectionString, { prefix });
    await meanwhile.store.append('s', 1399, records(3, { type: 'TokenEnabled', data: '{}' }));
    const after = await openEventStoreDb({ connectionString: server.connectionString, prefix, folder, projections: [counting(10)] });
    expect(after.stale).toEqual(['counts']);
    expect(await after.rebuild(() => ({}))).toBe(1400);
    expect(countIn(after.readModels, 's')).toBe(14_000);
    await after.follow(() => ({}));
    expect(countIn(after.readModels, 's')).toBe(14_030);
    await after.store.append('s', 1402, [enabled()]);
    expect(countIn(after.readModels, 's')).toBe(14_040);
    await Promise.all([after.store.close(), meanwhile.store.close()]);
  });

  it('stops where a projection cannot take an event, and says which', async () => {
    const broken: Projection = { ...counting(1), apply: () => { throw new Error('no room for it'); } };
    const prefix = 'broken-';
    const writing = await open(server.connectionString, { prefix });
    const fault = new Promise<string>((resolve) => {
      void open(server.connectionString, { prefix, projections: [broken], onFault: resolve });
    });
    await writing.store.append('s', 'none', [enabled()]);
    expect(await fault).toMatch(/projection counts cannot take TokenEnabled \(s, revision 0\): no room for it/);
    await writing.store.close();
  });
});
