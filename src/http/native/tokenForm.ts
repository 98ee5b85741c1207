import { z } from 'zod';
import { isLocked, type Challenge } from '../../commands/token.js';
import type { TokenDetails } from '../../projections/queries.js';

const optionalText = z.string().optional();

export const receiptForm = z.enum(['delivered', 'undelivered']).optional().describe('What the gateway said later of the SMS, where it tells');

/** A challenge of a token as administrators see it. */
export const challengeForm = z.strictObject({
  transactionId: z.string(),
  status: z.enum(['open', 'answered', 'expired', 'superseded', 'cancelled', 'not-sent']).describe('Only the code of an open challenge is worth anything'),
  delivery: z.enum(['pending', 'sent', 'unknown', 'failed']),
  receipt: receiptForm,
  issuedAt: z.string(),
  expiresAt: z.string(),
  gateways: z.array(z.string()).describe('Tried in this order, with the same code'),
});

/** A challenge that nobody wrote off yet is over all the same when its time is. */
export const statusOf = ({ status, expiresAt }: Challenge, now: Date): Challenge['status'] => (status === 'open' && expiresAt <= now.toISOString() ? 'expired' : status);

const challenge = (each: Challenge, now: Date): z.infer<typeof challengeForm> => ({
  transactionId: each.transactionId, status: statusOf(each, now), delivery: each.delivery, receipt: each.receipt, issuedAt: each.issuedAt, expiresAt: each.expiresAt, gateways: [...each.gateways],
});

/** A token as administrators see it. Seed, PIN and codes are never part of it. */
export const tokenForm = z.strictObject({
  serial: z.string(),
  type: z.literal('sms'),
  enrolledAt: z.string(),
  enabled: z.boolean(),
  locked: z.boolean().describe('The wrong attempts used up their limit'),
  revoked: z.boolean(),
  erased: z.boolean().describe('The person behind it was forgotten'),
  owner: z.strictObject({ user: optionalText, realm: z.string(), resolver: optionalText, userId: optionalText }).optional(),
  realms: z.array(z.string()),
  phone: optionalText,
  dynamicPhone: z.boolean().describe("The owner's number in the user directory is read at each send"),
  description: optionalText,
  hasPin: z.boolean(),
  gateway: optionalText,
  digits: z.int(),
  algorithm: z.enum(['sha1', 'sha256', 'sha512']),
  counter: z.int().describe('HOTP counter of the last code'),
  failCount: z.int().describe('Wrong attempts in a row'),
  maxFail: z.int(),
  countWindow: z.int(),
  syncWindow: z.int(),
  logins: z.int(),
  maxLogins: z.int(),
  successes: z.int(),
  maxSuccesses: z.int(),
  validFrom: optionalText,
  validUntil: optionalText,
  lastSuccessAt: optionalText,
  lockedAt: optionalText,
  info: z.record(z.string(), z.string()),
  challenges: z.array(challengeForm).describe('The last ones, oldest first'),
}).meta({ id: 'Token' });
export type TokenForm = z.infer<typeof tokenForm>;

export const tokenFormOf = ({ serial, token, phone, description, owner, info }: TokenDetails, now: Date): TokenForm => ({
  serial, type: 'sms', enrolledAt: token.enrolledAt, enabled: token.enabled, locked: isLocked(token), revoked: token.revoked, erased: token.erased,
  owner: owner && { user: owner.login, realm: owner.realm, resolver: owner.resolver, userId: owner.userId },
  realms: [...token.realms], phone, dynamicPhone: token.dynamicPhone, description, hasPin: token.pinHash !== undefined, gateway: token.gateway,
  digits: token.digits, algorithm: token.algorithm, counter: token.counter, failCount: token.failCount + token.unshownFailures, maxFail: token.maxFail,
  countWindow: token.countWindow, syncWindow: token.syncWindow, logins: token.logins, maxLogins: token.maxLogins, successes: token.successes,
  maxSuccesses: token.maxSuccesses, validFrom: token.validFrom, validUntil: token.validUntil, lastSuccessAt: token.lastSuccessAt, lockedAt: token.lockedAt,
  info: { ...info }, challenges: token.challenges.map((each) => challenge(each, now)),
});
