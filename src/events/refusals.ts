import { z } from 'zod';
import { event, sealed, type Draft, type Recorded } from './event.js';

/** Attempts that reach no token, a stream a day (UTC), so that the day's key can be destroyed when its time has come. */
export const refusalsStream = (now: Date): string => `refusals-${now.toISOString().slice(0, 10)}`;

export const refusalEvents = {
  AuthenticationRefused: event('An attempt reached no token.', {
    reason: z.enum(['unknown-user', 'no-token', 'unknown-token', 'unknown-transaction', 'unknown-account', 'not-owner']),
    login: sealed('Login name that was given').optional(),
    realm: z.string().optional(),
    serial: z.string().optional(),
    transactionId: z.string().optional(),
  }),
} as const;

export type RefusalDraft = Draft<typeof refusalEvents>;
export type RefusalEvent = Recorded<typeof refusalEvents>;
