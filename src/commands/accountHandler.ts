import { accountStream, type AccountDraft, type AccountEvent } from '../events/account.js';
import type { Journal } from '../store/journal.js';
import { evolveAccount, initialAccount, type Account } from './account.js';
import { Handler } from './handler.js';
import type { Clock } from './ports.js';

/** Where a fold of an account lies. */
export interface Accounts {
  load(name: string): Promise<{ readonly account: Account; readonly revision: number } | undefined>;
  /** Waits until everything is known here that was written before, by whomever. */
  caughtUp(): Promise<unknown>;
}

export type AccountHandler = Handler<Account, AccountEvent, AccountDraft>;

/** The handler of account streams. */
export const accountHandler = (journal: Journal, accounts: Accounts, clock: Clock): AccountHandler => {
  const snapshot = async (name: string) => {
    const found = await accounts.load(name);
    return found && { state: found.account, revision: found.revision };
  };
  return new Handler({ stream: accountStream, initial: initialAccount, evolve: evolveAccount, snapshot }, journal, clock);
};
