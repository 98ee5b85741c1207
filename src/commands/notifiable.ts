import { catalogue } from '../events/catalogue.js';
import type { TanagerEvent } from '../events/catalogue.js';

/**
 * Whom an event concerns: the token's owner as he is after it, the one before it (which the event took away), or no owner of a token.
 * Only the last kind of rule, one that writes to fixed addresses or to the administrators, can be about it then.
 */
type Concerns = 'owner' | 'former-owner' | 'nobody';

/**
 * The events that somebody can be told of. Not among them: what the machinery of sending writes down, since a message must never bring
 * about a message, and the inner steps of a transaction.
 */
export const notifiable: Readonly<Record<string, Concerns>> = {
  TokenEnrolled: 'owner', TokenAssigned: 'owner', TokenUnassigned: 'former-owner', PinSet: 'owner', PhoneChanged: 'owner', TokenAdjusted: 'owner',
  TokenRealmsSet: 'owner', TokenEnabled: 'owner', TokenDisabled: 'owner', TokenRevoked: 'owner', TokenDeleted: 'former-owner', PersonErased: 'nobody',
  CounterResynced: 'owner', ChallengeIssued: 'owner', SmsDispatched: 'owner', SmsDispatchFailed: 'owner', SmsDelivered: 'owner', SmsUndelivered: 'owner', ChallengeAnswered: 'owner', AttemptRejected: 'owner',
  ChallengeExpired: 'owner', ChallengeCancelled: 'owner', TokenLocked: 'owner', FailCounterReset: 'owner',
  AuthenticationRefused: 'nobody',
  AccountCreated: 'nobody', PasswordSet: 'nobody', ApiKeyIssued: 'nobody', ApiKeyRevoked: 'nobody', SignedIn: 'nobody', SignedOut: 'nobody', SignInRefused: 'nobody',
  GatewayDefined: 'nobody', GatewayRemoved: 'nobody', SettingChanged: 'nobody', SettingRemoved: 'nobody',
};

/** The fields of an event that say how it went, the most telling first. Free text is none of them. */
const telling = ['outcome', 'reason', 'why', 'via', 'trigger'] as const;

/** Every word with which an event of this type can say how it went. */
export const wordsOf = (type: string): readonly string[] => telling.flatMap((name) => wordsOfField(catalogue[type]?.schema.shape[name]));

/** The words with which this event says how it went: `wrong-code`, `rejected`, `transaction`. */
export const wordsIn = (event: TanagerEvent): readonly string[] => {
  const data = event.data as Readonly<Record<string, unknown>>;
  return telling.flatMap((name) => {
    const value = data[name];
    return typeof value === 'string' && wordsOfField(catalogue[event.type]?.schema.shape[name]).includes(value) ? [value] : [];
  });
};

const wordsOfField = (field: unknown): readonly string[] => {
  const type = field as { readonly options?: readonly unknown[]; unwrap?(): unknown } | undefined;
  if (type?.options) return type.options.map(String);
  return type?.unwrap ? wordsOfField(type.unwrap()) : [];
};
