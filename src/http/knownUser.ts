import { DirectoryUnavailable } from '../commands/directoryUnavailable.js';
import type { User, Users } from '../commands/ports.js';
import { Overloaded } from '../security/turnstile.js';

/** What the directory knows of a user, for an answer that stands without it: nothing where it cannot be asked. */
export const knownUser = (users: Users, login: string, realm?: string): Promise<User | undefined> =>
  users.find(login, realm).catch((error: unknown) => {
    if (error instanceof DirectoryUnavailable || error instanceof Overloaded) return undefined;
    throw error;
  });
