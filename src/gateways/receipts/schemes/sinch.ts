import { createHmac } from 'node:crypto';
import { sameSecret, Secret } from '../../../security/secret.js';
import { isFresh, type SignatureScheme } from '../scheme.js';

/** `x-sinch-webhook-signature`: HMAC-SHA256 of body, nonce and time. Sinch switches it on for an account on demand. */
export const sinchSignature: SignatureScheme = {
  coversUrl: false,
  isAuthentic: ({ callback: { headers, body, now }, key }) => {
    const header = (name: string): string => headers[`x-sinch-webhook-signature${name}`] ?? '';
    if (header('-algorithm') !== 'HmacSHA256') return false;
    const expected = createHmac('sha256', key.reveal()).update(body).update(`.${header('-nonce')}.${header('-timestamp')}`).digest('base64');
    return sameSecret(new Secret(header('')), new Secret(expected)) && isFresh(header('-timestamp'), now);
  },
};
