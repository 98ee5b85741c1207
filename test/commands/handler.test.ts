import { Handler } from '../../src/commands/handler.js';
import { accountStream, type AccountDraft, type AccountEvent } from '../../src/events/account.js';
import { loadMasterKey } from '../../src/security/masterKey.js';
import { memoryKeys } from '../../src/security/memoryKeys.js';
import { openVault } from '../../src/security/vault.js';
import { Journal } from '../../src/store/journal.js';
import { openMemoryStore } from '../../src/store/memory/memoryStore.js';
import { contextOf } from '../fixtures/service.js';

/** A handler whose state is how many events there were, and the names whose snapshot it asked for. */
const handler = async () => {
  const master = loadMasterKey({ given: Buffer.alloc(32, 7).toString('hex'), file: '', mayCreate: false });
  if (master.kind !== 'ready') throw new Error(master.message);
  const opened = await openVault({ master: master.key, keys: memoryKeys() });
  if (opened.kind !== 'open') throw new Error(opened.message);
  const journal = new Journal(openMemoryStore().store, opened.vault, 'test');
  const asked: string[] = [];
  const snapshot = async (id: string) => void asked.push(id);
  const counting = new Handler<number, AccountEvent, AccountDraft>({ stream: accountStream, initial: 0, evolve: (count) => count + 1, snapshot }, journal, { now: () => new Date() });
  return { counting, asked };
};
const oneMore = (count: number) => ({ events: [{ type: 'SignedIn', data: {} }] as const, answer: count });

it('remembers the fold of what there is, and nothing of names that nobody has', async () => {
  const { counting, asked } = await handler();
  for (let n = 0; n < 2; n++) await counting.load('nobody');
  expect(asked).toEqual(['nobody', 'nobody']);
  expect(await counting.handle('somebody', contextOf(), oneMore)).toBe(0);
  for (let n = 0; n < 2; n++) expect((await counting.load('somebody')).revision).toBe(0);
  expect(asked).toEqual(['nobody', 'nobody', 'somebody']);
});

it('does not count twice what a repeat of a command did not write', async () => {
  const { counting } = await handler();
  const command = contextOf();
  await counting.handle('somebody', command, oneMore);
  await counting.handle('somebody', command, oneMore);
  expect(await counting.load('somebody')).toEqual({ state: 1, revision: 0 });
});
