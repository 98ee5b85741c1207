import { eventStoreContract } from '../contract/eventStore.js';
import { eventStoreDbForTests } from '../fixtures/eventstoredb/forTests.js';
import { openUnderTest } from '../fixtures/eventstoredb/storeUnderTest.js';

jest.setTimeout(30_000);
const server = eventStoreDbForTests();

eventStoreContract('The EventStoreDB store', openUnderTest(server), { gapless: false });
