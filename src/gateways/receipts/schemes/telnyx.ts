import { createPublicKey, verify } from 'node:crypto';
import { isFresh, type SignatureScheme } from '../scheme.js';

/** `telnyx-signature-ed25519` over time and body (RFC 8032); the key is Telnyx's public one, from the portal. */
export const telnyxSignature: SignatureScheme = {
  coversUrl: false,
  keyProblem: (key) => (Buffer.from(key, 'base64').length === 32 ? undefined : 'must be the public key of the Telnyx portal: 32 bytes in base64'),
  isAuthentic: ({ callback: { headers, body, now }, key }) => {
    const timestamp = headers['telnyx-timestamp'];
    const signature = Buffer.from(headers['telnyx-signature-ed25519'] ?? '', 'base64');
    if (!isFresh(timestamp, now) || signature.length !== 64) return false;
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.reveal(), 'base64').toString('base64url') }, format: 'jwk' });
    return verify(null, Buffer.concat([Buffer.from(`${timestamp}|`), body]), publicKey, signature);
  },
};
