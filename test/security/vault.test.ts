import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import type { Sealed } from '../../src/events/event.js';
import type { KeyStore } from '../../src/security/keyStore.js';
import { MasterKey } from '../../src/security/masterKey.js';
import { memoryKeys } from '../../src/security/memoryKeys.js';
import { boundTo, openVault, type OpenVault, type VaultParts } from '../../src/security/vault.js';

const master = new MasterKey(randomBytes(32));
const open = async (parts: Partial<VaultParts> = {}): Promise<OpenVault> => {
  const result = await openVault({ master, keys: memoryKeys(), ...parts });
  if (result.kind !== 'open') throw new Error(result.message);
  return result.vault;
};

/** Counts what a vault asks of its key store. */
const counted = (keys: KeyStore = memoryKeys()) => {
  const calls = { get: 0, put: 0 };
  return {
    calls,
    keys: {
      ...keys,
      get: (stream: string) => (calls.get++, keys.get(stream)),
      put: (stream: string, generation: number, wrapped: Uint8Array) => (calls.put++, keys.put(stream, generation, wrapped)),
    },
  };
};

describe('sealing', () => {
  it('gives back what was sealed, and never the same ciphertext twice', async () => {
    const key = await (await open()).keyFor('token-S1');
    fc.assert(fc.property(fc.uuid(), fc.constantFrom('seed', 'phone', 'client'), fc.string({ unit: 'grapheme' }), (id, field, plain) => {
      const one = key.seal(id, field, plain);
      expect(key.unseal(one)).toBe(plain);
      expect(boundTo(one)).toEqual({ eventId: id, field });
      expect(key.seal(id, field, plain)).not.toBe(one);
    }));
  });

  it('shows nothing of the plain text', async () => {
    const key = await (await open()).keyFor('token-S1');
    const sealed = key.seal('e1', 'phone', '+491710001000');
    expect(sealed).toMatch(/^s1\.1\.e1\.phone\.[\w-]+$/);
    expect(Buffer.from(sealed.split('.')[4]!, 'base64url').includes('1710001000')).toBe(false);
  });

  it('notices every flipped bit', async () => {
    const key = await (await open()).keyFor('token-S1');
    const sealed = key.seal('e1', 'phone', '+491710001000');
    const [version, generation, id, field, box] = sealed.split('.') as [string, string, string, string, string];
    const bytes = Buffer.from(box, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => key.unseal([version, generation, id, field, flipped.toString('base64url')].join('.') as Sealed)).toThrow('tampered');
    }
    expect(() => key.unseal([version, generation, id, field, ''].join('.') as Sealed)).toThrow('tampered');
  });

  it('binds to stream, event and field', async () => {
    const vault = await open();
    const key = await vault.keyFor('token-S1');
    const sealed = key.seal('e1', 'phone', '+49');
    expect(() => key.unseal(sealed.replace('.e1.', '.e2.') as Sealed)).toThrow('moved');
    expect(() => key.unseal(sealed.replace('.phone.', '.seed.') as Sealed)).toThrow('moved');
    const other = await vault.keyFor('token-S2');
    expect(() => other.unseal(sealed)).toThrow('moved');
  });

  it('refuses what is not sealed without repeating it', async () => {
    const key = await (await open()).keyFor('token-S1');
    for (const text of ['', '+491710001000', 's1.1.e1.phone', 's2.1.e1.phone.AAAA', 's1.0.e1.phone.AAAA', 's1.x.e1.phone.AAAA', 's1.1.e1.phone.AAAA.B']) {
      expect(() => key.unseal(text as Sealed)).toThrow(/^not a sealed value$/);
      expect(() => boundTo(text as Sealed)).toThrow(/^not a sealed value$/);
    }
    expect(() => key.unseal('s1.7.e1.phone.AAAA' as Sealed)).toThrow('never had a data key 7');
    expect(() => key.seal('e.1', 'phone', '')).toThrow('full stop');
    expect(() => key.seal('e1', '', '')).toThrow('full stop');
  });
});

describe('the data keys', () => {
  it('are made once, however many ask at the same time', async () => {
    const { keys, calls } = counted();
    const vault = await open({ keys });
    const all = await Promise.all(Array.from({ length: 50 }, () => vault.keyFor('token-S1')));
    expect(calls.put).toBe(1);
    expect(all[49]!.unseal(all[0]!.seal('e1', 'seed', 'x'))).toBe('x');
  });

  it('are durable before they are given out', async () => {
    const keys = memoryKeys();
    const order: string[] = [];
    const slow: KeyStore = {
      ...keys,
      put: async (...key) => {
        const put = await keys.put(...key);
        order.push('durable');
        return put;
      },
    };
    await (await open({ keys: slow })).keyFor('token-S1').then(() => order.push('given out'));
    expect(order).toEqual(['durable', 'given out']);
  });

  it('lie in the store wrapped, each for its own stream', async () => {
    const keys = memoryKeys();
    const vault = await open({ keys });
    await vault.keyFor('token-S1');
    const [stolen] = await keys.get('token-S1');
    await keys.put('token-S2', 1, stolen!.wrapped!);
    await expect(vault.keyFor('token-S2')).rejects.toThrow('token-S2 was changed, or belongs to another');
  });

  it('give way to those of an instance that was faster', async () => {
    const shared = memoryKeys();
    const rival = await open({ keys: shared });
    const late: KeyStore = {
      ...shared,
      put: async (...key) => {
        await rival.keyFor('token-S1');
        return shared.put(...key);
      },
    };
    const mine = await (await open({ keys: late })).keyFor('token-S1');
    expect((await rival.keyFor('token-S1')).unseal(mine.seal('e1', 'seed', 'x'))).toBe('x');
  });

  it('are remembered, for a while and not too many', async () => {
    let now = 0;
    const { keys, calls } = counted();
    const vault = await open({ keys, remembered: 2, rememberedFor: 1000, clock: () => now });
    const ask = async (stream: string): Promise<number> => {
      const before = calls.get;
      await vault.keyFor(stream);
      return calls.get - before;
    };
    for (const stream of ['a', 'b']) await vault.keyFor(stream);
    expect([await ask('a'), await ask('b')]).toEqual([0, 0]);
    await vault.keyFor('c');
    expect([await ask('b'), await ask('c'), await ask('a')]).toEqual([0, 0, 1]);
    now = 2000;
    expect(await ask('a')).toBe(1);
    vault.forget('a');
    expect(await ask('a')).toBe(1);
  });

  it('come back after a failure of the store', async () => {
    const keys = memoryKeys();
    let broken = true;
    const vault = await open({ keys: { ...keys, put: async (...key) => (broken ? Promise.reject(new Error('disk full')) : keys.put(...key)) } });
    await expect(vault.keyFor('a')).rejects.toThrow('disk full');
    broken = false;
    expect((await vault.keyFor('a')).seal('e1', 'seed', 'x')).toContain('s1.1.');
  });
});

describe('destroying', () => {
  it('makes what was sealed unreadable, everywhere and for good', async () => {
    const keys = memoryKeys();
    const vault = await open({ keys });
    const held = await vault.keyFor('token-S1');
    const sealed = held.seal('e1', 'phone', '+49');
    await vault.destroy('token-S1');
    expect(held.unseal(sealed)).toBeUndefined();
    expect((await vault.keyFor('token-S1')).unseal(sealed)).toBeUndefined();
    expect((await (await open({ keys })).readerFor('token-S1')).unseal(sealed)).toBeUndefined();
  });

  it('gives a new key to what is sealed later', async () => {
    const vault = await open();
    const old = (await vault.keyFor('token-S1')).seal('e1', 'phone', '+49');
    await vault.destroy('token-S1');
    const key = await vault.keyFor('token-S1');
    const sealed = key.seal('e2', 'client', '::1');
    expect(sealed).toContain('s1.2.');
    expect([key.unseal(sealed), key.unseal(old)]).toEqual(['::1', undefined]);
  });

  it('leaves a key that is still held good for nothing', async () => {
    const vault = await open();
    const held = await vault.keyFor('token-S1');
    await vault.destroy('token-S1');
    const sealed = held.seal('e2', 'phone', '+49');
    expect(held.unseal(sealed)).toBeUndefined();
    expect((await vault.keyFor('token-S1')).unseal(sealed)).toBeUndefined();
  });

  it('and asking at the same time leaves no destroyed key in memory', async () => {
    const vault = await open();
    const sealed = (await vault.keyFor('token-S1')).seal('e1', 'phone', '+49');
    vault.forget('token-S1');
    const [key] = await Promise.all([vault.keyFor('token-S1'), vault.destroy('token-S1')]);
    expect(key.unseal(sealed)).toBeUndefined();
    expect((await vault.keyFor('token-S1')).unseal(sealed)).toBeUndefined();
  });

  it('by another instance, of which this one hears while it reads the key, leaves none in memory', async () => {
    const keys = memoryKeys();
    const elsewhere = await open({ keys });
    const sealed = (await elsewhere.keyFor('token-S1')).seal('e1', 'phone', '+49');
    const vault = await open({
      keys: {
        ...keys,
        get: async (stream) => {
          const before = await keys.get(stream);
          await elsewhere.destroy(stream);
          vault.forget(stream);
          return before;
        },
      },
    });
    await vault.readerFor('token-S1');
    expect((await vault.readerFor('token-S1')).unseal(sealed)).toBeUndefined();
  });

  it('leaves other streams alone', async () => {
    const vault = await open();
    const key = await vault.keyFor('token-S2');
    const sealed = key.seal('e1', 'phone', '+49');
    await vault.keyFor('token-S1');
    await vault.destroy('token-S1');
    await vault.destroy('token-never');
    expect((await vault.keyFor('token-S2')).unseal(sealed)).toBe('+49');
  });

  it('is not undone by reading: a reader makes no key', async () => {
    const { keys, calls } = counted();
    const vault = await open({ keys });
    const reader = await vault.readerFor('token-S1');
    expect(() => reader.unseal('s1.1.e1.phone.AAAA' as Sealed)).toThrow('never had');
    expect(calls.put).toBe(0);
    expect((await vault.keyFor('token-S1')).seal('e1', 'phone', '')).toContain('s1.1.');
  });
});

describe('the master key', () => {
  it('is found wrong when the vault is opened, not at the first login', async () => {
    const keys = memoryKeys();
    const vault = await open({ keys });
    await vault.keyFor('token-S1');
    const result = await openVault({ master: new MasterKey(randomBytes(32)), keys });
    expect(result).toMatchObject({ kind: 'refused', message: expect.stringContaining('master key') });
    expect((await openVault({ master, keys })).kind).toBe('open');
  });
});

describe('the index', () => {
  it('is the same for the same value and master key, and nothing else', async () => {
    const vault = await open();
    const digest = vault.index('owner\0realm1\0alice');
    expect(digest).toMatch(/^[\w-]{22}$/);
    expect((await open()).index('owner\0realm1\0alice')).toBe(digest);
    expect(vault.index('owner\0realm1\0alicf')).not.toBe(digest);
    expect((await open({ master: new MasterKey(randomBytes(32)) })).index('owner\0realm1\0alice')).not.toBe(digest);
  });
});
