import { openMemoryStore } from '../../src/store/memory/memoryStore.js';
import { eventStoreContract } from '../contract/eventStore.js';

eventStoreContract('The memory store', async () => ({ store: openMemoryStore().store }));
