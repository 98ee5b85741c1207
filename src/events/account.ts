import { z } from 'zod';
import { event, sealed, type Draft, type Recorded } from './event.js';

/** Stream of one administrator, or of the sign-ins of one user of the directory under a digest of his name. */
export const accountStream = (name: string): string => `account-${name}`;
export const nameOfAccount = (stream: string): string => stream.slice('account-'.length);

const keyId = z.string().describe('Public part of the key');

export const accountEvents = {
  AccountCreated: event('An administrator account was made.', {}),
  PasswordSet: event('The password was set.', { passwordHash: sealed('Argon2id hash under the pepper') }),
  ApiKeyIssued: event('An API key was handed out; only its hash is kept.', {
    keyId,
    keyHash: z.string().describe('SHA-256 of the random key, hex'),
    label: z.string().describe('What the administrator calls it'),
    expiresAt: z.iso.datetime().describe('From then on it is good no more').optional(),
  }),
  ApiKeyRevoked: event('An API key is good no more.', { keyId }),
  SignedIn: event('The administrator signed in.', {}),
  SignedOut: event('The administrator signed out: a session is good no more.', {
    sessionId: z.string().describe('Id of the session; it says nothing that one could sign in with'),
    expiresAt: z.iso.datetime().describe('When the session would have ended anyway'),
  }),
  SignInRefused: event('A sign-in was turned down.', {
    reason: z.enum(['wrong-password', 'locked']).describe('`locked`: too many wrong ones before'),
    counted: z.boolean().describe('Whether it counts towards the pause'),
  }),
} as const;

export type AccountDraft = Draft<typeof accountEvents>;
export type AccountEvent = Recorded<typeof accountEvents>;
