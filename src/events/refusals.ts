import { z } from 'zod';
import { event, sealed, type Draft, type Recorded } from './event.js';

/** Attempts that reach no token, a stream a day (UTC), so that the day's key can be destroyed when its time has come. */
export const refusalsStream = (now: Date): string => `${refusalsPrefix}${now.toISOString().slice(0, 10)}`;
export const refusalsPrefix = 'refusals-';

export const refusalEvents = {
  AuthenticationRefused: event('An attempt reached no token.', {
    reason: z.enum(['unknown-user', 'no-token', 'unknown-token', 'unknown-transaction', 'unknown-account', 'not-owner']).describe('Why no token was reached'),
    login: sealed('Login name that was given').optional(),
    realm: z.string().describe('Realm that was given').optional(),
    serial: z.string().describe('Serial that was given').optional(),
    transactionId: z.string().describe('Transaction id that was given').optional(),
  }),
} as const;

export type RefusalDraft = Draft<typeof refusalEvents>;
export type RefusalEvent = Recorded<typeof refusalEvents>;
