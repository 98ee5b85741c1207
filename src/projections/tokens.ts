import { evolve, initialToken, type Challenge, type Token } from '../commands/token.js';
import { serialOf, tokenEvents, type TokenEvent } from '../events/token.js';
import type { Projected, Projection, Sql } from './projection.js';
import type { ReadOnlySql } from './readModelsView.js';

/**
 * The fold of every token stream, which is also its snapshot, an index of the challenges that the folds remember, and those whose SMS is still
 * to be sent. These are few at any time: a table that stays small costs every login less than an index over a large one.
 */
export const tokensProjection: Projection = {
  name: 'tokens',
  version: 8,
  types: Object.keys(tokenEvents),
  tables: [
    `CREATE TABLE {tokens} (
      serial TEXT PRIMARY KEY, revision INTEGER NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL,
      present INTEGER NOT NULL, owner TEXT, realm TEXT, active INTEGER NOT NULL) STRICT`,
    'CREATE INDEX {tokens_owner} ON {tokens} (owner) WHERE owner IS NOT NULL',
    `CREATE TABLE {challenges} (
      transaction_id TEXT NOT NULL, serial TEXT NOT NULL, expires_at TEXT NOT NULL, open INTEGER NOT NULL, issuer TEXT NOT NULL,
      PRIMARY KEY (transaction_id, serial)) STRICT, WITHOUT ROWID`,
    'CREATE INDEX {challenges_open} ON {challenges} (expires_at) WHERE open = 1',
    `CREATE TABLE {unsent} (
      transaction_id TEXT NOT NULL, serial TEXT NOT NULL, issued_by TEXT NOT NULL, sender TEXT NOT NULL, lease_until TEXT NOT NULL, expires_at TEXT NOT NULL,
      PRIMARY KEY (transaction_id, serial)) STRICT, WITHOUT ROWID`,
  ],
  apply(event, sql) {
    const serial = serialOf(event.stream);
    const row = sql.get<TokenRow>('SELECT number, owner, state FROM {tokens} WHERE serial = ?', serial);
    const before = row ? (JSON.parse(row.state) as Token) : initialToken;
    const token = evolve(before, event as Projected & TokenEvent);
    const owner = token.owner ? (event.index['owner'] ?? row?.owner ?? null) : null;
    sql.run(
      `INSERT INTO {tokens} (serial, revision, number, state, present, owner, realm, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (serial) DO UPDATE SET revision = excluded.revision, state = excluded.state, present = excluded.present,
         owner = excluded.owner, realm = excluded.realm, active = excluded.active`,
      serial, event.revision, row?.number ?? event.position, JSON.stringify(token), Number(token.life === 'present'), owner,
      token.owner?.realm ?? null, Number(token.enabled),
    );
    if (before.challenges === token.challenges) return;
    indexChallenges(serial, before.challenges, token.challenges, sql);
    indexUnsent(serial, event.id, before.challenges, token.challenges, sql);
  },
};

interface TokenRow {
  readonly number: number;
  readonly owner: string | null;
  readonly state: string;
}

const indexChallenges = (serial: string, before: readonly Challenge[], after: readonly Challenge[], sql: Sql): void => {
  for (const { transactionId } of before) {
    if (!after.some((challenge) => challenge.transactionId === transactionId)) {
      sql.run('DELETE FROM {challenges} WHERE transaction_id = ? AND serial = ?', transactionId, serial);
    }
  }
  for (const challenge of after) {
    const earlier = before.find(({ transactionId }) => transactionId === challenge.transactionId);
    if (earlier && (earlier.status === 'open') === (challenge.status === 'open')) continue;
    sql.run(
      `INSERT INTO {challenges} (transaction_id, serial, expires_at, open, issuer) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (transaction_id, serial) DO UPDATE SET open = excluded.open`,
      challenge.transactionId, serial, challenge.expiresAt, Number(challenge.status === 'open'), challenge.sender,
    );
  }
};

const isUnsent = ({ status, delivery }: Challenge): boolean => status === 'open' && delivery === 'pending';

const indexUnsent = (serial: string, eventId: string, before: readonly Challenge[], after: readonly Challenge[], sql: Sql): void => {
  const earlier = before.filter(isUnsent);
  const now = after.filter(isUnsent);
  for (const { transactionId } of earlier) {
    if (!now.some((challenge) => challenge.transactionId === transactionId)) sql.run('DELETE FROM {unsent} WHERE transaction_id = ? AND serial = ?', transactionId, serial);
  }
  for (const { transactionId, sender, leaseUntil, expiresAt } of now) {
    const known = earlier.find((challenge) => challenge.transactionId === transactionId);
    if (!known) {
      sql.run('INSERT INTO {unsent} (transaction_id, serial, issued_by, sender, lease_until, expires_at) VALUES (?, ?, ?, ?, ?, ?)', transactionId, serial, eventId, sender, leaseUntil, expiresAt);
    } else if (known.leaseUntil !== leaseUntil || known.sender !== sender) {
      sql.run('UPDATE {unsent} SET sender = ?, lease_until = ? WHERE transaction_id = ? AND serial = ?', sender, leaseUntil, transactionId, serial);
    }
  }
};

/** A token as the read model has it; sealed fields are ciphertext. */
export interface TokenView {
  readonly serial: string;
  readonly revision: number;
  /** Grows with enrolment: privacyIDEA's and LinOTP's numeric id. */
  readonly number: number;
  readonly token: Token;
}

type Row = { serial: string; revision: number; number: number; state: string };
const view = ({ serial, revision, number, state }: Row): TokenView => ({ serial, revision, number, token: JSON.parse(state) as Token });

export const tokenBySerial = (sql: ReadOnlySql, serial: string): TokenView | undefined => {
  const row = sql.get<Row>('SELECT serial, revision, number, state FROM {tokens} WHERE serial = ?', serial);
  return row && view(row);
};

/** @param owner keyed digest of login and realm */
export const serialsOfOwner = (sql: ReadOnlySql, owner: string): string[] =>
  sql.all<{ serial: string }>('SELECT serial FROM {tokens} WHERE owner = ? AND present = 1 ORDER BY number', owner).map(({ serial }) => serial);

export const serialsInTransaction = (sql: ReadOnlySql, transactionId: string): string[] =>
  sql.all<{ serial: string }>('SELECT serial FROM {challenges} WHERE transaction_id = ? ORDER BY serial', transactionId).map(({ serial }) => serial);

/** What a list of tokens can be narrowed by without opening sealed fields; `*` in a serial stands for any text, of several one must fit. */
export interface TokenFilter {
  readonly serial?: string | readonly string[];
  readonly owner?: string;
  readonly realm?: string;
  readonly active?: boolean;
  readonly assigned?: boolean;
}

export interface TokenOrder {
  /** `number`: in order of enrolment. */
  readonly by: 'number' | 'serial';
  readonly descending?: boolean;
}

/** All tokens that are there and match. */
export const listTokens = (sql: ReadOnlySql, filter: TokenFilter, limit = -1, offset = 0, { by, descending }: TokenOrder = { by: 'number' }): TokenView[] => {
  const { where, parameters } = conditions(filter);
  const order = `${by === 'serial' ? 'serial' : 'number'}${descending ? ' DESC' : ''}`;
  return sql.all<Row>(`SELECT serial, revision, number, state FROM {tokens} WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`, ...parameters, limit, offset).map(view);
};

export const countTokens = (sql: ReadOnlySql, filter: TokenFilter): number => {
  const { where, parameters } = conditions(filter);
  return sql.get<{ n: number }>(`SELECT count(*) AS n FROM {tokens} WHERE ${where}`, ...parameters)!.n;
};

const conditions = ({ serial, owner, realm, active, assigned }: TokenFilter): { where: string; parameters: unknown[] } => {
  const clauses: [string, ...unknown[]][] = [['present = 1']];
  // GLOB would read [ and ? as patterns of its own
  if (serial !== undefined) {
    const patterns = [serial].flat().map((pattern) => pattern.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%'));
    clauses.push([`(${patterns.map(() => "serial LIKE ? ESCAPE '\\'").join(' OR ') || '0'})`, ...patterns]);
  }
  if (owner !== undefined) clauses.push(['owner = ?', owner]);
  if (realm !== undefined) clauses.push(['realm = ?', realm]);
  if (active !== undefined) clauses.push(['active = ?', Number(active)]);
  if (assigned !== undefined) clauses.push([assigned ? 'owner IS NOT NULL' : 'owner IS NULL']);
  return { where: clauses.map(([clause]) => clause).join(' AND '), parameters: clauses.flatMap(([, ...parameters]) => parameters) };
};

/** Serials of the tokens that remember challenges. */
export const serialsWithChallenges = (sql: ReadOnlySql): string[] =>
  sql.all<{ serial: string }>('SELECT DISTINCT serial FROM {challenges} ORDER BY serial').map(({ serial }) => serial);

/** Open challenges whose time is over, oldest first. @param others only those whose time was over by then, where another than this instance issued them */
export const overdueChallenges = (sql: ReadOnlySql, now: Date, limit: number, { instance, others }: { readonly instance: string; readonly others: Date }): string[] =>
  sql.all<{ serial: string }>(
    'SELECT DISTINCT serial FROM {challenges} WHERE open = 1 AND expires_at <= ? AND (issuer = ? OR expires_at <= ?) ORDER BY expires_at LIMIT ?',
    now.toISOString(), instance, others.toISOString(), limit,
  ).map(({ serial }) => serial);

/** A challenge whose SMS is still to be sent. */
export interface UnsentChallenge {
  readonly serial: string;
  readonly transactionId: string;
  /** Id of its ChallengeIssued. */
  readonly issuedBy: string;
}

/** Challenges that are alive and that this instance may send: its own, and those that nobody else holds. @param alone whether whoever else holds one must be dead */
export const unsentChallenges = (sql: ReadOnlySql, now: Date, limit: number, { instance, alone }: { readonly instance: string; readonly alone: boolean }): UnsentChallenge[] =>
  sql.all<UnsentChallenge>(
    'SELECT serial, transaction_id AS transactionId, issued_by AS issuedBy FROM {unsent} WHERE expires_at > ? AND (sender = ? OR lease_until <= ? OR ?) ORDER BY expires_at LIMIT ?',
    now.toISOString(), instance, now.toISOString(), alone, limit,
  );
