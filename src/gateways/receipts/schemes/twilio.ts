import { createHmac } from 'node:crypto';
import { sameSecret, Secret } from '../../../security/secret.js';
import { formOf } from '../content.js';
import type { SignatureScheme } from '../scheme.js';

/**
 * `X-Twilio-Signature`: HMAC-SHA1, by the account's auth token, of the address and then every field of the form with its value, by name.
 * It holds no time. Twilio does not always sign the same port that it was given.
 */
export const twilioSignature: SignatureScheme = {
  coversUrl: true,
  isAuthentic: ({ callback, key, url }) => {
    const given = new Secret(callback.headers['x-twilio-signature'] ?? '');
    const fields = [...new Set(formOf(callback).map(([name, value]) => JSON.stringify([name, value])))]
      .map((pair) => JSON.parse(pair) as [string, string])
      .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
      .flat().join('');
    return addresses(url)
      .map((address) => createHmac('sha1', key.reveal()).update(address + fields).digest('base64'))
      .map((expected) => sameSecret(given, new Secret(expected)))
      .includes(true);
  },
};

/** Without and with a port. */
const addresses = (text: string): string[] => {
  const { protocol, hostname, port, pathname, search } = new URL(text);
  return ['', `:${port || (protocol === 'https:' ? 443 : 80)}`].map((suffix) => `${protocol}//${hostname}${suffix}${pathname}${search}`);
};
