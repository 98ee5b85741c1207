import { accountStream, type AccountDraft } from '../events/account.js';
import { refusalsStream } from '../events/refusals.js';
import type { Secret } from '../security/secret.js';
import { Overloaded } from '../security/turnstile.js';
import type { Journal } from '../store/journal.js';
import { accountName, accountNameRule, initialAccount, type Account } from './account.js';
import { accountHandler, type AccountHandler, type Accounts } from './accountHandler.js';
import { done, refusal, refused } from './change.js';
import type { Context } from './context.js';
import type { Change } from './outcome.js';
import type { Clock, Pins } from './ports.js';
import { signIn, type SignIn } from './signIn.js';
import { Strangers } from './strangers.js';
import { Turns } from './turns.js';

/** Characters of a password. */
export const leastPassword = 8;
/** Characters of a name that was sent that are kept. */
const longestName = 200;
/** So many sign-ins may wait for their turn at one name. */
const longestLine = 200;

/** Administrators: made, signed in, given API keys. */
export class AccountAdministration {
  readonly #handler: AccountHandler;
  readonly #strangers = new Strangers();
  /** One sign-in at a time under one name: of many at once no more are compared than the pause lets through. */
  readonly #turns = new Turns();

  constructor(private readonly journal: Journal, private readonly accounts: Accounts, private readonly pins: Pins, private readonly clock: Clock) {
    this.#handler = accountHandler(journal, accounts, clock);
  }

  /** @param anyLength for the operator's own choice */
  async create(name: string, password: Secret, context: Context, { anyLength = false }: { readonly anyLength?: boolean } = {}): Promise<Change> {
    if (!accountName.test(name)) return refusal('invalid', `The name of an account has ${accountNameRule}.`, 'name');
    const fault = anyLength ? undefined : passwordFault(password);
    if (fault) return fault;
    const passwordHash = await this.pins.hash(password);
    return this.#handler.handle<Change>(name, context, (account) => (account.present
      ? refused('exists', 'There is an account of this name already.', 'name')
      : done<AccountDraft>([{ type: 'AccountCreated', data: {} }, { type: 'PasswordSet', data: { passwordHash } }])));
  }

  async setPassword(name: string, password: Secret, context: Context): Promise<Change> {
    const fault = passwordFault(password);
    if (fault) return fault;
    const passwordHash = await this.pins.hash(password);
    return this.#handler.handle<Change>(name, context, (account) => (account.present ? done([{ type: 'PasswordSet', data: { passwordHash } }]) : unknown()));
  }

  /**
   * Takes up the password that the operator has configured, of any length, if it is a new choice of his. One that the account had before
   * stays a thing of the past: else a password that was changed because it had become known would be back with the next start.
   */
  async adoptPassword(name: string, password: Secret, context: Context): Promise<'in-force' | 'adopted' | 'outdated' | 'unknown-account'> {
    const stream = accountStream(name);
    const { state: seen } = await this.#handler.load(name);
    if (!seen.present) return 'unknown-account';
    const isOf = async (hash: Account['passwordHash']): Promise<boolean> => this.pins.verify(hash && (await this.journal.unseal(stream, hash)), password);
    if (await isOf(seen.passwordHash)) return 'in-force';
    for (const event of await this.journal.read(stream)) {
      if (event.type === 'PasswordSet' && (await isOf(event.data.passwordHash))) return 'outdated';
    }
    const passwordHash = await this.pins.hash(password);
    const change = await this.#handler.handle<Change>(name, context, () => done<AccountDraft>([{ type: 'PasswordSet', data: { passwordHash } }]));
    if (change.kind === 'refused') throw new Error(`the configured password could not be set: ${change.message}`);
    return 'adopted';
  }

  /** Costs the same for an unknown name, a wrong password and an account that is paused. */
  async signIn(sent: string, password: Secret, context: Context): Promise<SignIn> {
    const name = sent.slice(0, longestName);
    try {
      return (await this.#turns.take(name, longestLine, () => this.signInAs(name, password, context))) ?? { kind: 'refused', reason: 'busy' };
    } catch (error) {
      if (error instanceof Overloaded) return { kind: 'refused', reason: 'overloaded' };
      throw error;
    }
  }

  private async signInAs(name: string, password: Secret, context: Context): Promise<SignIn> {
    // a password that was just set on another instance must not be taken for a wrong one
    await this.accounts.caughtUp();
    const { state: seen } = accountName.test(name) ? await this.#handler.load(name) : { state: initialAccount };
    const right = await this.pins.verify(seen.passwordHash && (await this.journal.unseal(accountStream(name), seen.passwordHash)), password);
    if (!seen.present) {
      const now = this.clock.now();
      if (!this.#strangers.count(name, now)) return { kind: 'refused', reason: 'paused' };
      await this.journal.append(refusalsStream(now), 'any', [{ type: 'AuthenticationRefused', data: { reason: 'unknown-account', login: name } }], context);
      return { kind: 'refused', reason: 'wrong-credentials' };
    }
    // the password may have been changed while it was verified
    return this.#handler.handle<SignIn>(name, context, (account, now) => signIn(account, now, right && account.passwordHash === seen.passwordHash, name));
  }

  /** Ends a session before its time. */
  signOut(name: string, session: { readonly id: string; readonly expiresAt: Date }, context: Context): Promise<Change> {
    const signedOut: AccountDraft = { type: 'SignedOut', data: { sessionId: session.id, expiresAt: session.expiresAt.toISOString() } };
    return this.#handler.handle<Change>(name, context, (account) => (Object.hasOwn(account.signedOut, session.id) ? done([]) : done([signedOut])));
  }

  /** @param keyHash SHA-256 of the key in hex; the key itself is nobody's but the caller's */
  issueApiKey(name: string, key: { readonly keyId: string; readonly keyHash: string; readonly label: string; readonly expiresAt?: string }, context: Context): Promise<Change> {
    return this.#handler.handle<Change>(name, context, (account) => (account.present ? done([{ type: 'ApiKeyIssued', data: { ...key } }]) : unknown()));
  }

  revokeApiKey(name: string, keyId: string, context: Context): Promise<Change> {
    return this.#handler.handle<Change>(name, context, (account) => (Object.hasOwn(account.apiKeys, keyId) ? done([{ type: 'ApiKeyRevoked', data: { keyId } }]) : done([])));
  }

  /** The account as it stands; for checking sessions and API keys. */
  async account(name: string): Promise<Account | undefined> {
    const { state } = await this.#handler.load(name);
    return state.present ? state : undefined;
  }
}

const unknown = () => refused('unknown-account', 'There is no account of this name.', 'name');

const passwordFault = (password: Secret): Change | undefined =>
  [...password.reveal()].length < leastPassword
    ? refusal('invalid', `A password has at least ${leastPassword} characters.`, 'password')
    : undefined;
