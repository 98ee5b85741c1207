import { eventStoreDbServerContract } from '../../contract/eventStoreDbServer.js';
import { startEventStoreDb, type EventStoreDbServer } from '../../fixtures/eventstoredb/server.js';

/**
 * The stand-in is honest as far as it passes what a real server passes. To try that on one:
 * TANAGER_TEST_ESDB='esdb://admin:changeit@127.0.0.1:2113?tls=false' npx jest test/store/eventstoredb/server.test.ts
 */
const named = process.env['TANAGER_TEST_ESDB'];
if (named !== undefined) eventStoreDbServerContract('the server that TANAGER_TEST_ESDB names', () => Promise.resolve({ connectionString: named }));

let server: EventStoreDbServer | undefined;
eventStoreDbServerContract('the stand-in', async () => {
  server = await startEventStoreDb();
  return server;
});
afterAll(() => server?.stop());
