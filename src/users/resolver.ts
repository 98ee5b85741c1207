import type { User } from '../commands/ports.js';
import type { Secret } from '../security/secret.js';

/** What one source knows of a user; which realm it serves is the directory's business. */
export type Person = Omit<User, 'realm' | 'resolver'>;

/** One source of users: a file, an LDAP server. */
export interface Resolver {
  readonly name: string;
  readonly type: 'passwd' | 'ldap' | 'open';
  /** @returns undefined for a login that it does not know. Throws `DirectoryUnavailable` when it cannot be asked. */
  find(login: string): Promise<Person | undefined>;
  /** False where nobody has a password. */
  readonly hasPasswords?: false;
  /** Takes as long for a login that it does not know. Throws `Overloaded` when too many wait, and `DirectoryUnavailable`. */
  checkPassword(login: string, password: Secret): Promise<boolean>;
  /** Why it cannot be asked; undefined as long as it can. */
  problem?(): string | undefined;
  close?(): void;
}
