import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Codes stand in the files. */
const mode = 0o600;

/** Puts a file in place whole: whoever looks sees the old one or the new one, also after a power failure. @throws when it cannot */
export const replaceFile = async (path: string, content: Uint8Array): Promise<void> => {
  // hidden, so that nobody who looks for messages takes it for one
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.new`);
  try {
    await using(await open(temporary, 'wx', mode), async (file) => {
      await file.writeFile(content);
      await file.sync();
    });
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await using(await open(dirname(path), 'r'), (folder) => folder.sync());
};

/** Adds to the end of a file, wholly or not at all. @throws when it cannot */
export const appendToFile = async (path: string, content: Uint8Array): Promise<void> => {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  await using(await open(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, mode), async (file) => {
    await file.chmod(mode);
    const { size } = await file.stat();
    try {
      const { bytesWritten } = await file.write(content);
      if (bytesWritten < content.length) throw Object.assign(new Error('the disk took a part only'), { code: 'ENOSPC' });
      await file.sync();
    } catch (error) {
      await file.truncate(size);
      throw error;
    }
  });
};

const using = async (file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> => {
  try {
    await work(file);
  } finally {
    await file.close();
  }
};
