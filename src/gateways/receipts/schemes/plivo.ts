import { createHmac } from 'node:crypto';
import { sameSecret, Secret } from '../../../security/secret.js';
import { formOf } from '../content.js';
import type { SignatureScheme, Signed } from '../scheme.js';

/**
 * Plivo's signatures by the auth token, HMAC-SHA256, with a nonce and without a time: version 3 covers address and fields; version 2,
 * which Plivo's messages come with, the address alone. A callback that has the better one must pass by it.
 */
export const plivoSignature: SignatureScheme = {
  coversUrl: true,
  isAuthentic: (signed) => {
    const { headers } = signed.callback;
    return headers['x-plivo-signature-v3'] === undefined && headers['x-plivo-signature-ma-v3'] === undefined
      ? passes(signed, 'v2', (nonce) => `${baseOf(signed.url)}${nonce}`)
      : passes(signed, 'v3', (nonce) => `${baseOf(signed.url)}${fieldsOf(signed)}.${nonce}`);
  },
};

/** `ma` is signed by the main account's token where a sub-account sent; several signatures stand in one header while a token is changed. */
const passes = ({ callback: { headers }, key }: Signed, version: string, signed: (nonce: string) => string): boolean => {
  const nonce = headers[`x-plivo-signature-${version}-nonce`];
  if (!nonce) return false;
  const expected = new Secret(createHmac('sha256', key.reveal()).update(signed(nonce)).digest('base64'));
  return [headers[`x-plivo-signature-${version}`], headers[`x-plivo-signature-ma-${version}`]]
    .flatMap((header) => header?.split(',') ?? [])
    .map((signature) => sameSecret(new Secret(signature.trim()), expected))
    .includes(true);
};

const baseOf = (url: string): string => url.split('?', 1)[0]!;

/** Query as `?a=1&b=2`, then the form as `a1b2` after a dot, each by name. */
const fieldsOf = ({ callback }: Signed): string => {
  const query = sorted(callback.query).map(([name, value]) => `${name}=${value}`).join('&');
  const form = sorted(formOf(callback)).flat().join('');
  return `${query || form ? '?' : ''}${query}${query && form ? '.' : ''}${form}`;
};

const sorted = (pairs: readonly (readonly [string, string])[]): (readonly [string, string])[] =>
  [...pairs].sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0));
