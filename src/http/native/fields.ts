import { z } from 'zod';
import { mostFailures } from '../../commands/tokenLimits.js';
import { tokenEvents } from '../../events/token.js';
import { Secret } from '../../security/secret.js';

/** Fields that several endpoints share. Whatever comes from outside has an end; what it means is the commands' matter. */

const wellFormed = (text: string): boolean => !/\p{Cs}/u.test(text);
/** Text without halves of characters, which have no UTF-8 form. */
const text = (most: number) => z.string().max(most).refine(wellFormed, { error: 'holds a half of a character' });
const line = (most: number) => text(most).min(1).refine((value) => !/\p{Cc}/u.test(value), { error: 'must not hold control characters' });

export const user = line(200).describe('Login name; `login@realm` where the service takes it apart');
export const realm = line(200).describe('Realm of the user; the default realm when left out');
export const serial = z.string().regex(/^[0-9A-Za-z_.-]{1,40}$/, { error: 'must have 1 to 40 letters, digits, dots, dashes and underscores' }).describe('Serial of a token');
export const transactionId = z.string().regex(/^[0-9A-Za-z.-]{1,64}$/, { error: 'must have 1 to 64 letters, digits, dots and dashes' }).describe('Transaction id, as it was answered');
export const secret = (most: number, meaning: string) => text(most).transform((value) => new Secret(value)).describe(meaning).meta({ writeOnly: true });
export const pin = secret(200, 'PIN of the token');
export const description = text(200).describe('Free text');
export const phone = text(40).describe('Number that the SMS goes to');
export const gatewayName = z.string().regex(/^[0-9A-Za-z_.-]{1,80}$/, { error: 'must have 1 to 80 letters, digits, dots, dashes and underscores' }).describe('Name of a gateway');
export const gatewayNames = text(1000).regex(/^[0-9A-Za-z_.-]{1,80}(\s*,\s*[0-9A-Za-z_.-]{1,80})*$/, { error: 'must be names of gateways, separated by commas' })
  .describe('Names of gateways, separated by commas, tried in this order');
export const mailServerName = gatewayName.describe('Name of a mail server');
export const mailAddress = line(320).describe('One e-mail address');
export const realms = z.array(line(200)).max(50).describe('Realms that the token belongs to');
export const instant = z.iso.datetime({ offset: true }).describe('ISO 8601 with time zone');
export const longText = text;

const adjusted = tokenEvents.TokenAdjusted.schema.shape;
export const limits = {
  maxFail: z.int().min(1).max(mostFailures).optional().describe('Wrong attempts in a row that lock the token'),
  digits: adjusted.digits.describe('Length of a code'),
  algorithm: adjusted.algorithm.describe('HMAC of HOTP'),
};
export const furtherLimits = {
  countWindow: z.int().min(1).max(10_000).optional().describe("Kept for the old servers' clients"),
  syncWindow: z.int().min(1).max(10_000).optional().describe('How far a resynchronisation looks ahead'),
  maxLogins: z.int().min(0).optional().describe('Attempts in all; 0 for no limit'),
  maxSuccesses: z.int().min(0).optional().describe('Successful logins in all; 0 for no limit'),
};

/** Names that an object cannot take as a key without harm are refused with the others. */
export const info = z.record(z.string().regex(/^(?!__proto__$)[\w. -]{1,100}$/), z.union([text(2000), z.null()], { error: 'must be a text, or null to remove it' }))
  .refine((value) => Object.keys(value).length <= 50, { error: 'must have at most 50 entries' });

/** Numbers and truth values in a query are text. */
export const count = (least: number, most: number, standard: number) =>
  z.string().regex(/^\d{1,15}$/, { error: 'must be a whole number' }).transform(Number).refine((value) => value >= least && value <= most, { error: `must be from ${least} to ${most}` }).optional()
    .transform((value) => value ?? standard).describe(`Whole number from ${least} to ${most}; ${standard} when left out`);
export const truth = z.enum(['true', 'false']).transform((value) => value === 'true').optional();
