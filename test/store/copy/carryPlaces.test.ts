import { carryPlaces } from '../../../src/store/copy/carryPlaces.js';
import { openMemoryStore } from '../../../src/store/memory/memoryStore.js';
import { records } from '../../fixtures/record.js';

test('a place is taken to where its event lies in the target, and never back', async () => {
  const [source, target] = [openMemoryStore(), openMemoryStore()];
  const copied = records(4);
  for (const [index, record] of copied.entries()) await source.store.append(`token-${index}`, 'none', [record]);
  // positions of the target are its own
  await target.store.append('settings', 'none', records(2));
  for (const [index, record] of copied.slice(0, 3).entries()) await target.store.append(`token-${index}`, 'none', [record]);
  await target.checkpoints.save('ahead', 5);
  await carryPlaces(source.store, target.store, new Map([['notify', 2], ['ahead', 1], ['beyond', 4], ['none', 0]]), target.checkpoints);
  expect(await Promise.all(['notify', 'ahead', 'beyond', 'none'].map((name) => target.checkpoints.load(name)))).toEqual([4, 5, 0, 0]);
});
