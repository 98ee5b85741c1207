import { hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const keyBytes = 32;
const openToOthers = 0o077;

/** What a sub-key is for. A label must never change or be used twice: everything made with the old sub-key would be lost. */
export type KeyLabel = 'key-wrapping' | 'key-check' | 'look-up-index' | 'pin-pepper' | 'session-signing';

/** The key that all others hang on. It never leaves this object, a private field that nothing prints; parts of the program get sub-keys of their own. */
export class MasterKey {
  readonly #bytes: Buffer;

  /** @param bytes 32 random bytes */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== keyBytes) throw new RangeError(`a master key has ${keyBytes} bytes`);
    this.#bytes = Buffer.from(bytes);
  }

  /** @returns 32 bytes, HKDF-SHA256 (RFC 5869) with the label as info; sub-keys say nothing about one another */
  derive(label: KeyLabel): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#bytes, '', `tanager/1/${label}`, keyBytes));
  }
}

export type MasterKeyResult =
  | { readonly kind: 'ready'; readonly key: MasterKey; readonly origin: 'given' | 'file' | 'made' }
  /** `message` is for the administrator and holds nothing secret. */
  | { readonly kind: 'refused'; readonly message: string };

const refused = (message: string): MasterKeyResult => ({ kind: 'refused', message });

/** Bytes of a key in hex, base64 or base64url; undefined for anything that is not exactly 32 bytes. */
const decode = (text: string): Buffer | undefined => {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
  const bytes = Buffer.from(trimmed, 'base64');
  return bytes.length === keyBytes ? bytes : undefined;
};

/**
 * Finds the master key: the one that is given, else the one in the file, else a new one that is written there.
 *
 * @param given value of TANAGER_MASTER_KEY, hex or base64
 * @param file where the key lies; made with mode 0600
 * @param mayCreate false when keys or events exist already: a new key could read none of them
 */
export const loadMasterKey = ({ given, file, mayCreate }: { given?: string | undefined; file: string; mayCreate: boolean }): MasterKeyResult => {
  if (given !== undefined && given.trim() !== '') {
    const bytes = decode(given);
    return bytes ? { kind: 'ready', key: new MasterKey(bytes), origin: 'given' } : refused(`TANAGER_MASTER_KEY must be ${keyBytes} bytes, in hex or base64`);
  }
  try {
    return readKey(file) ?? (mayCreate ? makeKey(file) : missing(file));
  } catch (error) {
    return refused(`the master key file ${file} cannot be used: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
};

const missing = (file: string): MasterKeyResult =>
  refused(`the master key file ${file} is missing, but there is data that was sealed under it: put the file back, or set TANAGER_MASTER_KEY`);

const readKey = (file: string): MasterKeyResult | undefined => {
  const opened = openIfThere(file);
  if (opened === undefined) return undefined;
  try {
    // asked of what was opened, so that nobody can change the file between look and use
    const state = fstatSync(opened);
    if (!state.isFile()) return refused(`the master key file ${file} is not a regular file`);
    const mode = state.mode & 0o777;
    if (process.platform !== 'win32' && mode & openToOthers) return refused(`the master key file ${file} has mode 0${mode.toString(8)}, others can read it: chmod 600 it`);
    const bytes = decode(readFileSync(opened, 'utf8'));
    return bytes ? { kind: 'ready', key: new MasterKey(bytes), origin: 'file' } : refused(`the master key file ${file} does not hold a key of ${keyBytes} bytes in hex or base64`);
  } finally {
    closeSync(opened);
  }
};

const openIfThere = (file: string): number | undefined => {
  try {
    return openSync(file, constants.O_RDONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * Puts the key of a file into another one as well, beside data that is sealed under it; a key that is there stays.
 * @returns false when there is another key
 */
export const copyMasterKey = (from: string, to: string): boolean => {
  const key = decode(readFileSync(from, 'utf8'));
  if (!key) throw new Error(`${from} does not hold a key`);
  if (writeKey(to, key)) return true;
  const there = readKey(to);
  return there?.kind === 'ready' && there.key.derive('key-check').equals(new MasterKey(key).derive('key-check'));
};

const makeKey = (file: string): MasterKeyResult => {
  const bytes = randomBytes(keyBytes);
  return writeKey(file, bytes) ? { kind: 'ready', key: new MasterKey(bytes), origin: 'made' } : (readKey(file) ?? missing(file));
};

/**
 * A link appears whole or not at all and never replaces a file: of two processes that start at once, both use the key of the faster.
 * @returns false when there is a file
 */
const writeKey = (file: string, bytes: Buffer): boolean => {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const opened = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeSync(opened, `${bytes.toString('base64')}\n`);
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(file));
  return true;
};

const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
};
