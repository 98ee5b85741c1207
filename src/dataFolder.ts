import { join } from 'node:path';
import type { Config } from './config.js';

/** What lies where in the data folder; the embedded store names its own files. */
export const masterKeyFile = ({ dataDir, masterKeyFile: given }: Pick<Config, 'dataDir' | 'masterKeyFile'>): string => given ?? join(dataDir, 'master.key');
/** Who was forgotten; only where the keys lie on a cluster, whose backups bring them back. */
export const erasuresFile = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'erased');
export const keysFile = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'keys.db');
