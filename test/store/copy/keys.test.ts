import * as fc from 'fast-check';
import { memoryKeys } from '../../../src/security/memoryKeys.js';
import type { KeyStore } from '../../../src/security/keyStore.js';
import { bringKeys, compareKeys } from '../../../src/store/copy/keys.js';

const stream = 'token-a';

/** Makes a new key, as the vault does where the newest is destroyed, or destroys what there is. */
const act = async (keys: KeyStore, step: 'make' | 'destroy', number: number): Promise<void> => {
  const there = await keys.get(stream);
  if (step === 'destroy') await keys.destroy(stream);
  else if (there.at(-1)?.wrapped === undefined) await keys.put(stream, there.length + 1, Buffer.from(`key ${number}`));
};

test('the target has the keys of the source after every copy, the destroyed ones destroyed', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('make', 'destroy', 'copy'), { maxLength: 20 }), async (steps) => {
    const [source, target] = [memoryKeys(), memoryKeys()];
    for (const [number, step] of [...steps, 'copy' as const].entries()) {
      if (step !== 'copy') await act(source, step, number);
      else {
        const keys = await source.get(stream);
        expect(await bringKeys(source, target, stream)).toEqual({ keys: keys.length, destroyed: keys.filter(({ wrapped }) => wrapped === undefined).length });
        expect(await target.get(stream)).toEqual(keys);
        expect(await compareKeys(source, target, stream)).toMatchObject({ keys: keys.length });
      }
    }
  }));
});

test('a copy that broke off between a placeholder and its destruction goes on', async () => {
  const [source, target] = [memoryKeys(), memoryKeys()];
  await act(source, 'make', 1);
  await act(source, 'destroy', 1);
  await act(source, 'make', 2);
  await expect(bringKeys(source, { ...target, destroy: async () => { throw new Error('gone'); } }, stream)).rejects.toThrow('gone');
  await bringKeys(source, target, stream);
  expect(await target.get(stream)).toEqual(await source.get(stream));
});

describe('refused', () => {
  const refused = async (source: KeyStore, target: KeyStore, message: string): Promise<void> => {
    const before = await target.get(stream);
    await expect(compareKeys(source, target, stream)).rejects.toThrow(message);
    await expect(bringKeys(source, target, stream)).rejects.toThrow(message);
    expect(await target.get(stream)).toEqual(before);
  };

  it('to revive what was destroyed in the target', async () => {
    const [source, target] = [memoryKeys(), memoryKeys()];
    await act(source, 'make', 1);
    await bringKeys(source, target, stream);
    await target.destroy(stream);
    await refused(source, target, 'key 1 was destroyed in the target and is alive in the source');
  });

  it('to put a key in the place of another', async () => {
    const [source, target] = [memoryKeys(), memoryKeys()];
    await act(source, 'make', 1);
    await act(target, 'make', 2);
    await refused(source, target, 'key 1 is another one');
  });

  it('to pass over a key that only the target has', async () => {
    const [source, target] = [memoryKeys(), memoryKeys()];
    await act(target, 'make', 1);
    await refused(source, target, 'the target has a key 1 that the source does not have');
  });
});
