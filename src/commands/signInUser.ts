import type { Secret } from '../security/secret.js';
import type { Journal } from '../store/journal.js';
import { isPaused } from './account.js';
import { accountHandler, type AccountHandler, type Accounts } from './accountHandler.js';
import type { Context } from './context.js';
import type { Clock, User, Users, Vault } from './ports.js';
import { signIn, type SignIn } from './signIn.js';
import { Turns } from './turns.js';

/** So many sign-ins may wait for their turn at one user. */
const longestLine = 100;

/**
 * Users who sign in with the password that the user directory has. They have no account, but wrong passwords pause them like one, in a
 * stream whose name tells nothing about them.
 */
export class SignInUser {
  readonly #handler: AccountHandler;

  /** One password at a time: of many that are tried at once, no more may reach the directory than a user has attempts. */
  readonly #turns = new Turns();

  constructor(private readonly users: Users, private readonly vault: Vault, journal: Journal, accounts: Accounts, private readonly clock: Clock) {
    this.#handler = accountHandler(journal, accounts, clock);
  }

  async signIn(user: User, password: Secret, context: Context): Promise<SignIn> {
    // no account can have such a name
    const name = `user:${this.vault.index(`sign-in\0${user.realm.toLowerCase()}\0${user.login}`)}`;
    return (await this.#turns.take(name, longestLine, () => this.signInAs(name, user, password, context))) ?? { kind: 'refused', reason: 'busy' };
  }

  private async signInAs(name: string, user: User, password: Secret, context: Context): Promise<SignIn> {
    const { state: seen } = await this.#handler.load(name);
    // what cannot let in any more must not cost the user anything in the directory: nobody's password is tried instead, which takes as long
    const paused = isPaused(seen, this.clock.now());
    const right = (await this.users.checkPassword(paused ? { ...user, login: '', resolver: '' } : user, password)) && !paused;
    return this.#handler.handle<SignIn>(name, context, (account, now) => signIn(account, now, right, user.login));
  }
}
