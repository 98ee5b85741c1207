import { EventStoreDBClient } from '@eventstore/db-client';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collected, refusal } from '../fixtures/eventstoredb/client.js';
import { startEventStoreDb, type EventStoreDbServer } from '../fixtures/eventstoredb/server.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { runScript } from '../fixtures/script.js';
import { selfSigned } from '../fixtures/selfSigned.js';

let server: EventStoreDbServer;
beforeAll(async () => {
  const tls = selfSigned();
  const tlsCAFile = join(temporaryFolder(), 'ca.crt');
  writeFileSync(tlsCAFile, tls.cert);
  server = await startEventStoreDb({ nodes: 3, tls, users: { admin: 'of-the-admin' }, parameters: { tlsCAFile } });
});
afterAll(() => server.stop());

const run = (password = 'of-the-admin', patience = '20') => runScript('clusterUser.mjs', {
  CLUSTER: server.connectionString, EVENTSTORE_ADMIN_PASSWORD: password, CLUSTER_USER: 'tanager', CLUSTER_PASSWORD: 'of-the-service', PATIENCE: patience,
  // certificates are for names on a real cluster, and Node warns of addresses
  NODE_NO_WARNINGS: '1',
});
const readAll = () => {
  const client = EventStoreDBClient.connectionString(server.connectionString.replace('esdb://', 'esdb://tanager:of-the-service@'));
  return collected(client.readAll({ maxCount: 1 })).finally(() => client.dispose());
};

test('who cannot prove to be the administrator makes nobody, and hears why', async () => {
  const [said, code] = await run('a-wrong-one', '0');
  expect(said).toMatch(/^The user of the cluster was not made: /);
  expect(said).not.toContain('a-wrong-one');
  expect(code).toBe(1);
  expect(await refusal(readAll())).toBeInstanceOf(Error);
});

test('the user is made as soon as the cluster has a leader, and may read all streams', async () => {
  await server.control.lead(1, 1_500);
  expect(await run()).toEqual(['User tanager: made\nIts right to read $all: given\n', 0]);
  expect(await readAll()).toHaveLength(1);
});

test('a second time nothing is done', async () => {
  const { head } = await server.control.state();
  expect(await run()).toEqual(['User tanager: there already\nIts right to read $all: there already\n', 0]);
  expect((await server.control.state()).head).toBe(head);
});
