import { readFileSync } from 'node:fs';
import { readConfig, type ConfigResult } from '../config.js';
import type { ConfigFiles } from '../configSources.js';
import { Misuse, type Terminal } from './command.js';

/** Files of this machine. */
export const filesOnDisk: ConfigFiles = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
};

/** @throws Misuse that names every mistake */
export const configOf = ({ env, files }: Pick<Terminal, 'env' | 'files'>): Extract<ConfigResult, { kind: 'config' }> => {
  const result = readConfig({ env, files });
  if (result.kind === 'config') return result;
  throw new Misuse(`the configuration is wrong:\n${result.faults.map((fault) => `  ${fault}`).join('\n')}`);
};
