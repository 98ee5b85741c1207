import { loadMasterKey } from '../../src/security/masterKey.js';
import { memoryKeys } from '../../src/security/memoryKeys.js';
import { openVault } from '../../src/security/vault.js';
import { Journal } from '../../src/store/journal.js';
import { openMemoryStore } from '../../src/store/memory/memoryStore.js';
import { contextOf } from '../fixtures/service.js';

/** Two instances on one store and one store of keys. */
const twoInstances = async () => {
  const master = loadMasterKey({ given: Buffer.alloc(32, 7).toString('hex'), file: '', mayCreate: false });
  if (master.kind !== 'ready') throw new Error(master.message);
  const { key } = master;
  const { store } = openMemoryStore();
  const keys = memoryKeys();
  const instance = async (name: string) => {
    const opened = await openVault({ master: key, keys });
    if (opened.kind !== 'open') throw new Error(opened.message);
    return { vault: opened.vault, journal: new Journal(store, opened.vault, name) };
  };
  return { here: await instance('here'), there: await instance('there'), store };
};

/** What the other instance can seal under after a person was erased here, having met the erasure in one way or another. */
const sealedAfterErasure = async (meet: (journal: Journal, store: Awaited<ReturnType<typeof twoInstances>>['store']) => Promise<unknown>) => {
  const { here, there, store } = await twoInstances();
  const stream = 'token-T';
  await here.journal.append(stream, 'none', [{ type: 'TokenDescribed', data: { description: 'before' } }], contextOf());
  await there.vault.keyFor(stream);
  await here.vault.destroy(stream);
  await here.journal.append(stream, 0, [{ type: 'PersonErased', data: {} }], { ...contextOf(), client: undefined });
  await meet(there.journal, store);
  await there.journal.append(stream, 1, [{ type: 'TokenDescribed', data: { description: 'after' } }], contextOf());
  const [before, , after] = await here.journal.read(stream);
  return Promise.all([before, after].map((event) => here.journal.unseal(stream, event!.type === 'TokenDescribed' ? event!.data.description : undefined)));
};

it.each([
  ['reads the stream', (journal: Journal) => journal.read('token-T')],
  ['shows the event to its read models', async (journal: Journal, store: Awaited<ReturnType<typeof twoInstances>>['store']) => journal.lookUps((await store.readStream('token-T', 1, 1))[0]!)],
])('an instance that %s seals nothing under a key that another has destroyed', async (_how, meet) => {
  expect(await sealedAfterErasure(meet)).toEqual([undefined, 'after']);
});

it('an instance that has not met the erasure would, and nobody could read it', async () => {
  expect(await sealedAfterErasure(async () => undefined)).toEqual([undefined, undefined]);
});

it.each([
  ['at once', 0, 5],
  ['after it has tried for long by itself', 15_000, 1],
])('a store that does not know %s is asked as often as is of use', async (_, milliseconds, times) => {
  const { here, store } = await twoInstances();
  let now = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
  const asked = jest.spyOn(store, 'append').mockImplementation(async () => {
    now += milliseconds;
    return { kind: 'unknown', reason: 'no answer' };
  });
  expect(await here.journal.append('token-T', 'none', [{ type: 'TokenDisabled', data: {} }], { ...contextOf(), client: undefined })).toEqual({ kind: 'unknown', reason: 'no answer' });
  expect(asked).toHaveBeenCalledTimes(times);
  clock.mockRestore();
});
