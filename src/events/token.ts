import { z } from 'zod';
import { event, sealed, type Draft, type Recorded } from './event.js';

/** Stream of one token: its life and its challenges, so that one append settles a guess, its verdict and the fail counter. */
export const tokenStream = (serial: string): string => `token-${serial}`;
export const serialOf = (stream: string): string => stream.slice('token-'.length);

const transactionId = z.string().describe('The transaction that the challenge belongs to');
const attribute = z.string().describe('Name of the attribute');
const gatewayName = z.string().describe('Name of a gateway');
const gatewayNames = z.string().describe('Names of own gateways, separated by commas, tried in this order');
const messageId = z.string().describe("The gateway's id of the message");
const receiptDetail = z.string().describe("The gateway's own word for it").optional();
const instant = (meaning: string) => z.iso.datetime().describe(meaning);

/** Why an attempt was turned down; the commands' outcomes use the same words. */
const rejections = [
  'wrong-pin', 'wrong-code', 'replayed', 'expired', 'superseded', 'answered', 'cancelled', 'not-sent',
  'unknown-transaction', 'locked', 'disabled', 'revoked', 'not-valid-now', 'used-up', 'no-phone', 'no-gateway',
] as const;
export type Rejection = (typeof rejections)[number];

/** How an attempt came. */
const vias = ['transaction', 'pin', 'otp', 'trigger', 'watch'] as const;
export type Via = (typeof vias)[number];

export const tokenEvents = {
  TokenEnrolled: event('A token came into being, or got a new seed under its old serial.', {
    seed: sealed('HOTP key, hex (RFC 4226)'),
    digits: z.int().min(6).max(10).describe('Length of a code'),
    algorithm: z.enum(['sha1', 'sha256', 'sha512']).describe('HMAC of HOTP'),
    phone: sealed('Number that the SMS goes to').optional(),
    dynamicPhone: z.boolean().describe("The owner's number in the user directory is read at each send"),
    description: sealed('Free text of the administrator').optional(),
    maxFail: z.int().min(1).describe('Wrong attempts in a row that lock the token'),
    gateway: gatewayNames.optional(),
    realms: z.array(z.string()).describe('Realms that the token belongs to'),
  }),
  TokenAssigned: event('A user became the owner.', {
    login: sealed('Login name'),
    realm: z.string().describe('Realm of the owner'),
    resolver: z.string().describe('User directory that knows the owner').optional(),
    userId: sealed('Id of the owner in that directory').optional(),
  }),
  TokenUnassigned: event('The owner was taken away; the PIN goes with him.', {}),
  PinSet: event('The PIN was set; without a hash the empty PIN is right.', {
    pinHash: sealed('Argon2id hash of the PIN under the pepper').optional(),
  }),
  PhoneChanged: event('The number that the SMS goes to was changed.', {
    phone: sealed('The new number').optional(),
    dynamicPhone: z.boolean().describe("The owner's number in the user directory is read at each send"),
  }),
  TokenDescribed: event('The free text was changed.', { description: sealed('Free text of the administrator') }),
  TokenAdjusted: event('Limits or parameters were changed; only what changed is listed.', {
    maxFail: z.int().min(1).describe('Wrong attempts in a row that lock the token').optional(),
    digits: z.int().min(6).max(10).describe('Length of a code').optional(),
    algorithm: z.enum(['sha1', 'sha256', 'sha512']).describe('HMAC of HOTP').optional(),
    countWindow: z.int().min(1).describe('Kept for clients that set it; a code is good for the counter of its own challenge only').optional(),
    syncWindow: z.int().min(1).describe('How many counters ahead a resynchronisation looks').optional(),
    gateway: z.string().describe('Names of own gateways, separated by commas, tried in this order; empty for none').optional(),
    validFrom: z.string().describe('ISO 8601; empty for no limit').optional(),
    validUntil: z.string().describe('ISO 8601; empty for no limit').optional(),
    maxLogins: z.int().min(0).describe('Attempts in all; 0 for no limit').optional(),
    maxSuccesses: z.int().min(0).describe('Successful logins in all; 0 for no limit').optional(),
  }),
  TokenRealmsSet: event('The realms of the token were set.', { realms: z.array(z.string()).describe('All realms that it belongs to from now on') }),
  TokenInfoSet: event('A free attribute was set.', { key: attribute, value: sealed('Value of the attribute') }),
  TokenInfoRemoved: event('A free attribute was removed.', { key: attribute }),
  TokenEnabled: event('The token may be used again.', {}),
  TokenDisabled: event('The token may not be used until it is enabled.', {}),
  TokenRevoked: event('The token may never be used again.', {}),
  TokenDeleted: event('The token is gone; its serial may be enrolled anew.', {}),
  PersonErased: event('The data key was destroyed: what was sealed before this event is readable no more.', {}),
  CounterResynced: event('Two consecutive codes told where the counter stands.', { counter: z.int().min(0).describe('Where it stands') }),

  ChallengeIssued: event('A code is to be sent. The event is the outbox of the send; it never holds the code, only its counter.', {
    transactionId,
    counter: z.int().min(0).describe('HOTP counter of the code'),
    expiresAt: instant('From then on the code is worth nothing'),
    trigger: z.enum(['pin', 'administrator', 'success']).describe('The right PIN, an administrator without PIN, or the success before it'),
    gateways: z.array(gatewayName).describe('Tried in this order, with the same code'),
    supersedes: z.array(z.string()).describe('Transactions whose codes are worth nothing from now on'),
    siblings: z.array(z.string()).describe("Serials of all tokens in the transaction, this one's too; one is answered, all are closed"),
    leaseUntil: instant('Until then only the writing instance may send'),
    text: sealed('Text of the SMS as the caller wanted it').optional(),
  }),
  TriggerSuppressed: event('The last SMS was sent so short a time ago that the same challenge was answered with.', { transactionId }),
  SendClaimed: event('An instance took over the send after the lease on it had run out or its holder had died, or renewed its own lease.', { transactionId, leaseUntil: instant('End of the new lease') }),
  SmsDispatched: event('A gateway took the SMS.', {
    transactionId,
    gateway: gatewayName,
    messageId: messageId.optional(),
    encoding: z.enum(['gsm-7', 'ucs-2']).describe('How the text travels').optional(),
    segments: z.int().min(1).describe('How many SMS it takes').optional(),
  }),
  SmsDispatchFailed: event('A gateway did not take the SMS, or it is unknown whether it did.', {
    transactionId,
    gateway: gatewayName,
    outcome: z.enum(['rejected', 'unavailable', 'unknown']).describe('It said no; it was not reached; it may have sent'),
    reason: z.string().describe('In words, without number, code or secret'),
    final: z.boolean().describe('No further gateway is tried'),
  }),
  SmsDelivered: event('The gateway says that the SMS has arrived.', { transactionId, gateway: gatewayName, messageId: messageId.optional(), detail: receiptDetail }),
  SmsUndelivered: event('The gateway says that the SMS will not arrive.', { transactionId, gateway: gatewayName, messageId: messageId.optional(), detail: receiptDetail }),
  ChallengeAnswered: event('The right code came in time: the one success of this challenge.', {
    transactionId,
    counter: z.int().min(0).describe('HOTP counter of the code'),
    via: z.enum(['transaction', 'pin', 'otp']).describe('By transaction id, with the PIN in one string, or by code alone'),
  }),
  AttemptRejected: event('An attempt was turned down, and counted where it was a guess.', {
    reason: z.enum(rejections).describe('Why it was turned down'),
    via: z.enum(vias).describe('By transaction id, with the PIN in one string, by code alone, asking for an SMS, or how a challenge stands'),
    transactionId: transactionId.optional(),
    counted: z.boolean().describe('Whether it used up one of the attempts that the token has'),
  }),
  ChallengeExpired: event('The time of a code ran out.', { transactionId }),
  ChallengeCancelled: event('A challenge was closed before its time.', { transactionId, why: z.enum(['administrator', 'sibling-answered']).describe('An administrator closed it, or another token of the transaction was answered') }),
  TokenLocked: event('The fail counter reached its limit.', { failCount: z.int().describe('Wrong attempts when it was reached') }),
  FailCounterReset: event('The fail counter was set to zero: by an administrator, by a success with another token of the owner, or by the first attempt after the lock was over.', {}),
} as const;

export type TokenDraft = Draft<typeof tokenEvents>;
export type TokenEvent = Recorded<typeof tokenEvents>;
