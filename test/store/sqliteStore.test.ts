import { openSqliteStore } from '../../src/store/sqlite/sqliteStore.js';
import { writerFile } from '../../src/writerFile.js';
import { eventStoreContract } from '../contract/eventStore.js';
import { temporaryFolder } from '../fixtures/folder.js';

eventStoreContract('The SQLite store', async () => {
  const folder = temporaryFolder();
  const { store } = await openSqliteStore({ folder, writer: writerFile });
  return {
    store,
    reopen: async () => {
      await store.close();
      return (await openSqliteStore({ folder, writer: writerFile })).store;
    },
  };
});
