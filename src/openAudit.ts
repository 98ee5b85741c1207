import { existsSync } from 'node:fs';
import type { Config } from './config.js';
import { keysFile, masterKeyFile } from './dataFolder.js';
import { Trail } from './projections/trail.js';
import type { KeyStore } from './security/keyStore.js';
import { loadMasterKey } from './security/masterKey.js';
import { readSqliteKeys } from './security/sqliteKeysReader.js';
import { openVault } from './security/vault.js';
import { openEventStoreDbReader } from './store/eventstoredb/directStore.js';
import { Journal } from './store/journal.js';
import type { EventStore } from './store/port.js';
import { openSqliteReader } from './store/sqlite/sqliteReader.js';

/** The events as an auditor reads them. Nothing can be written through it. */
export interface Audit {
  readonly store: Pick<EventStore, 'head' | 'readAll' | 'readAllBackwards' | 'readStream'>;
  readonly journal: Journal;
  readonly trail: Trail;
  /** Whether positions are 1, 2, 3 …, so that any of them can be asked for. */
  readonly gapless: boolean;
  close(): Promise<void>;
}

export type AuditResult = { readonly kind: 'open'; readonly audit: Audit } | { readonly kind: 'refused'; readonly message: string };

/**
 * Puts the parts together for one who only reads, as app.ts does for the service: from the data folder itself, whether the service
 * runs or not, or from the cluster.
 */
export const openAudit = async (config: Config): Promise<AuditResult> => {
  const opened = config.store === 'sqlite' ? openFolder(config) : openCluster(config);
  if (opened.kind === 'refused') return opened;
  const { store, keys } = opened;
  const giveUp = async (message: string): Promise<AuditResult> => {
    await store.close();
    await keys.close();
    return refused(message);
  };
  const master = loadMasterKey({ given: config.masterKey?.reveal(), file: masterKeyFile(config), mayCreate: false });
  if (master.kind === 'refused') return giveUp(master.message);
  // nothing is remembered: the service may destroy a key or make a new one at any time
  const result = await openVault({ master: master.key, keys, remembered: 0 }).catch((error: Error) => ({ kind: 'refused' as const, message: error.message }));
  if (result.kind === 'refused') return giveUp(result.message);
  const { vault } = result;
  const journal = new Journal(store, vault, 'audit');
  return {
    kind: 'open',
    audit: {
      store, journal, trail: new Trail(journal), gapless: config.store === 'sqlite',
      close: async () => {
        await store.close();
        await vault.close();
      },
    },
  };
};

type Opened = { readonly kind: 'open'; readonly store: EventStore; readonly keys: KeyStore } | Refused;
type Refused = Extract<AuditResult, { kind: 'refused' }>;

const refused = (message: string): Refused => ({ kind: 'refused', message });

const openFolder = (config: Config): Opened => {
  const file = keysFile(config);
  const opened = openSqliteReader(config.dataDir);
  if (opened.kind === 'refused') return refused(`${opened.message} (TANAGER_DATA_DIR is ${config.dataDir})`);
  const { store } = opened;
  const giveUp = (message: string): Opened => {
    void store.close();
    return refused(message);
  };
  if (!existsSync(file)) return giveUp(`the data keys are missing: ${file} does not exist`);
  try {
    return { kind: 'open', store, keys: readSqliteKeys(file) };
  } catch (error) {
    return giveUp(`${file} cannot be read: ${(error as Error).message}`);
  }
};

const openCluster = ({ store, streamPrefix }: Config): Opened => {
  if (store === 'memory') return refused('TANAGER_STORE is memory: its events are gone with the service');
  try {
    return { kind: 'open', ...openEventStoreDbReader({ connectionString: store, prefix: streamPrefix }) };
  } catch (error) {
    return refused((error as Error).message);
  }
};
