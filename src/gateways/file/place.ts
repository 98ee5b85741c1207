import { lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { within } from '../within.js';

/**
 * Where a file that may not exist yet is to be written. Its folder has to exist, and neither it nor the file may lead out of the one
 * folder that is allowed.
 * @param file relative to that folder, or absolute
 * @returns the path, or what is wrong
 */
export const fileWithin = (folder: string, file: string): { readonly path: string } | { readonly problem: string } => {
  if (/\0/.test(file)) return { problem: 'is not a name of a file' };
  const asked = resolve(folder, file);
  const place = within(folder, dirname(asked));
  if ('problem' in place) return place.problem === 'does not exist' ? { problem: 'lies in a folder that does not exist' } : place;
  const path = join(place.path, basename(asked));
  const there = lstatSync(path, { throwIfNoEntry: false });
  return there === undefined || there.isFile() ? { path } : { problem: 'is there already and is no plain file' };
};

/** A folder that has to exist, within the one that is allowed. */
export const folderWithin = (folder: string, asked: string): { readonly path: string } | { readonly problem: string } => {
  const place = /\0/.test(asked) ? { problem: 'is not a name of a folder' } : within(folder, asked);
  return 'problem' in place || lstatSync(place.path).isDirectory() ? place : { problem: 'is not a folder' };
};
