import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from './config.js';
import { keysFile, masterKeyFile } from './dataFolder.js';
import type { KeyStore } from './security/keyStore.js';
import { copyMasterKey, loadMasterKey } from './security/masterKey.js';
import { sqliteKeys } from './security/sqliteKeys.js';
import { readSqliteKeys } from './security/sqliteKeysReader.js';
import { openVault, type OpenVault, type VaultParts } from './security/vault.js';
import { carryPlaces } from './store/copy/carryPlaces.js';
import { copyLog, verifyLog, type Copied, type Watching } from './store/copy/copyLog.js';
import { CopyStopped, type Target } from './store/copy/ends.js';
import type { Tally } from './store/copy/tally.js';
import { Journal } from './store/journal.js';
import type { Checkpoints, EventStore } from './store/port.js';
import { defaultLimits } from './store/sqlite/flights.js';
import { isFolderInUse } from './store/sqlite/folderLock.js';
import { openSqliteReader } from './store/sqlite/sqliteReader.js';
import { openSqliteStore } from './store/sqlite/sqliteStore.js';
import { writerFile } from './writerFile.js';

export { CopyStopped } from './store/copy/ends.js';
export type { Copied, Watching } from './store/copy/copyLog.js';
export type { Progress } from './store/copy/ends.js';
export type { Tally } from './store/copy/tally.js';

/** Where a store lies. */
export interface StorePlace {
  readonly folder: string;
  /** For people. */
  readonly name: string;
}

/** @returns undefined for what names no store */
export const storePlace = (text: string, { dataDir }: Pick<Config, 'dataDir'>): StorePlace | undefined => {
  const [, folder] = /^sqlite(?::(.+))?$/s.exec(text) ?? [];
  if (text !== 'sqlite' && folder === undefined) return undefined;
  const path = resolve(folder ?? dataDir);
  return { folder: path, name: `sqlite:${path}` };
};

/** Two stores that are open for a copy. */
export interface StoreCopy {
  /** What the operator should know before it begins. */
  readonly notices: readonly string[];
  /** @throws CopyStopped */
  copy(watching: Watching): Promise<Copied>;
  /** Writes nothing. @throws CopyStopped */
  verify(watching: Watching): Promise<Tally>;
  close(): Promise<void>;
}

/**
 * Opens two stores, the source for reading; the target as well, if it is only to be compared. The master key is that of the configuration,
 * else the file in the source's folder.
 *
 * @throws CopyStopped when one of them cannot be had, or was sealed under another master key; nothing was written then
 */
export const openCopy = async (config: Config, from: StorePlace, to: StorePlace, { verifyOnly }: { readonly verifyOnly: boolean }): Promise<StoreCopy> => {
  if (isSameFolder(from.folder, to.folder)) throw new CopyStopped('source and target are the same store');
  const toClose: ToClose = [];
  const close = async (): Promise<void> => {
    for (const each of toClose.splice(0).reverse()) await each();
  };
  try {
    const source = readFolder(from, toClose);
    const keyFile = masterKeyFile({ ...config, dataDir: from.folder });
    const master = loadMasterKey({ given: config.masterKey?.reveal(), file: keyFile, mayCreate: false });
    if (master.kind === 'refused') throw new CopyStopped(master.message);
    const vault = await vaultOver(source.keys, master.key, from);

    const ownKeyFile = config.masterKey === undefined && config.masterKeyFile === undefined ? join(to.folder, 'master.key') : undefined;
    const target = verifyOnly ? readFolder(to, toClose) : await writeFolder(to, toClose);
    await vaultOver(target.keys, master.key, to);
    if (!verifyOnly && ownKeyFile !== undefined && !copyMasterKey(keyFile, ownKeyFile)) throw new CopyStopped(`${ownKeyFile} is another master key than ${keyFile}`);

    const journal = new Journal(source.store, vault, 'copy');
    const end: Target = {
      ...target,
      atOnce: { appends: defaultLimits.flightAppends, bytes: defaultLimits.flightBytes },
      indexOf: async (record) => (await journal.projected(record)).index,
    };
    return {
      notices: isFolderInUse(from.folder) ? ['a service runs on the source: what happens there from now on is not copied. To move it, stop the service first.'] : [],
      copy: async (watching) => {
        const copied = await copyLog(source, end, watching);
        if (target.checkpoints) await carryPlaces(source.store, target.store, source.places(), target.checkpoints);
        return copied;
      },
      verify: (watching) => verifyLog(source, end, watching),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

interface End {
  readonly store: EventStore;
  readonly keys: KeyStore;
}

type ToClose = (() => Promise<void>)[];

const readFolder = ({ folder, name }: StorePlace, toClose: ToClose): End & { readonly places: () => ReadonlyMap<string, number>; readonly checkpoints?: undefined } => {
  const opened = openSqliteReader(folder);
  if (opened.kind === 'refused') throw new CopyStopped(opened.message);
  const { store, places } = opened;
  toClose.push(() => store.close());
  const file = keysFile({ dataDir: folder });
  if (!existsSync(file)) throw new CopyStopped(`the data keys of ${name} are missing: ${file} does not exist`);
  const keys = readSqliteKeys(file);
  toClose.push(() => keys.close());
  return { store, keys, places };
};

const writeFolder = async ({ folder }: StorePlace, toClose: ToClose): Promise<End & { readonly checkpoints: Checkpoints }> => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { store, checkpoints } = await openSqliteStore({ folder, writer: writerFile });
    toClose.push(() => store.close());
    const keys = sqliteKeys(keysFile({ dataDir: folder }));
    toClose.push(() => keys.close());
    return { store, keys, checkpoints };
  } catch (error) {
    throw new CopyStopped((error as Error).message, { cause: error });
  }
};

const vaultOver = async (keys: KeyStore, master: VaultParts['master'], { name }: StorePlace): Promise<OpenVault> => {
  // nothing is remembered: a service may destroy a key of the source at any time
  const result = await openVault({ master, keys, remembered: 0 });
  if (result.kind === 'refused') throw new CopyStopped(`${name} was sealed under another master key`);
  return result.vault;
};

const isSameFolder = (one: string, other: string): boolean => existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
