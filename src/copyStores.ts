import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withoutLogin, type Config } from './config.js';
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
import { openDirectly, openEventStoreDbReader } from './store/eventstoredb/directStore.js';
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
export { prefixPattern, prefixRule } from './store/eventstoredb/names.js';

/** A store as a command line names it; `name` is for people. */
export type NamedStore =
  | { readonly kind: 'folder'; readonly folder: string; readonly name: string }
  | { readonly kind: 'cluster'; readonly connectionString: string; readonly name: string };

/** @param text `store` stands for the one of the configuration @returns undefined for what names no store */
export const storeNamed = (text: string, { dataDir, store }: Pick<Config, 'dataDir' | 'store'>): NamedStore | undefined => {
  if (text === 'store' && store !== 'memory') return storeNamed(store, { dataDir, store });
  if (/^esdb(\+discover)?:\/\/\S+$/.test(text)) return { kind: 'cluster', connectionString: text, name: withoutLogin(text) };
  const [, given] = /^sqlite(?::(.+))?$/s.exec(text) ?? [];
  if (text !== 'sqlite' && given === undefined) return undefined;
  const folder = resolve(given ?? dataDir);
  return { kind: 'folder', folder, name: `sqlite:${folder}` };
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
 * else the file in the source's folder, or in the data folder for a cluster.
 *
 * @throws CopyStopped when one of them cannot be had, or was sealed under another master key; nothing was written then
 */
export const openCopy = async (config: Config, from: NamedStore, to: NamedStore, { verifyOnly }: { readonly verifyOnly: boolean }): Promise<StoreCopy> => {
  if (isSame(from, to)) throw new CopyStopped('source and target are the same store');
  const toClose: ToClose = [];
  const close = async (): Promise<void> => {
    for (const each of toClose.splice(0).reverse()) await each();
  };
  try {
    const source = reading(from, config, toClose);
    const keyFile = masterKeyFile(from.kind === 'folder' ? { ...config, dataDir: from.folder } : config);
    const master = loadMasterKey({ given: config.masterKey?.reveal(), file: keyFile, mayCreate: false });
    if (master.kind === 'refused') throw new CopyStopped(master.message);
    const vault = await vaultOver(source.keys, master.key, from);
    const target = verifyOnly ? reading(to, config, toClose) : await writing(to, config, toClose);
    await vaultOver(target.keys, master.key, to);
    if (!verifyOnly) await putMasterKey(config, keyFile, to);

    const journal = new Journal(source.store, vault, 'copy');
    const end: Target = { atOnce: oneAfterAnother, ...target, indexOf: (record) => journal.lookUps(record) };
    return {
      notices: from.kind === 'folder' && isFolderInUse(from.folder) ? ['a service runs on the source: what happens there from now on is not copied. To move it, stop the service first.'] : [],
      copy: async (watching) => {
        const copied = await copyLog(source, end, watching);
        if (source.places && target.checkpoints) await carryPlaces(source.store, target.store, source.places(), target.checkpoints);
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
  readonly atOnce?: Target['atOnce'];
  /** Of reactors; those of a cluster are each instance's own. */
  readonly places?: () => ReadonlyMap<string, number>;
  readonly checkpoints?: Checkpoints;
}

type ToClose = (() => Promise<void>)[];

/** A cluster takes appends of several streams in whatever order they come to it. */
const oneAfterAnother = { appends: 1, bytes: 0 };

const reading = (place: NamedStore, { streamPrefix }: Config, toClose: ToClose): End => {
  if (place.kind === 'cluster') {
    const opened = orStopped(() => openEventStoreDbReader({ connectionString: place.connectionString, prefix: streamPrefix }));
    toClose.push(() => opened.store.close());
    return opened;
  }
  const opened = openSqliteReader(place.folder);
  if (opened.kind === 'refused') throw new CopyStopped(opened.message);
  const { store, places } = opened;
  toClose.push(() => store.close());
  const file = keysFile({ dataDir: place.folder });
  if (!existsSync(file)) throw new CopyStopped(`the data keys of ${place.name} are missing: ${file} does not exist`);
  const keys = orStopped(() => readSqliteKeys(file));
  toClose.push(() => keys.close());
  return { store, keys, places };
};

const writing = async (place: NamedStore, { streamPrefix }: Config, toClose: ToClose): Promise<End> => {
  if (place.kind === 'cluster') {
    const opened = orStopped(() => openDirectly({ connectionString: place.connectionString, prefix: streamPrefix }));
    toClose.push(() => opened.store.close());
    return opened;
  }
  const { folder } = place;
  orStopped(() => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const { store, checkpoints } = await openSqliteStore({ folder, writer: writerFile }).catch(stopped);
  toClose.push(() => store.close());
  const keys = orStopped(() => sqliteKeys(keysFile({ dataDir: folder })));
  toClose.push(() => keys.close());
  return { store, keys, checkpoints, atOnce: { appends: defaultLimits.flightAppends, bytes: defaultLimits.flightBytes } };
};

const stopped = (error: unknown): never => {
  throw new CopyStopped((error as Error).message, { cause: error });
};

const orStopped = <T>(open: () => T): T => {
  try {
    return open();
  } catch (error) {
    return stopped(error);
  }
};

const vaultOver = async (keys: KeyStore, master: VaultParts['master'], { name }: NamedStore): Promise<OpenVault> => {
  // nothing is remembered: a service may destroy a key of the source at any time
  const result = await openVault({ master, keys, remembered: 0 }).catch(stopped);
  if (result.kind === 'refused') throw new CopyStopped(`${name} was sealed under another master key`);
  return result.vault;
};

/** A folder whose master key is not the configuration's gets a copy of it, so that it can be worked with as it is. */
const putMasterKey = async ({ masterKey, masterKeyFile: given }: Config, from: string, to: NamedStore): Promise<void> => {
  if (masterKey !== undefined || given !== undefined || to.kind === 'cluster') return;
  const file = join(to.folder, 'master.key');
  if (!copyMasterKey(from, file)) throw new CopyStopped(`${file} is another master key than ${from}`);
};

const isSame = (one: NamedStore, other: NamedStore): boolean => {
  if (one.kind === 'cluster' || other.kind === 'cluster') return one.kind === other.kind && one.name === other.name;
  return existsSync(one.folder) && existsSync(other.folder) && realpathSync(one.folder) === realpathSync(other.folder);
};
