import { open, stat } from 'node:fs/promises';
import type { Secret } from '../security/secret.js';
import { isCheckable, passwordCheck } from './passwordCheck.js';
import type { Person, Resolver } from './resolver.js';

interface Entry {
  readonly person: Person;
  readonly hash: string;
}
type Entries = ReadonlyMap<string, Entry>;
type Parsed = { readonly kind: 'users'; readonly entries: Entries } | { readonly kind: 'broken'; readonly message: string };

/** What must change for the file to be read again. */
type Mark = string;

export interface PasswdFileParts {
  readonly file: string;
  readonly name?: string;
  /** For the log: what is wrong with the file, by line number; never what stands in it. */
  readonly warn: (message: string) => void;
  /** Milliseconds for which a look at the file is good. */
  readonly lookEvery?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly clock?: () => number;
}

export type PasswdFileResult = { readonly kind: 'open'; readonly resolver: Resolver } | { readonly kind: 'refused'; readonly message: string };

/**
 * Users from a file in passwd format, `login:hash:uid:gid:gecos:home:shell`, with a gecos field of `full name,room,mobile,phone,email`
 * as privacyIDEA and LinOTP read it. Of two lines with one login the first counts; empty lines and such that begin with `#` do not.
 *
 * The file is read again when it has changed. Put a new one in place by renaming: one that is broken or half written is passed
 * over with a warning, and the users stay as they were.
 */
export const openPasswdFile = async ({ file, name = 'passwd', warn, lookEvery = 1000, clock = () => performance.now() }: PasswdFileParts): Promise<PasswdFileResult> => {
  const check = passwordCheck();
  let mark = await markOf(file);
  const first = await read(file);
  if (first.kind === 'broken') return { kind: 'refused', message: first.message };
  let entries = first.entries;
  let looked = clock();
  let looking: Promise<void> | undefined;
  warnOfHashes(entries, file, warn);

  const look = async (): Promise<void> => {
    const seen = await markOf(file);
    // marked before it is read: what changes meanwhile is seen at the next look
    if (seen !== mark) {
      mark = seen;
      const parsed = await read(file);
      if (parsed.kind === 'users') {
        entries = parsed.entries;
        warnOfHashes(entries, file, warn);
      } else warn(`${parsed.message}; the users stay as they were`);
    }
    looked = clock();
  };

  const current = async (): Promise<Entries> => {
    if (clock() - looked >= lookEvery) await (looking ??= look().finally(() => (looking = undefined)));
    return entries;
  };

  const resolver: Resolver = {
    name,
    type: 'passwd',
    find: async (login) => (await current()).get(login)?.person,
    checkPassword: async (login: string, password: Secret) => check(password, (await current()).get(login)?.hash),
  };
  return { kind: 'open', resolver };
};

const markOf = async (file: string): Promise<Mark> => {
  try {
    const { mtimeNs, ino, size } = await stat(file, { bigint: true });
    return `${mtimeNs} ${ino} ${size}`;
  } catch {
    return 'missing';
  }
};

const read = async (file: string): Promise<Parsed> => {
  try {
    const opened = await open(file);
    try {
      return parse(await opened.readFile('utf8'), file);
    } finally {
      await opened.close();
    }
  } catch (error) {
    return { kind: 'broken', message: `the users file ${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}` };
  }
};

const fields = 7;

const parse = (text: string, file: string): Parsed => {
  const entries = new Map<string, Entry>();
  for (const [index, line] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [login = '', hash = '', uid = '', , gecos = '', ...more] = line.split(':');
    if (login === '' || uid === '' || more.length !== fields - 5) {
      return { kind: 'broken', message: `line ${index + 1} of the users file ${file} is not of the form login:hash:uid:gid:name,room,mobile,phone,email:home:shell` };
    }
    if (!entries.has(login)) entries.set(login, { person: personOf(login, uid, gecos), hash });
  }
  return { kind: 'users', entries };
};

const personOf = (login: string, userId: string, gecos: string): Person => {
  const [fullName = '', , mobile = '', phone = '', email = ''] = gecos.split(',').map((part) => part.trim());
  const [, givenName = '', surname = ''] = /^(\S*)\s*(.*)$/s.exec(fullName) ?? [];
  return { login, userId, ...given({ mobile, phone, email, givenName, surname }) };
};

const given = (attributes: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));

/** A hash of a kind that cannot be checked would otherwise only be noticed by the user who cannot sign in. */
const warnOfHashes = (entries: Entries, file: string, warn: (message: string) => void): void => {
  const unknown = [...entries.values()].filter(({ hash }) => hash.startsWith('$') && !isCheckable(hash)).length;
  if (unknown > 0) warn(`${unknown} users of ${file} have password hashes that are neither $5$, $6$ nor Argon2, or cost too much: their passwords match nothing`);
};
