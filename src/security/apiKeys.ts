import { createHash, randomBytes, randomInt } from 'node:crypto';
import { constantTimeEqual } from './constantTime.js';
import { Secret } from './secret.js';

/** `tng_<id>_<random>`: the prefix lets scanners of source code find a key that was committed by mistake. */
const form = /^tng_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;
const idAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const idLength = 12;
const randomLength = 32;

export interface NewApiKey {
  /** Public: stands in events and in lists. */
  readonly keyId: string;
  /** What the client sends; shown once and kept nowhere. */
  readonly key: Secret;
  /** SHA-256, hex: all that is kept. With 256 random bits there is nothing to guess, so nothing slower is needed. */
  readonly keyHash: string;
}

export const newApiKey = (): NewApiKey => {
  const keyId = Array.from({ length: idLength }, () => idAlphabet[randomInt(idAlphabet.length)]).join('');
  const key = new Secret(`tng_${keyId}_${randomBytes(randomLength).toString('base64url')}`);
  return { keyId, key, keyHash: hashOf(key) };
};

/** @returns the id under which the hash is found; undefined for what is no API key at all */
export const apiKeyId = (sent: Secret): string | undefined => form.exec(sent.reveal())?.[1];

/** Whether this is the key with this hash; in constant time. */
export const isApiKey = (sent: Secret, keyHash: string): boolean => constantTimeEqual(hashOf(sent), keyHash);

const hashOf = (key: Secret): string => createHash('sha256').update(key.reveal()).digest('hex');
