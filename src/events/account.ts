import { z } from 'zod';
import { event, sealed, type Draft, type Recorded } from './event.js';

/** Stream of one administrator. */
export const accountStream = (name: string): string => `account-${name}`;

export const accountEvents = {
  AccountCreated: event('An administrator account was made.', {}),
  PasswordSet: event('The password was set.', { passwordHash: sealed('Argon2id hash under the pepper') }),
  ApiKeyIssued: event('An API key was handed out; only its hash is kept.', {
    keyId: z.string(),
    keyHash: z.string().describe('SHA-256 of the random key, hex'),
    label: z.string(),
    expiresAt: z.iso.datetime().optional(),
  }),
  ApiKeyRevoked: event('An API key is good no more.', { keyId: z.string() }),
  SignedIn: event('The administrator signed in.', {}),
  SignInRefused: event('A sign-in was turned down.', { reason: z.enum(['wrong-password', 'locked']), counted: z.boolean() }),
} as const;

export type AccountDraft = Draft<typeof accountEvents>;
export type AccountEvent = Recorded<typeof accountEvents>;
