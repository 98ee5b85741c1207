import { evolveAccount, initialAccount, type Account } from '../commands/account.js';
import { accountEvents, nameOfAccount, type AccountEvent } from '../events/account.js';
import type { Projection } from './projection.js';
import type { ReadOnlySql } from './readModelsView.js';

/** The fold of every administrator's stream. */
export const accountsProjection: Projection = {
  name: 'accounts',
  version: 3,
  types: Object.keys(accountEvents),
  tables: ['CREATE TABLE {accounts} (name TEXT PRIMARY KEY, revision INTEGER NOT NULL, state TEXT NOT NULL) STRICT, WITHOUT ROWID'],
  apply(projected, sql) {
    const event = projected as typeof projected & AccountEvent;
    const name = nameOfAccount(event.stream);
    const row = sql.get<{ state: string }>('SELECT state FROM {accounts} WHERE name = ?', name);
    const account = evolveAccount(row ? (JSON.parse(row.state) as Account) : initialAccount, event);
    sql.run('INSERT OR REPLACE INTO {accounts} (name, revision, state) VALUES (?, ?, ?)', name, event.revision, JSON.stringify(account));
  },
};

export const accountByName = (sql: ReadOnlySql, name: string): { account: Account; revision: number } | undefined => {
  const row = sql.get<{ state: string; revision: number }>('SELECT state, revision FROM {accounts} WHERE name = ?', name);
  return row && { account: JSON.parse(row.state) as Account, revision: row.revision };
};

export const countAccounts = (sql: ReadOnlySql): number => sql.get<{ n: number }>("SELECT count(*) AS n FROM {accounts} WHERE json_extract(state, '$.present') = 1")!.n;

/** Whose API key it is; administrators are few, so that no table of keys is needed. */
export const accountOfApiKey = (sql: ReadOnlySql, keyId: string): string | undefined =>
  sql.get<{ name: string }>("SELECT name FROM {accounts}, json_each(state, '$.apiKeys') AS keys WHERE keys.key = ? LIMIT 1", keyId)?.name;
