import { writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { collected, refusal } from '../../fixtures/eventstoredb/client.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { selfSigned } from '../../fixtures/selfSigned.js';
import { startEventStoreDb, type EventStoreDbOptions, type EventStoreDbServer } from '../../fixtures/eventstoredb/server.js';

describe('who may do what on the stand-in for EventStoreDB', () => {
  const folder = temporaryFolder();
  const file = (name: string, text: string) => { writeFileSync(join(folder, name), text); return join(folder, name); };
  const own = selfSigned();
  const tlsCAFile = file('ca.pem', own.cert);
  const open = (options: EventStoreDbOptions = {}) => startEventStoreDb({ tls: { ...own }, users: { admin: 'right', service: 'also right' }, parameters: { tlsCAFile }, ...options });
  const servers: EventStoreDbServer[] = [];
  const clients: EventStoreDBClient[] = [];
  const client = (connectionString: string) => { clients.push(EventStoreDBClient.connectionString(connectionString)); return clients.at(-1)!; };
  afterAll(async () => {
    await Promise.all(clients.map((one) => one.dispose()));
    await Promise.all(servers.map((one) => one.stop()));
  });
  const append = (by: EventStoreDBClient, credentials?: { username: string; password: string }, stream = 'guarded') =>
    by.appendToStream(stream, jsonEvent({ id: randomUUID(), type: 'Happened', data: {} }), { ...(credentials && { credentials }) });

  it('is a matter of name and password with TLS', async () => {
    const server = await open();
    servers.push(server);
    const anonymous = client(server.connectionString);
    const [admin, service] = [{ username: 'admin', password: 'right' }, { username: 'service', password: 'also right' }];
    expect(await append(anonymous, admin)).toMatchObject({ success: true });
    expect(await append(anonymous, service)).toMatchObject({ success: true });
    expect(await collected(anonymous.readStream('guarded', { credentials: service }))).toHaveLength(2);
    expect(await refusal(append(anonymous, { username: 'admin', password: 'wrong' }))).toMatchObject({ type: 'access-denied', code: 16 });
    expect(await refusal(append(anonymous, { username: 'nobody', password: 'right' }))).toMatchObject({ type: 'access-denied', code: 16 });
    // without credentials it goes by the batch
    expect(await refusal(append(anonymous))).toMatchObject({ type: 'access-denied' });
    expect(await refusal(collected(anonymous.readStream('guarded')))).toMatchObject({ type: 'access-denied', code: 7 });
    expect(await refusal(collected(anonymous.readAll({ credentials: service })))).toMatchObject({ type: 'access-denied' });
    expect((await collected(anonymous.readAll({ credentials: admin }))).length).toBeGreaterThan(2);
    expect(await refusal(append(anonymous, service, '$own'))).toMatchObject({ type: 'access-denied' });
  });

  it('may be in the connection string, of a cluster too', async () => {
    const server = await open({ nodes: 3, credentials: { username: 'service', password: 'also right' } });
    servers.push(server);
    expect(await append(client(server.connectionString))).toMatchObject({ success: true });
  });

  it('asks for a certificate that the client trusts', async () => {
    const server = await open({ parameters: { tlsCAFile: file('other.pem', selfSigned().cert) } });
    servers.push(server);
    expect(await refusal(append(client(server.connectionString), { username: 'admin', password: 'right' }))).toMatchObject({ type: 'unavailable' });
  });

  it('can ask the client for a certificate', async () => {
    const trusted = selfSigned(['client']);
    const server = await open({ tls: { ...own, clientCa: trusted.cert } });
    servers.push(server);
    const admin = { username: 'admin', password: 'right' };
    expect(await refusal(append(client(server.connectionString), admin))).toMatchObject({ type: 'unavailable' });
    const certificate = new URLSearchParams({ userCertFile: file('client.pem', trusted.cert), userKeyFile: file('client.key', trusted.key) });
    expect(await append(client(`${server.connectionString}&${certificate}`), admin)).toMatchObject({ success: true });
  });

  it('is everybody without TLS, whatever the credentials', async () => {
    const server = await startEventStoreDb();
    servers.push(server);
    expect(await append(client(server.connectionString), { username: 'nobody', password: 'nothing' })).toMatchObject({ success: true });
    // a client that speaks TLS is not understood
    const socket = connect({ port: server.ports[0]!, rejectUnauthorized: false });
    await new Promise((resolve) => { socket.on('error', resolve); socket.on('close', resolve); });
  });

  it('knows the question for its features or not, and gives positions with streams or not', async () => {
    const old = await startEventStoreDb({ serverFeatures: false });
    const recent = await startEventStoreDb({ streamPositions: true });
    servers.push(old, recent);
    const [onOld, onRecent] = [client(old.connectionString), client(recent.connectionString)];
    const written = await append(onRecent);
    await append(onOld);
    expect([await old.control.calls(), await recent.control.calls()]).toEqual([{ append: 1 }, { batchAppend: 1 }]);
    const position = async (by: EventStoreDBClient) => (await collected(by.readStream('guarded')))[0]!.event!.position;
    expect(await position(onOld)).toEqual({ commit: 18446744073709551615n, prepare: 18446744073709551615n });
    expect(await position(onRecent)).toEqual(written.position);
  });
});
