import type { User } from '../commands/ports.js';
import type { Secret } from '../security/secret.js';

/** What one source knows of a user; which realm it serves is the directory's business. */
export type Person = Omit<User, 'realm' | 'resolver'>;

/** One source of users: a file, an LDAP server. */
export interface Resolver {
  readonly name: string;
  /** @returns undefined for a login that it does not know */
  find(login: string): Promise<Person | undefined>;
  /** False where nobody has a password. */
  readonly hasPasswords?: false;
  /** Takes as long for a login that it does not know. Throws `Overloaded` when too many wait. */
  checkPassword(login: string, password: Secret): Promise<boolean>;
}
