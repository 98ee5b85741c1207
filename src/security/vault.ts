import { createHmac, randomBytes } from 'node:crypto';
import type { StreamKey, Vault } from '../commands/ports.js';
import { decrypt, encrypt } from './aead.js';
import { constantTimeEqual } from './constantTime.js';
import type { KeyStore, WrappedKey } from './keyStore.js';
import type { MasterKey } from './masterKey.js';
import { boundData, checkNames, joinSealed, splitSealed } from './sealedText.js';

export { boundTo } from './sealedText.js';

const keyBytes = 32;
/** 128 bits: two values with one digest will not be met. */
const digestBytes = 16;

/** The vault that `openVault` opens; its own methods are for those who only read. */
export interface OpenVault extends Vault {
  /** The key of a stream for reading: unlike `keyFor` it makes none, so that a replay leaves no trace. */
  readerFor(stream: string): Promise<Pick<StreamKey, 'unseal'>>;
  close(): Promise<void>;
}

export type VaultResult = { readonly kind: 'open'; readonly vault: OpenVault } | { readonly kind: 'refused'; readonly message: string };

export interface VaultParts {
  readonly master: MasterKey;
  readonly keys: KeyStore;
  /** How many streams' keys are remembered unwrapped. */
  readonly remembered?: number;
  /** Milliseconds that they are remembered. */
  readonly rememberedFor?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly clock?: () => number;
}

/**
 * Opens the vault and checks that the master key is the one that its keys were wrapped under.
 *
 * Every stream has a data key of its own, AES-256-GCM, wrapped by the master key. To destroy it is to forget, in all events and all
 * copies of them, whatever was sealed under it.
 */
export const openVault = async (parts: VaultParts): Promise<VaultResult> => {
  const check = parts.master.derive('key-check').toString('base64url');
  if (!constantTimeEqual(await parts.keys.checkValue(check), check)) {
    return { kind: 'refused', message: 'the master key is not the one that the data keys of this data folder were sealed under: put the right one back' };
  }
  return { kind: 'open', vault: makeVault(parts) };
};

const makeVault = ({ master, keys, remembered = 10_000, rememberedFor = 600_000, clock = () => performance.now() }: VaultParts): OpenVault => {
  const wrappingKey = master.derive('key-wrapping');
  const indexKey = master.derive('look-up-index');
  const memory = new Map<string, { readonly key: DataKeys; readonly until: number }>();
  /** The last piece of work on a stream's keys: making and destroying never overlap. */
  const turns = new Map<string, Promise<unknown>>();

  const inTurn = <T>(stream: string, work: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(stream) ?? Promise.resolve()).then(work, work);
    turns.set(stream, turn);
    const leave = (): void => {
      if (turns.get(stream) === turn) turns.delete(stream);
    };
    turn.then(leave, leave);
    return turn;
  };

  const recall = (stream: string): DataKeys | undefined => {
    const found = memory.get(stream);
    if (found && found.until > clock()) return found.key;
    memory.delete(stream);
    return undefined;
  };

  const remember = (stream: string, key: DataKeys): DataKeys => {
    // streams that nobody has are of any number and length
    if (key.newest === 0) return key;
    memory.set(stream, { key, until: clock() + rememberedFor });
    for (const oldest of memory.keys()) {
      if (memory.size <= remembered) break;
      memory.delete(oldest);
    }
    return key;
  };

  const unwrap = (stream: string, { generation, wrapped }: WrappedKey): Buffer | undefined => {
    if (!wrapped) return undefined;
    const key = decrypt(wrappingKey, wrapping(stream, generation), Buffer.from(wrapped));
    if (!key) throw new Error(`data key ${generation} of stream ${stream} was changed, or belongs to another stream or master key`);
    return key;
  };

  const load = async (stream: string): Promise<DataKeys> =>
    recall(stream) ?? remember(stream, new DataKeys(stream, new Map((await keys.get(stream)).map((key) => [key.generation, unwrap(stream, key)]))));

  const loadOrMake = async (stream: string): Promise<DataKeys> => {
    for (;;) {
      const known = await load(stream);
      if (known.live) return known;
      const generation = known.newest + 1;
      await keys.put(stream, generation, encrypt(wrappingKey, wrapping(stream, generation), randomBytes(keyBytes)));
      // read back: where another instance was faster, its key is the one
      memory.delete(stream);
    }
  };

  return {
    async keyFor(stream) {
      const known = recall(stream);
      return known?.live ? known : inTurn(stream, () => loadOrMake(stream));
    },
    async readerFor(stream) {
      return recall(stream) ?? inTurn(stream, () => load(stream));
    },
    destroy: (stream) => inTurn(stream, async () => {
      try {
        await keys.destroy(stream);
      } finally {
        memory.get(stream)?.key.destroy();
        memory.delete(stream);
      }
    }),
    forget: (stream) => {
      memory.delete(stream);
      // and what is being read at this moment may have been read before
      if (turns.has(stream)) void inTurn(stream, async () => memory.delete(stream));
    },
    index: (value) => createHmac('sha256', indexKey).update(value, 'utf8').digest().subarray(0, digestBytes).toString('base64url'),
    close: () => keys.close(),
  };
};

/** A wrapped key opens for its own stream and generation only. */
const wrapping = (stream: string, generation: number): Buffer => Buffer.from(`key\n${generation}\n${stream}`, 'utf8');

/** The unwrapped keys of one stream; undefined stands for a destroyed one. To be held for one command, not longer. */
class DataKeys implements StreamKey {
  readonly newest: number;
  readonly #stream: string;
  readonly #keys: Map<number, Buffer | undefined>;

  constructor(stream: string, keys: Map<number, Buffer | undefined>) {
    this.#stream = stream;
    this.#keys = keys;
    this.newest = Math.max(0, ...keys.keys());
  }

  /** Whether something can be sealed that can be opened again. */
  get live(): boolean {
    return this.#keys.get(this.newest) !== undefined;
  }

  /** @throws Error when the id or the field cannot stand in a sealed value */
  seal(eventId: string, field: string, plain: string) {
    checkNames(eventId, field);
    // destroyed meanwhile: the append will meet a conflict, and until then nobody must be able to read it
    const key = this.#keys.get(this.newest) ?? randomBytes(keyBytes);
    const bound = boundData(this.#stream, this.newest, eventId, field);
    return joinSealed({ generation: this.newest, eventId, field, box: encrypt(key, bound, Buffer.from(plain, 'utf8')).toString('base64url') });
  }

  unseal(sealed: Parameters<StreamKey['unseal']>[0]): string | undefined {
    const { generation, eventId, field, box } = splitSealed(sealed);
    if (!this.#keys.has(generation)) throw new Error(`stream ${this.#stream} never had a data key ${generation}: tampered with, or the keys are from an older backup`);
    const key = this.#keys.get(generation);
    if (!key) return undefined;
    const plain = decrypt(key, boundData(this.#stream, generation, eventId, field), Buffer.from(box, 'base64url'));
    if (!plain) throw new Error(`sealed field ${field} of event ${eventId} was tampered with or moved`);
    return plain.toString('utf8');
  }

  destroy(): void {
    for (const [generation, key] of this.#keys) {
      key?.fill(0);
      this.#keys.set(generation, undefined);
    }
  }
}
