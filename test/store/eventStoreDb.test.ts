import { randomUUID } from 'node:crypto';
import { openEventStoreDb, type EventStoreDbOptions } from '../../src/store/eventstoredb/eventStoreDbStore.js';
import { eventStoreContract } from '../contract/eventStore.js';
import { eventStoreDbForTests } from '../fixtures/eventstoredb/forTests.js';
import { temporaryFolder } from '../fixtures/folder.js';

jest.setTimeout(30_000);
const server = eventStoreDbForTests();

const openWith = (options: Partial<EventStoreDbOptions>) => async () => {
  const folder = temporaryFolder();
  const prefix = `test-${randomUUID()}-`;
  const openOver = async () => {
    const opened = await openEventStoreDb({ connectionString: server.connectionString, prefix, folder, projections: [], ...options });
    await opened.follow(() => ({}));
    return opened.store;
  };
  let current = await openOver();
  return {
    store: current,
    reopen: async () => {
      await current.close();
      return (current = await openOver());
    },
  };
};

eventStoreContract('The EventStoreDB store', openWith({}), { gapless: false });
// so that what is read comes from the server, as it does for whoever is far behind
eventStoreContract('The EventStoreDB store without events in memory', openWith({ recent: { records: 0, bytes: 0 } }), { gapless: false });
