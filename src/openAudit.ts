import { existsSync } from 'node:fs';
import type { Config } from './config.js';
import { keysFile, masterKeyFile } from './dataFolder.js';
import { Trail } from './projections/trail.js';
import type { KeyStore } from './security/keyStore.js';
import { loadMasterKey } from './security/masterKey.js';
import { readSqliteKeys } from './security/sqliteKeysReader.js';
import { openVault } from './security/vault.js';
import { Journal } from './store/journal.js';
import type { EventStore } from './store/port.js';
import { openSqliteReader } from './store/sqlite/sqliteReader.js';

/** The events as an auditor reads them. Nothing can be written through it. */
export interface Audit {
  readonly store: Pick<EventStore, 'head' | 'readAll' | 'readStream'>;
  readonly journal: Journal;
  readonly trail: Trail;
  close(): Promise<void>;
}

export type AuditResult = { readonly kind: 'open'; readonly audit: Audit } | { readonly kind: 'refused'; readonly message: string };

const refused = (message: string): AuditResult => ({ kind: 'refused', message });

/**
 * Puts the parts together for one who only reads, as app.ts does for the service: from the data folder itself, whether the service
 * runs or not.
 */
export const openAudit = async (config: Config): Promise<AuditResult> => {
  if (config.store !== 'sqlite') return refused(`TANAGER_STORE is ${config.store.split(':', 1)[0]}: there is a data folder to read with sqlite only`);
  const file = keysFile(config);
  const opened = openSqliteReader(config.dataDir);
  if (opened.kind === 'refused') return refused(`${opened.message} (TANAGER_DATA_DIR is ${config.dataDir})`);
  const { store } = opened;
  const giveUp = async (message: string): Promise<AuditResult> => {
    await store.close();
    return refused(message);
  };
  const master = loadMasterKey({ given: config.masterKey?.reveal(), file: masterKeyFile(config), mayCreate: false });
  if (master.kind === 'refused') return giveUp(master.message);
  if (!existsSync(file)) return giveUp(`the data keys are missing: ${file} does not exist`);
  let keys: KeyStore;
  try {
    keys = readSqliteKeys(file);
  } catch (error) {
    return giveUp(`${file} cannot be read: ${(error as Error).message}`);
  }
  // nothing is remembered: the service may destroy a key or make a new one at any time
  const result = await openVault({ master: master.key, keys, remembered: 0 });
  if (result.kind === 'refused') {
    await keys.close();
    return giveUp(result.message);
  }
  const { vault } = result;
  const journal = new Journal(store, vault, 'audit');
  return {
    kind: 'open',
    audit: {
      store, journal, trail: new Trail(journal),
      close: async () => {
        await store.close();
        await vault.close();
      },
    },
  };
};
