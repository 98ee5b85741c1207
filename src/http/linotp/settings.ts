import type { Queries } from '../../projections/queries.js';
import { settingTexts } from '../settings.js';

/** What administrators may set about this dialect. */
export interface LinotpSettings {
  /** Seconds after an SMS in which no other one is sent. */
  readonly blockingTime: number;
  /** Digits of a transaction id. */
  readonly transactionIdLength: number;
  /** What is said when an SMS was sent to a token of that realm. */
  readonly prompt: (realm?: string) => string;
  /** Whether a text that the caller wants in the SMS is passed over. */
  readonly ownTextOnly: boolean;
  readonly samlAttributes: boolean;
  /** Whether the pages keep to themselves why an attempt was refused. */
  readonly hidesReasons: boolean;
  /** Whether the PIN stands before the code, where they are given in one. */
  readonly prependPin: boolean;
  /** Whether the token list says when a token was last used. */
  readonly lastAccess: boolean;
  /** Who may speak for others (RADIUS servers), see onBehalf. */
  readonly trustedClients: string;
  /** Codes that `httperror` is limited to; empty for no limit. */
  readonly errorCodes: readonly number[];
}

export const linotpSettings = async (queries: Pick<Queries, 'settings'>): Promise<LinotpSettings> => {
  const { text, isTrue } = await settingTexts(queries);
  const list = (key: string): string[] => text(key).split(',').map((item) => item.trim()).filter(Boolean);
  return {
    blockingTime: Number(text('SMSBlockingTimeout')),
    transactionIdLength: Number(text('TransactionIdLength')),
    prompt: (realm) => text('SMS_CHALLENGE_PROMPT', realm),
    ownTextOnly: isTrue('enforce_smstext'),
    samlAttributes: isTrue('allowSamlAttributes'),
    hidesReasons: isTrue('hide.reasons'),
    prependPin: isTrue('PrependPin'),
    lastAccess: isTrue('token.last_access'),
    trustedClients: text('OverrideAuthorizationClient'),
    errorCodes: list('errors').map(Number).filter(Number.isInteger),
  };
};
