import type { Account } from '../commands/account.js';
import type { WrittenGateway } from '../commands/gatewayAdministration.js';
import type { Messages, Settings, SettingsReader, Tokens, Vault } from '../commands/ports.js';
import { settingsByRealm } from '../commands/settingsInForce.js';
import type { Challenge, Token } from '../commands/token.js';
import type { Sealed } from '../events/event.js';
import { gatewayStream, nameOfGateway } from '../events/gateway.js';
import { mailServerStream } from '../events/mailServer.js';
import { settingsStream } from '../events/settings.js';
import { tokenStream } from '../events/token.js';
import { ownerIndex, type Journal } from '../store/journal.js';
import { accountByName, accountOfApiKey, countAccounts } from './accounts.js';
import { gatewayByName, listGateways, type GatewayView } from './gateways.js';
import { listMailServers, mailServerByName, type MailServerView } from './mailServers.js';
import { messageAt, messageEvents, messageWithId } from './messages.js';
import type { ReadOnlySql } from './readModelsView.js';
import { listSettings } from './settings.js';
import { countTokens, listTokens, overdueChallenges, serialsInTransaction, serialsOfOwner, serialsWithChallenges, tokenBySerial, unsentChallenges, type TokenFilter, type TokenOrder, type TokenView, type UnsentChallenge } from './tokens.js';

/** A token with its personal data opened for an administrator; what was erased is missing. */
export interface TokenDetails extends TokenView {
  readonly phone?: string;
  readonly description?: string;
  readonly owner?: { readonly login?: string; readonly realm: string; readonly resolver?: string; readonly userId?: string };
  readonly info: Readonly<Record<string, string>>;
}

/** Narrows a list of tokens; the owner by login and realm. */
export type TokenQuery = Omit<TokenFilter, 'owner'> & { readonly owner?: { readonly login: string; readonly realm: string } };

export interface RememberedChallenge {
  readonly serial: string;
  readonly challenge: Challenge;
  readonly token: Token;
}

export interface GatewayDetails extends Omit<GatewayView, 'options'>, WrittenGateway {}

/** A mail server with its options opened: the caller censors. */
export interface MailServerDetails extends Omit<MailServerView, 'options'> {
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Setting {
  readonly key: string;
  readonly value: string;
  readonly secret: boolean;
}

const orNothing = <T>(found: readonly T[]): readonly T[] | undefined => (found.length > 0 ? found : undefined);

/** How far back a message is looked for in its stream: of one that is older, every word is the first. */
const recentEvents = 1_000;

/** What requests ask the read models. As new as this instance's own writes; whoever asks for what is not there waits until it is known what others wrote. */
export class Queries implements Tokens, SettingsReader {
  /** What every request asks, kept until somebody changes it. */
  #settings: Promise<{ readonly all: readonly Setting[]; readonly inRealm: (realm?: string) => Settings }> | undefined;
  readonly messages: Messages = {
    withId: (gateway, messageId) => this.sought(() => messageWithId(this.sql, gateway, messageId)),
    at: async ({ stream, part }, gateway) => {
      const records = (await this.journal.store.readStreamBackwards(stream, recentEvents)).filter(({ type }) => messageEvents.includes(type));
      return messageAt(records.map((record) => this.journal.decode(record)), { stream, part, gateway });
    },
  };
  readonly #gateways = new Map<string, Promise<GatewayDetails | undefined>>();

  constructor(
    private readonly sql: ReadOnlySql,
    private readonly journal: Journal,
    private readonly vault: Vault,
    /** Resolves when the read models have seen everything that was in the store; left out where nobody else writes to it. */
    private readonly others?: () => Promise<void>,
  ) {
    journal.changed.subscribe(({ stream }) => {
      if (stream === settingsStream) this.#settings = undefined;
      if (stream.startsWith(gatewayStream(''))) this.#gateways.delete(nameOfGateway(stream));
    });
  }

  // ---- for decisions

  async load(serial: string): Promise<{ token: Token; revision: number } | undefined> {
    return tokenBySerial(this.sql, serial);
  }

  async ofOwner(login: string, realm: string): Promise<readonly string[]> {
    return (await this.sought(() => orNothing(serialsOfOwner(this.sql, ownerIndex(this.vault, login, realm))))) ?? [];
  }

  async account(name: string): Promise<{ account: Account; revision: number } | undefined> {
    return accountByName(this.sql, name);
  }

  /** Name of the account that was given the API key. */
  async accountOfApiKey(keyId: string): Promise<string | undefined> {
    return this.sought(() => accountOfApiKey(this.sql, keyId));
  }

  /** Whether nobody can administer yet. */
  async hasAccounts(): Promise<boolean> {
    return countAccounts(this.sql) > 0;
  }

  async inTransaction(transactionId: string): Promise<readonly string[]> {
    return (await this.sought(() => orNothing(serialsInTransaction(this.sql, transactionId)))) ?? [];
  }

  async caughtUp(): Promise<boolean> {
    await this.others?.();
    return this.others !== undefined;
  }

  async current(realm?: string): Promise<Settings> {
    return (await this.readSettings()).inRealm(realm);
  }

  /** Tokens with open challenges whose time is over. @param by.others only those whose time was over by then, where another than this instance issued them */
  async overdue(now: Date, limit: number, by: { readonly instance: string; readonly others: Date }): Promise<readonly string[]> {
    return overdueChallenges(this.sql, now, limit, by);
  }

  /** Challenges that are alive and that an instance may send, those that end soonest first. @param by.alone whether whoever else holds one must be dead */
  async unsent(now: Date, limit: number, by: { readonly instance: string; readonly alone: boolean }): Promise<readonly UnsentChallenge[]> {
    return unsentChallenges(this.sql, now, limit, by);
  }

  // ---- for administrators

  async token(serial: string): Promise<TokenDetails | undefined> {
    const found = tokenBySerial(this.sql, serial);
    return found && found.token.life === 'present' ? this.opened(found) : undefined;
  }

  /** @param filter.owner narrows to the tokens of one user; `limit` and `offset` count tokens in the order */
  async tokens(filter: TokenQuery, limit = -1, offset = 0, order?: TokenOrder): Promise<{ count: number; tokens: TokenDetails[] }> {
    const wanted = this.indexed(filter);
    const tokens = await Promise.all(listTokens(this.sql, wanted, limit, offset, order).map((view) => this.opened(view)));
    return { count: countTokens(this.sql, wanted), tokens };
  }

  /** Tokens by what only their opened fields tell. Opens every token that the filter leaves, one after another. */
  async search(filter: TokenQuery, matches: (token: TokenDetails) => boolean): Promise<TokenDetails[]> {
    const found: TokenDetails[] = [];
    for (const view of listTokens(this.sql, this.indexed(filter))) {
      const token = await this.opened(view);
      if (matches(token)) found.push(token);
    }
    return found;
  }

  /** Looks, and looks again where it is not there and another instance may have written it. */
  private async sought<T>(look: () => T | undefined): Promise<T | undefined> {
    return look() ?? ((await this.caughtUp()) ? look() : undefined);
  }

  private indexed({ owner, ...rest }: TokenQuery): TokenFilter {
    return { ...rest, ...(owner ? { owner: ownerIndex(this.vault, owner.login, owner.realm) } : {}) };
  }

  /** Challenges of a transaction that are remembered, token by token. */
  async transaction(transactionId: string): Promise<readonly RememberedChallenge[]> {
    return (await this.inTransaction(transactionId)).flatMap((serial) => this.remembered(serial)).filter(({ challenge }) => challenge.transactionId === transactionId);
  }

  /** All challenges that are remembered, of one token or of all. */
  async challenges(serial?: string): Promise<readonly RememberedChallenge[]> {
    return (serial === undefined ? serialsWithChallenges(this.sql) : [serial]).flatMap((each) => this.remembered(each));
  }

  private remembered(serial: string): RememberedChallenge[] {
    const found = tokenBySerial(this.sql, serial);
    return found ? found.token.challenges.map((challenge) => ({ serial, challenge, token: found.token })) : [];
  }

  gateway(name: string): Promise<GatewayDetails | undefined> {
    let found = this.#gateways.get(name);
    if (!found) {
      const view = gatewayByName(this.sql, name);
      found = view ? this.openedGateway(view) : Promise.resolve(undefined);
      // names that nobody defined come from strangers, too
      if (view) this.#gateways.set(name, found);
      found.catch(() => this.#gateways.delete(name));
    }
    return found;
  }

  gateways(): Promise<GatewayDetails[]> {
    return Promise.all(listGateways(this.sql).map((view) => this.openedGateway(view)));
  }

  async mailServer(name: string): Promise<MailServerDetails | undefined> {
    const view = mailServerByName(this.sql, name);
    return view && this.openedMailServer(view);
  }

  mailServers(): Promise<MailServerDetails[]> {
    return Promise.all(listMailServers(this.sql).map((view) => this.openedMailServer(view)));
  }

  /** Everything that was set, secrets in plain text: the caller censors. */
  async settings(): Promise<readonly Setting[]> {
    return (await this.readSettings()).all;
  }

  private readSettings() {
    this.#settings ??= this.openSettings().catch((error: unknown) => {
      this.#settings = undefined;
      throw error;
    });
    return this.#settings;
  }

  private async openSettings() {
    const all = await Promise.all(listSettings(this.sql).map(async ({ key, value, secret }) => ({
      key, value: (await this.journal.unseal(settingsStream, value)) ?? '', secret,
    })));
    const values = new Map(all.map(({ key, value }) => [key, value]));
    return { all, inRealm: settingsByRealm(values.keys(), (name) => values.get(name)) };
  }

  private async opened(view: TokenView): Promise<TokenDetails> {
    const reader = await this.vault.readerFor(tokenStream(view.serial));
    const open = (sealed: Sealed | undefined) => (sealed === undefined ? undefined : reader.unseal(sealed));
    const { owner, phone, description, info } = view.token;
    const plain = Object.entries(info).flatMap(([key, value]) => { const text = open(value); return text === undefined ? [] : [[key, text] as const]; });
    return {
      ...view, phone: open(phone), description: open(description), info: Object.fromEntries(plain),
      ...(owner ? { owner: { login: open(owner.login), realm: owner.realm, resolver: owner.resolver, userId: open(owner.userId) } } : {}),
    };
  }

  private async openedGateway(view: GatewayView): Promise<GatewayDetails> {
    const options = await this.journal.unseal(gatewayStream(view.name), view.options);
    return { ...view, ...(options === undefined ? { options: {} } : (JSON.parse(options) as WrittenGateway)) };
  }

  private async openedMailServer(view: MailServerView): Promise<MailServerDetails> {
    const options = await this.journal.unseal(mailServerStream(view.name), view.options);
    return { ...view, options: options === undefined ? {} : (JSON.parse(options) as Record<string, unknown>) };
  }
}
