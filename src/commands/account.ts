import type { AccountEvent } from '../events/account.js';
import type { Sealed } from '../events/event.js';

/** The fold of an administrator's stream. */
export interface Account {
  readonly present: boolean;
  readonly passwordHash?: Sealed;
  /** Sessions that began before are over. */
  readonly passwordSetAt?: string;
  /** Refused sign-ins since the last good one. */
  readonly failures: number;
  readonly lastFailureAt?: string;
  /** Ids of sessions that were ended before their time, and when they would have ended. */
  readonly signedOut: Readonly<Record<string, string>>;
  readonly apiKeys: Readonly<Record<string, { readonly keyHash: string; readonly label: string; readonly issuedAt: string; readonly expiresAt?: string }>>;
}

export const initialAccount: Account = { present: false, failures: 0, signedOut: {}, apiKeys: {} };

/** Names of accounts. */
export const accountName = /^[0-9A-Za-z_.@-]{1,80}$/;
export const accountNameRule = '1 to 80 letters, digits and the signs _ . @ -';

/** After so many wrong passwords in a row every further one is refused unseen … */
const maxPasswordFailures = 10;
/** … until so long after the last of them, in milliseconds: an account must not be locked away for good by a stranger. */
export const passwordPause = 5 * 60_000;

export const isPaused = (account: Account, now: Date): boolean =>
  account.failures >= maxPasswordFailures && account.lastFailureAt !== undefined && now.getTime() < Date.parse(account.lastFailureAt) + passwordPause;

export const evolveAccount = (account: Account, event: AccountEvent): Account => {
  switch (event.type) {
    case 'AccountCreated':
      return { ...account, present: true };
    case 'PasswordSet':
      return { ...account, passwordHash: event.data.passwordHash, passwordSetAt: event.recordedAt, failures: 0 };
    case 'ApiKeyIssued': {
      const { keyId, keyHash, label, expiresAt } = event.data;
      return { ...account, apiKeys: { ...account.apiKeys, [keyId]: { keyHash, label, issuedAt: event.recordedAt, ...(expiresAt ? { expiresAt } : {}) } } };
    }
    case 'ApiKeyRevoked': {
      const { [event.data.keyId]: _revoked, ...apiKeys } = account.apiKeys;
      return { ...account, apiKeys };
    }
    case 'SignedIn':
      return { ...account, failures: 0 };
    case 'SignedOut': {
      const lasting = Object.entries(account.signedOut).filter(([, expiresAt]) => expiresAt > event.recordedAt);
      return { ...account, signedOut: Object.fromEntries([...lasting, [event.data.sessionId, event.data.expiresAt]]) };
    }
    case 'SignInRefused':
      return event.data.counted ? { ...account, failures: account.failures + 1, lastFailureAt: event.recordedAt } : account;
  }
};
