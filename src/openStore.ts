import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.js';
import { keysFile } from './dataFolder.js';
import { projections } from './projections/index.js';
import type { KeyStore } from './security/keyStore.js';
import { memoryKeys } from './security/memoryKeys.js';
import { sqliteKeys } from './security/sqliteKeys.js';
import { openEventStoreDb } from './store/eventstoredb/eventStoreDbStore.js';
import { openMemoryStore } from './store/memory/memoryStore.js';
import type { OpenedStore } from './store/opened.js';
import { openSqliteStore } from './store/sqlite/sqliteStore.js';
import { writerFile } from './writerFile.js';

/** The store that the configuration names, before anything is opened for good. */
export interface StorePlace {
  /** Whether nothing was ever kept in it: only then may a new master key be made, for everything that was sealed under another would be lost. */
  readonly isNew: boolean;
  open(): Promise<OpenedStore>;
  /** Data keys that belong to it; the vault closes them. To be called after `open`. */
  keys(): KeyStore;
  /** Lets go of what was opened to look. */
  abandon(): Promise<void>;
}

export interface StoreNotices {
  readonly now: () => Date;
  /** The store cannot be worked with any more: the process had better start anew. */
  readonly onFault: (reason: string) => void;
  readonly warn: (problem: string, detail: object) => void;
}

/** @throws Error, for people, when the store cannot be reached or its folder cannot be used */
export const storePlace = async (config: Config, notices: StoreNotices): Promise<StorePlace> => {
  if (config.store === 'memory') {
    return { isNew: true, open: async () => openMemoryStore({ projections, now: notices.now }), keys: memoryKeys, abandon: async () => undefined };
  }
  makeFolder(config.dataDir);
  return config.store === 'sqlite' ? embedded(config, notices) : cluster(config, notices);
};

const embedded = ({ dataDir }: Config, { now, onFault }: StoreNotices): StorePlace => ({
  isNew: !existsSync(keysFile({ dataDir })) && !existsSync(join(dataDir, 'events.db')),
  open: () => openSqliteStore({ folder: dataDir, writer: writerFile, now, onFault }),
  keys: () => sqliteKeys(keysFile({ dataDir })),
  abandon: async () => undefined,
});

const cluster = async ({ store, streamPrefix, dataDir }: Config, notices: StoreNotices): Promise<StorePlace> => {
  const opened = await openEventStoreDb({ connectionString: store, prefix: streamPrefix, folder: dataDir, projections, ...notices });
  return { isNew: await opened.keys.isEmpty(), open: async () => opened, keys: () => opened.keys, abandon: () => opened.store.close() };
};

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(`TANAGER_DATA_DIR: ${folder} cannot be used: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, { cause: error });
  }
};
