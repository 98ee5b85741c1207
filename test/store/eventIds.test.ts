import { randomUUID } from 'node:crypto';
import { Journal } from '../../src/store/journal.js';
import { openMemoryStore } from '../../src/store/memory/memoryStore.js';
import { MasterKey } from '../../src/security/masterKey.js';
import { memoryKeys } from '../../src/security/memoryKeys.js';
import { openVault } from '../../src/security/vault.js';

describe('ids of events', () => {
  const written = async (commandId: string, stream = 'token-A', facts = 2): Promise<string[]> => {
    const { store } = openMemoryStore();
    const vault = await openVault({ master: new MasterKey(Buffer.alloc(32, 1)), keys: memoryKeys() });
    if (vault.kind === 'refused') throw new Error(vault.message);
    const journal = new Journal(store, vault.vault, 'here');
    await journal.append(stream, 'none', Array.from({ length: facts }, () => ({ type: 'TokenDisabled', data: {} })), { commandId, actor: { kind: 'system' }, correlationId: 'c' });
    return (await journal.read(stream)).map(({ id }) => id);
  };
  const command = '019305d2-7c2f-7aaa-8bbb-ccccccccdddd';

  it('are the same for a repeat, and differ by command, stream and place', async () => {
    const [first, second] = await written(command);
    expect(await written(command)).toEqual([first, second]);
    expect(new Set([first, second, ...(await written(command, 'token-B')), ...(await written(randomUUID()))]).size).toBe(6);
  });

  it('begin as the id of their command does, so that ids of one time lie side by side', async () => {
    for (const id of await written(command)) expect(id).toMatch(/^019305d2-7c2f-8[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$/);
    const [parent] = await written(command);
    for (const id of await written(`${parent}/dispatchSms/here/g/0`)) expect(id.slice(0, 13)).toBe('019305d2-7c2f');
  });

  it('are UUIDs for commands of any name', async () => {
    for (const id of await written('first start')) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
