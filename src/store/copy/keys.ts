import type { KeyStore, WrappedKey } from '../../security/keyStore.js';
import { CopyStopped } from './ends.js';

export interface KeyCount {
  /** With those that were destroyed. */
  readonly keys: number;
  readonly destroyed: number;
}

type Readable = Pick<KeyStore, 'get'>;

/**
 * Compares the data keys of a stream.
 * @throws CopyStopped when they are not the same
 */
export const compareKeys = async (source: Readable, target: Readable, stream: string): Promise<KeyCount> => {
  const [wanted, there] = await Promise.all([source.get(stream), target.get(stream)]);
  const fault = faultOf(wanted, there);
  if (fault !== undefined) throw new CopyStopped(`the data keys of ${stream} differ: ${fault}`);
  return countOf(wanted);
};

/**
 * Brings the data keys of a stream, the destroyed ones as destroyed. To be called before events come that are sealed under them, and again
 * whenever the source may have made or destroyed one since.
 * @throws CopyStopped when the target has other keys, or has destroyed one that is alive in the source: it is never revived
 */
export const bringKeys = async (source: Readable, target: KeyStore, stream: string): Promise<KeyCount> => {
  const [wanted, there] = await Promise.all([source.get(stream), target.get(stream)]);
  if (faultOf(wanted, there) === undefined) return countOf(wanted);
  const dead = wanted.filter((key) => !isAlive(key));
  const isLate = ({ generation }: WrappedKey): boolean => there.every((key) => key.generation !== generation || isAlive(key));
  const isWanted = ({ generation, wrapped }: WrappedKey): boolean => wrapped !== undefined && wanted.some((key) => key.generation === generation && isAlive(key));
  // destroying takes every key that is there: those that live come after it
  if (dead.some(isLate) && !there.some(isWanted)) {
    for (const { generation } of dead.filter(isLate)) await target.put(stream, generation, placeholder);
    await target.destroy(stream);
  }
  for (const { generation, wrapped } of wanted) if (wrapped) await target.put(stream, generation, wrapped);
  return compareKeys(source, target, stream);
};

/** Stands for a destroyed key until it is destroyed here as well. */
const placeholder = Uint8Array.of(0);

const isAlive = ({ wrapped }: WrappedKey): boolean => wrapped !== undefined;

const faultOf = (wanted: readonly WrappedKey[], there: readonly WrappedKey[]): string | undefined => {
  for (const { generation, wrapped } of wanted) {
    const found = there.find((key) => key.generation === generation);
    if (!found) return `the target does not have key ${generation}`;
    if (wrapped === undefined && isAlive(found)) return `key ${generation} was destroyed in the source and is alive in the target`;
    if (wrapped && found.wrapped === undefined) return `key ${generation} was destroyed in the target and is alive in the source`;
    if (wrapped && found.wrapped && Buffer.compare(wrapped, found.wrapped) !== 0) return `key ${generation} is another one`;
  }
  const foreign = there.find(({ generation }) => wanted.every((key) => key.generation !== generation));
  return foreign && `the target has a key ${foreign.generation} that the source does not have`;
};

const countOf = (keys: readonly WrappedKey[]): KeyCount => ({ keys: keys.length, destroyed: keys.filter((key) => !isAlive(key)).length });
