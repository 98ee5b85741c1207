import { createHash } from 'node:crypto';
import { apiKeyId, isApiKey, newApiKey } from '../../src/security/apiKeys.js';
import { Secret } from '../../src/security/secret.js';

it('is found by its id and known by its hash', () => {
  const { keyId, key, keyHash } = newApiKey();
  expect(key.reveal()).toMatch(/^tng_[a-z0-9]{12}_[\w-]{43}$/);
  expect(apiKeyId(key)).toBe(keyId);
  expect(keyHash).toBe(createHash('sha256').update(key.reveal()).digest('hex'));
  expect(isApiKey(key, keyHash)).toBe(true);
  expect(`${key}`).toBe('***');
});

it('is no other key, not even with the same id', () => {
  const { keyId, key, keyHash } = newApiKey();
  const other = newApiKey();
  expect(isApiKey(other.key, keyHash)).toBe(false);
  expect(isApiKey(new Secret(`tng_${keyId}_${other.key.reveal().slice(17)}`), keyHash)).toBe(false);
  expect(isApiKey(key, '')).toBe(false);
  expect(isApiKey(key, keyHash.slice(2))).toBe(false);
});

it.each(['', 'tng_', 'tng_abc_def', 'Bearer tng_abcdefghijkl_', `tng_abcdefghijkl_${'A'.repeat(44)}`, `tng_ABCDEFGHIJKL_${'A'.repeat(43)}`, `tng_abcdefghijkl_${'A'.repeat(43)}\n`])(
  'is not %j',
  (text) => expect(apiKeyId(new Secret(text))).toBeUndefined(),
);
