import type { Secret } from '../security/secret.js';
import type { Journal } from '../store/journal.js';
import { accountHandler, type AccountHandler, type Accounts } from './accountHandler.js';
import type { Context } from './context.js';
import type { Clock, User, Users, Vault } from './ports.js';
import { signIn, type SignIn } from './signIn.js';

/**
 * Users who sign in with the password that the user directory has. They have no account, but wrong passwords pause them like one, in a
 * stream whose name tells nothing about them.
 */
export class SignInUser {
  readonly #handler: AccountHandler;

  constructor(private readonly users: Users, private readonly vault: Vault, journal: Journal, accounts: Accounts, clock: Clock) {
    this.#handler = accountHandler(journal, accounts, clock);
  }

  async signIn(user: User, password: Secret, context: Context): Promise<SignIn> {
    // no account can have such a name
    const name = `user:${this.vault.index(`sign-in\0${user.realm.toLowerCase()}\0${user.login}`)}`;
    const right = await this.users.checkPassword(user, password);
    return this.#handler.handle<SignIn>(name, context, (account, now) => signIn(account, now, right, user.login));
  }
}
