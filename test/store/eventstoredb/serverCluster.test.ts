import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, FOLLOWER, jsonEvent, LEADER, streamNameFilter, type EventData } from '@eventstore/db-client';
import { collected, follow, refusal } from '../../fixtures/eventstoredb/client.js';
import { startEventStoreDb, type EventStoreDbServer } from '../../fixtures/eventstoredb/server.js';

/** Three nodes that share a log. */
describe('the stand-in for EventStoreDB as a cluster', () => {
  let server: EventStoreDbServer;
  let client: EventStoreDBClient;
  /** A client of one node alone. */
  let nodes: EventStoreDBClient[];
  const credentials = { username: 'admin', password: 'changeit' };
  beforeEach(async () => {
    server = await startEventStoreDb({ nodes: 3, parameters: { nodePreference: 'leader' } });
    client = EventStoreDBClient.connectionString(server.connectionString);
    nodes = server.ports.map((port) => EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`));
  });
  afterEach(async () => {
    await Promise.all([client, ...nodes].map((one) => one.dispose()));
    await server.stop();
  });

  const event = (): EventData => jsonEvent({ id: randomUUID(), type: 'Happened', data: {} });
  const append = (by: EventStoreDBClient, expectedRevision: 'any' | 'no_stream' | bigint = 'any', requiresLeader = false) => by.appendToStream('clustered', event(), { expectedRevision, credentials, requiresLeader });
  const length = async (by: EventStoreDBClient, requiresLeader = false) => (await collected(by.readStream('clustered', { credentials, requiresLeader }))).length;

  it('tells its members, and leads a client to the node that it prefers', async () => {
    expect(server.ports).toHaveLength(3);
    await append(client);
    const follower = new EventStoreDBClient({ endpoints: server.ports.map((port) => ({ address: '127.0.0.1', port })), nodePreference: FOLLOWER }, { insecure: true });
    expect(await refusal(append(follower, 'any', true))).toMatchObject({ type: 'not-leader', leader: { port: server.ports[0] } });
    expect(await append(follower, 'any', true)).toMatchObject({ success: true });
    const leading = new EventStoreDBClient({ endpoints: server.ports.map((port) => ({ address: '127.0.0.1', port })), nodePreference: LEADER }, { insecure: true });
    expect(await append(leading, 'any', true)).toMatchObject({ success: true });
    await Promise.all([follower.dispose(), leading.dispose()]);
  });

  it('passes on what a follower is asked to write, but for whoever wants the leader', async () => {
    expect(await append(nodes[2]!)).toMatchObject({ nextExpectedRevision: 0n });
    expect(await length(nodes[1]!)).toBe(1);
    const refused = { type: 'not-leader', leader: { address: '127.0.0.1', port: server.ports[0] } };
    expect(await refusal(append(nodes[2]!, 'any', true))).toMatchObject(refused);
    expect(await refusal(length(nodes[1]!, true))).toMatchObject(refused);
    // the two clients have gone to the leader by now
    expect([await length(nodes[1]!, true), (await append(nodes[2]!, 'any', true)).success]).toEqual([1, true]);
    const third = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${server.ports[1]}?tls=false`);
    expect(await follow(third.subscribeToAll({ requiresLeader: true, credentials })).failed()).toMatchObject(refused);
    await third.dispose();
  });

  it('has followers that lag behind', async () => {
    await append(client);
    await server.control.node(1, { lag: 400 });
    const subscription = follow(nodes[1]!.subscribeToAll({ filter: streamNameFilter({ prefixes: ['clustered'] }), credentials }));
    await subscription.next(1);
    await append(client, 0n);
    expect([await length(client), await length(nodes[1]!)]).toEqual([2, 1]);
    expect(await collected(nodes[1]!.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1, credentials }))).toMatchObject([{ event: { revision: 0n, streamId: 'clustered' } }]);
    await subscription.next(2);
    expect(await length(nodes[1]!)).toBe(2);
    await subscription.unsubscribe();
  });

  it('changes its leader, with a time without one', async () => {
    const before = await append(client, 'no_stream');
    await server.control.lead(2, 150);
    expect(await refusal(append(client))).toMatchObject({ type: 'unavailable', message: expect.stringContaining('Server Is Not Ready') });
    const again = async (): Promise<Awaited<ReturnType<typeof append>>> => append(nodes[2]!, 0n, true).catch(again);
    const after = await again();
    // a term of its own is in the log
    expect(after.position!.commit - before.position!.commit).toBeGreaterThan(200n);
    expect((await server.control.state()).leader).toBe(2);
    expect(await append(client)).toMatchObject({ success: true });
    expect(await refusal(append(nodes[0]!, 'any', true))).toMatchObject({ type: 'not-leader', leader: { port: server.ports[2] } });
  });

  it('may not be asked who is in it', async () => {
    await server.control.rule({ on: 'gossip', next: 3, then: { kind: 'status', code: 'unavailable' } });
    expect(await append(client)).toMatchObject({ success: true });
    expect(await server.control.calls()).toEqual({ append: 1 });
  });

  it('goes on without a node', async () => {
    await append(client);
    await server.control.node(0, { up: false });
    expect(await refusal(append(client))).toMatchObject({ type: 'unavailable' });
    expect(await append(client)).toMatchObject({ nextExpectedRevision: 1n });
    const { leader, nodes: states } = await server.control.state();
    expect([leader, states.map(({ isUp }) => isUp)]).toEqual([1, [false, true, true]]);
    await server.control.node(0, { up: true });
    expect(await length(nodes[0]!)).toBe(2);
  });

  it('goes back to a backup on all nodes', async () => {
    await append(client);
    await server.control.backup('first');
    await append(client);
    await server.control.restore('first');
    const lengths = nodes.map(async (node) => { for (;;) { try { return await length(node); } catch { /* the connection was cut */ } } });
    expect(await Promise.all(lengths)).toEqual([1, 1, 1]);
  });
});
