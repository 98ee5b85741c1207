import { accountStream, type AccountDraft, type AccountEvent } from '../events/account.js';
import type { Secret } from '../security/secret.js';
import type { Journal } from '../store/journal.js';
import { evolveAccount, initialAccount, isPaused, type Account } from './account.js';
import type { Accounts, SignIn } from './accountAdministration.js';
import type { Context } from './context.js';
import { Handler, type Decision } from './handler.js';
import type { Clock, User, Users, Vault } from './ports.js';

/**
 * Users who sign in with the password that the user directory has. They have no account, but wrong passwords pause them like one, in a
 * stream whose name tells nothing about them.
 */
export class SignInUser {
  readonly #handler: Handler<Account, AccountEvent, AccountDraft>;

  constructor(private readonly users: Users, private readonly vault: Vault, journal: Journal, accounts: Accounts, clock: Clock) {
    const snapshot = async (name: string) => {
      const found = await accounts.load(name);
      return found && { state: found.account, revision: found.revision };
    };
    this.#handler = new Handler({ stream: accountStream, initial: initialAccount, evolve: evolveAccount, snapshot }, journal, clock);
  }

  async signIn(user: User, password: Secret, context: Context): Promise<SignIn> {
    // no account can have such a name
    const name = `user:${this.vault.index(`sign-in\0${user.realm.toLowerCase()}\0${user.login}`)}`;
    const right = await this.users.checkPassword(user, password);
    return this.#handler.handle<SignIn>(name, context, (account, now): Decision<SignIn, AccountDraft> => {
      if (isPaused(account, now)) return { events: [{ type: 'SignInRefused', data: { reason: 'locked', counted: false } }], answer: { kind: 'refused', reason: 'paused' } };
      return right
        ? { events: [{ type: 'SignedIn', data: {} }], answer: { kind: 'accepted', name: user.login } }
        : { events: [{ type: 'SignInRefused', data: { reason: 'wrong-password', counted: true } }], answer: { kind: 'refused', reason: 'wrong-credentials' } };
    });
  }
}
