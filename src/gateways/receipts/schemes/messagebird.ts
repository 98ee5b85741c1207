import { createHash, createHmac } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { sameSecret, Secret } from '../../../security/secret.js';
import type { SignatureScheme } from '../scheme.js';

/** Seconds that clocks may differ. */
const tolerance = 30;

/** `MessageBird-Signature-JWT`: a token (RFC 7519, HS256) by the account's signing key, with digests of address and body, for a short time. */
export const messagebirdSignature: SignatureScheme = {
  coversUrl: true,
  isAuthentic: ({ callback: { headers, body, now }, key, url }) => {
    const claims = verified(headers['messagebird-signature-jwt'] ?? '', key);
    if (!claims || claims.iss !== 'MessageBird' || claims.exp === undefined) return false;
    const seconds = now.getTime() / 1000;
    const isNow = claims.exp > seconds - tolerance && (claims.nbf ?? 0) < seconds + tolerance;
    const bodyIs = claims['payload_hash'] === undefined ? body.length === 0 : sha256(body) === claims['payload_hash'];
    return isNow && bodyIs && sha256(url) === claims['url_hash'];
  },
};

/** The claims of a token that the key has signed. The algorithm is ours to choose, never the token's. */
const verified = (token: string, key: Secret): JWTPayload | undefined => {
  const [header, payload, signature] = token.split('.');
  if (signature === undefined) return undefined;
  const expected = createHmac('sha256', key.reveal()).update(`${header}.${payload}`).digest('base64url');
  if (!sameSecret(new Secret(signature), new Secret(expected))) return undefined;
  try {
    return decodeProtectedHeader(token).alg === 'HS256' ? decodeJwt(token) : undefined;
  } catch {
    return undefined;
  }
};

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
