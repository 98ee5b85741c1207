import { createHash, createHmac } from 'node:crypto';
import { sameSecret, Secret } from '../../../security/secret.js';
import { isFresh, type SignatureScheme } from '../scheme.js';

/** `X-Signature`: HMAC-SHA256, by the account's signing key, of time, nonce, method, address and the body's MD5, one a line. */
export const sevenSignature: SignatureScheme = {
  coversUrl: true,
  isAuthentic: ({ callback: { headers, method, body, now }, key, url }) => {
    const timestamp = headers['x-timestamp'] ?? '';
    const lines = [timestamp, headers['x-nonce'] ?? '', method.toUpperCase(), url, createHash('md5').update(body).digest('hex')];
    const expected = createHmac('sha256', key.reveal()).update(lines.join('\n')).digest('hex');
    return sameSecret(new Secret((headers['x-signature'] ?? '').toLowerCase()), new Secret(expected)) && isFresh(timestamp, now);
  },
};
