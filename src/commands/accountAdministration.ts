import { accountStream, type AccountDraft, type AccountEvent } from '../events/account.js';
import { refusalsStream } from '../events/refusals.js';
import type { Secret } from '../security/secret.js';
import type { Journal } from '../store/journal.js';
import { evolveAccount, initialAccount, isPaused, type Account } from './account.js';
import type { Context } from './context.js';
import { Handler, type Decision } from './handler.js';
import type { Change } from './outcome.js';
import type { Clock, Pins } from './ports.js';

export type SignIn = { readonly kind: 'accepted'; readonly name: string } | { readonly kind: 'refused'; readonly reason: 'wrong-credentials' | 'paused' | 'overloaded' | 'busy' };

/** Where a fold of an account lies. */
export interface Accounts {
  load(name: string): Promise<{ readonly account: Account; readonly revision: number } | undefined>;
}

const namePattern = /^[0-9A-Za-z_.@-]{1,80}$/;
/** Characters of a password. */
export const leastPassword = 8;
const rememberedStrangers = 1000;

/** Administrators: made, signed in, given API keys. */
export class AccountAdministration {
  readonly #handler: Handler<Account, AccountEvent, AccountDraft>;
  /** Failures under names that nobody has, the latest last. */
  readonly #strangers = new Map<string, Account>();

  constructor(private readonly journal: Journal, accounts: Accounts, private readonly pins: Pins, private readonly clock: Clock) {
    const snapshot = async (name: string) => {
      const found = await accounts.load(name);
      return found && { state: found.account, revision: found.revision };
    };
    this.#handler = new Handler({ stream: accountStream, initial: initialAccount, evolve: evolveAccount, snapshot }, journal, clock);
  }

  /** @param anyLength for the operator's own choice at the first start */
  async create(name: string, password: Secret, context: Context, { anyLength = false }: { readonly anyLength?: boolean } = {}): Promise<Change> {
    if (!namePattern.test(name)) return { kind: 'refused', reason: 'invalid', field: 'name', message: 'The name of an account has 1 to 80 letters, digits and the signs _ . @ -' };
    const fault = anyLength ? undefined : passwordFault(password);
    if (fault) return fault;
    const passwordHash = await this.pins.hash(password);
    return this.#handler.handle<Change>(name, context, (account) =>
      account.present ? { events: [], answer: { kind: 'refused', reason: 'exists', field: 'name', message: 'There is an account of this name already.' } } : done([
        { type: 'AccountCreated', data: {} }, { type: 'PasswordSet', data: { passwordHash } },
      ]));
  }

  async setPassword(name: string, password: Secret, context: Context): Promise<Change> {
    const fault = passwordFault(password);
    if (fault) return fault;
    const passwordHash = await this.pins.hash(password);
    return this.#handler.handle<Change>(name, context, (account) => (account.present ? done([{ type: 'PasswordSet', data: { passwordHash } }]) : unknown()));
  }

  /** Costs the same for an unknown name, a wrong password and an account that is paused. */
  async signIn(name: string, password: Secret, context: Context): Promise<SignIn> {
    const { state: seen } = namePattern.test(name) ? await this.#handler.load(name) : { state: initialAccount };
    const right = await this.pins.verify(seen.passwordHash && (await this.journal.unseal(accountStream(name), seen.passwordHash)), password);
    if (!seen.present) {
      // a name that nobody has is paused like any other, or the pause would tell which names there are
      const now = this.clock.now();
      const stranger = this.#strangers.get(name) ?? initialAccount;
      if (isPaused(stranger, now)) return { kind: 'refused', reason: 'paused' };
      this.#strangers.delete(name);
      this.#strangers.set(name, { ...stranger, failures: stranger.failures + 1, lastFailureAt: now.toISOString() });
      if (this.#strangers.size > rememberedStrangers) this.#strangers.delete(this.#strangers.keys().next().value!);
      await this.journal.append(refusalsStream(this.clock.now()), 'any', [{ type: 'AuthenticationRefused', data: { reason: 'unknown-account', login: name.slice(0, 200) } }], context);
      return { kind: 'refused', reason: 'wrong-credentials' };
    }
    const answer = await this.#handler.handle<SignIn>(name, context, (account, now): Decision<SignIn, AccountDraft> => {
      if (isPaused(account, now)) return { events: [{ type: 'SignInRefused', data: { reason: 'locked', counted: false } }], answer: { kind: 'refused', reason: 'paused' } };
      // the password may have been changed while it was verified
      if (!right || account.passwordHash !== seen.passwordHash) {
        return { events: [{ type: 'SignInRefused', data: { reason: 'wrong-password', counted: true } }], answer: { kind: 'refused', reason: 'wrong-credentials' } };
      }
      return { events: [{ type: 'SignedIn', data: {} }], answer: { kind: 'accepted', name } };
    });
    return answer;
  }

  /** @param keyHash SHA-256 of the key in hex; the key itself is nobody's but the caller's */
  issueApiKey(name: string, key: { readonly keyId: string; readonly keyHash: string; readonly label: string; readonly expiresAt?: string }, context: Context): Promise<Change> {
    return this.#handler.handle<Change>(name, context, (account) => (account.present ? done([{ type: 'ApiKeyIssued', data: { ...key } }]) : unknown()));
  }

  revokeApiKey(name: string, keyId: string, context: Context): Promise<Change> {
    return this.#handler.handle<Change>(name, context, (account) => (keyId in account.apiKeys ? done([{ type: 'ApiKeyRevoked', data: { keyId } }]) : done([])));
  }

  /** The account as it stands; for checking sessions and API keys. */
  async account(name: string): Promise<Account | undefined> {
    const { state } = await this.#handler.load(name);
    return state.present ? state : undefined;
  }
}

const done = (events: readonly AccountDraft[]): Decision<Change, AccountDraft> => ({ events, answer: { kind: 'done', changed: events.length > 0, value: undefined } });
const unknown = (): Decision<Change, AccountDraft> => ({ events: [], answer: { kind: 'refused', reason: 'unknown-account', field: 'name', message: 'There is no account of this name.' } });

const passwordFault = (password: Secret): Change | undefined =>
  [...password.reveal()].length < leastPassword
    ? { kind: 'refused', reason: 'invalid', field: 'password', message: `A password has at least ${leastPassword} characters.` }
    : undefined;
