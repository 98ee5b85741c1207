import { randomUUID } from 'node:crypto';
import { Subject } from 'rxjs';
import { Handler } from '../../src/commands/handler.js';
import { accountStream, type AccountDraft, type AccountEvent } from '../../src/events/account.js';
import { loadMasterKey } from '../../src/security/masterKey.js';
import { memoryKeys } from '../../src/security/memoryKeys.js';
import { openVault } from '../../src/security/vault.js';
import { Journal } from '../../src/store/journal.js';
import { openMemoryStore } from '../../src/store/memory/memoryStore.js';
import type { StreamChange } from '../../src/store/port.js';
import { contextOf } from '../fixtures/service.js';

/** A handler whose state is how many events there were, and the names whose snapshot it asked for. */
const handler = async () => {
  const master = loadMasterKey({ given: Buffer.alloc(32, 7).toString('hex'), file: '', mayCreate: false });
  if (master.kind !== 'ready') throw new Error(master.message);
  const opened = await openVault({ master: master.key, keys: memoryKeys() });
  if (opened.kind !== 'open') throw new Error(opened.message);
  const { store } = openMemoryStore();
  const others = new Subject<StreamChange>();
  const journal = new Journal(store, opened.vault, 'test', others);
  const asked: string[] = [];
  const snapshot = async (id: string) => void asked.push(id);
  const counting = new Handler<number, AccountEvent, AccountDraft>({ stream: accountStream, initial: 0, evolve: (count) => count + 1, snapshot }, journal, { now: () => new Date() });
  /** What another instance writes; nobody here knows of it until it is announced. */
  const writtenElsewhere = (name: string) => store.append(accountStream(name), 'any', [{ id: randomUUID(), type: 'SignedIn', version: 1, data: '{}', meta: '{}' }]);
  const announce = (name: string, revision: number) => others.next({ stream: accountStream(name), revision });
  return { counting, asked, store, writtenElsewhere, announce };
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

describe('what another instance writes', () => {
  it('is in the fold as soon as it is known of', async () => {
    const { counting, writtenElsewhere, announce } = await handler();
    await counting.handle('somebody', contextOf(), oneMore);
    await writtenElsewhere('somebody');
    announce('somebody else', 1);
    announce('somebody', 0);
    expect(await counting.load('somebody')).toEqual({ state: 1, revision: 0 });
    announce('somebody', 1);
    expect(await counting.load('somebody')).toEqual({ state: 2, revision: 1 });
  });

  it('is not lost when it is heard of while the stream is being read', async () => {
    const { counting, store, writtenElsewhere, announce } = await handler();
    await writtenElsewhere('somebody');
    const readStream = store.readStream.bind(store);
    jest.spyOn(store, 'readStream').mockImplementationOnce(async (...asked) => {
      const before = await readStream(...asked);
      await writtenElsewhere('somebody');
      announce('somebody', 1);
      return before;
    });
    expect((await counting.load('somebody')).revision).toBe(0);
    expect((await counting.load('somebody')).revision).toBe(1);
  });

  it('is not lost when it is heard of before the own append is answered', async () => {
    const { counting, store, writtenElsewhere, announce } = await handler();
    const append = store.append.bind(store);
    jest.spyOn(store, 'append').mockImplementationOnce(async (...asked) => {
      const mine = await append(...asked);
      await writtenElsewhere('somebody');
      announce('somebody', 1);
      return mine;
    });
    await counting.handle('somebody', contextOf(), oneMore);
    expect((await counting.load('somebody')).revision).toBe(1);
  });
});
