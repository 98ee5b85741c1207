import { eventStoreContract } from '../contract/eventStore.js';
import { eventStoreDbForTests } from '../fixtures/eventstoredb/forTests.js';
import { openUnderTest } from '../fixtures/eventstoredb/storeUnderTest.js';

jest.setTimeout(30_000);
const server = eventStoreDbForTests();

// without events in memory, so that everything that is read comes from the server, as it does for whoever is far behind
eventStoreContract('The EventStoreDB store, read from the server', openUnderTest(server, { recent: { records: 0, bytes: 0 } }), { gapless: false });
