import { eventStoreDbServerContract } from '../../contract/eventStoreDbServer.js';
import { startEventStoreDb, type EventStoreDbServer } from '../../fixtures/eventstoredb/server.js';

const named = process.env['TANAGER_TEST_ESDB'];
if (named !== undefined) eventStoreDbServerContract('the server that TANAGER_TEST_ESDB names', () => Promise.resolve({ connectionString: named }));

let server: EventStoreDbServer | undefined;
eventStoreDbServerContract('the stand-in', async () => {
  server = await startEventStoreDb();
  return server;
});
afterAll(() => server?.stop());
