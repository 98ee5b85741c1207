import { memoryKeys } from '../../src/security/memoryKeys.js';
import { copyLog, verifyLog } from '../../src/store/copy/copyLog.js';
import type { Target } from '../../src/store/copy/ends.js';
import { openDirectly, type DirectStore } from '../../src/store/eventstoredb/directStore.js';
import { openMemoryStore } from '../../src/store/memory/memoryStore.js';
import { startEventStoreDb, type EventStoreDbServer, type Rule } from '../fixtures/eventstoredb/server.js';
import { record } from '../fixtures/record.js';

jest.setTimeout(60_000);
let server: EventStoreDbServer;
beforeAll(async () => { server = await startEventStoreDb(); });
afterAll(() => server.stop());

const watching = { progress: () => undefined, signal: new AbortController().signal };
const source = { store: openMemoryStore().store, keys: memoryKeys() };
beforeAll(async () => {
  for (let number = 0; number < 200; number++) {
    const stream = `token-${(number * 7) % 23}`;
    await source.keys.put(stream, 1, Buffer.from(`key of ${stream}`));
    await source.store.append(stream, 'any', [record({ data: JSON.stringify({ number }) }), record()]);
  }
  await source.keys.destroy('token-7');
});

const targetOf = ({ store, keys }: DirectStore): Target => ({ store, keys, atOnce: { appends: 1, bytes: 0 }, indexOf: async () => ({}) });
let targets = 0;
const open = (): DirectStore => openDirectly({ connectionString: server.connectionString, prefix: `faults-${targets}-`, patience: { oneTry: 1_000, allTries: 20_000 } });

test.each<readonly [string, Rule]>([
  ['connections that break after the append', { on: 'append', every: 9, then: { kind: 'break', when: 'after' } }],
  ['connections that break before the append', { on: 'append', every: 9, then: { kind: 'break', when: 'before' } }],
  ['answers that never come', { on: 'append', every: 40, then: { kind: 'stall', when: 'after' } }],
  ['a server that starts anew after the append', { on: 'append', every: 60, then: { kind: 'restart', when: 'after', downFor: 100 } }],
  ['reads that break in the midst', { on: 'read', every: 5, then: { kind: 'break', events: 3 } }],
])('a copy comes through %s', async (_, rule) => {
  targets++;
  const target = open();
  await server.control.rule(rule);
  const { copied, tally } = await copyLog(source, targetOf(target), watching);
  await server.control.clearRules();
  expect({ copied, keys: tally.keys, destroyed: tally.destroyedKeys }).toEqual({ copied: 400, keys: 23, destroyed: 1 });
  expect((await verifyLog(source, targetOf(target), watching)).events).toBe(400);
  await target.store.close();
});

test('a copy that broke off goes on with another connection', async () => {
  targets++;
  const first = open();
  const failing: Target = { ...targetOf(first), store: { ...first.store, append: async (...given) => {
    if (given[0] === 'token-5') throw new Error('gone');
    return first.store.append(...given);
  } } };
  await expect(copyLog(source, failing, watching)).rejects.toThrow('gone');
  await first.store.close();
  const target = open();
  const { before, copied } = await copyLog(source, targetOf(target), watching);
  expect([before > 0, before + copied]).toEqual([true, 400]);
  await target.store.close();
});
