import { accessSync, constants, statSync } from 'node:fs';
import { within } from '../within.js';

/**
 * Finds the program of a name in the one folder that programs may be in. Whoever can change a file that the service runs can read every
 * code, so neither the file nor the folder may be writable by everybody.
 * @param name of a file, without a path
 * @returns the path, or what is wrong
 */
export const findProgram = (folder: string, name: string): { readonly path: string } | { readonly problem: string } => {
  if (name === '.' || name === '..' || /[/\\\0]/.test(name)) return { problem: 'must be the name of a file, without a path' };
  const found = within(folder, name);
  if ('problem' in found) return found;
  try {
    const file = statSync(found.path);
    if (!file.isFile()) return { problem: 'is not a file' };
    if ((file.mode & constants.S_IWOTH) !== 0) return { problem: 'may be written by everybody; take that right away (chmod o-w)' };
    if ((statSync(folder).mode & constants.S_IWOTH) !== 0) return { problem: 'lies in a folder that may be written by everybody; take that right away (chmod o-w)' };
    accessSync(found.path, constants.X_OK);
  } catch {
    return { problem: 'may not be executed by the service (chmod +x)' };
  }
  return found;
};
