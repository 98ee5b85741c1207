import { realpathSync } from 'node:fs';
import { relative, isAbsolute, resolve, sep } from 'node:path';

/**
 * Where a path really is, when it lies in a folder or is the folder itself; symbolic links are followed before it is judged.
 * @param path relative to the folder, or absolute
 * @returns the real path, or what is wrong with it
 */
export const within = (folder: string, path: string): { readonly path: string } | { readonly problem: string } => {
  try {
    const root = realpathSync(folder);
    const real = realpathSync(resolve(root, path));
    const steps = relative(root, real);
    return isAbsolute(steps) || steps.split(sep)[0] === '..' ? { problem: 'lies outside the folder that the service allows' } : { path: real };
  } catch (error) {
    return { problem: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be reached' };
  }
};
