import { createHash, createHmac } from 'node:crypto';
import { sameSecret, Secret } from '../../../security/secret.js';
import { contentOf } from '../content.js';
import { isFresh, type SignatureScheme } from '../scheme.js';

/**
 * Vonage's signed webhooks: the field `sig` holds a digest, by the account's signature secret, of all other fields by name. Which digest
 * is a setting of the account. `timestamp` is one of the fields.
 */
export const vonageSignature: SignatureScheme = {
  coversUrl: false,
  methods: ['md5hash', 'md5', 'sha1', 'sha256', 'sha512'],
  isAuthentic: ({ callback, key, method }) => {
    const content = contentOf(callback);
    if (!content) return false;
    const json = content.json !== null && typeof content.json === 'object' ? Object.entries(content.json) : [];
    const fields = new Map<string, string>([...content.fields, ...json.map(([name, value]): [string, string] => [name, String(value)])]);
    const given = fields.get('sig') ?? '';
    fields.delete('sig');
    const signed = [...fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `&${name}=${value.replace(/[&=]/g, '_')}`).join('');
    const digest = method === undefined || method === 'md5hash'
      ? createHash('md5').update(signed + key.reveal())
      : createHmac(method, key.reveal()).update(signed);
    return sameSecret(new Secret(given.toLowerCase()), new Secret(digest.digest('hex'))) && isFresh(fields.get('timestamp'), callback.now);
  },
};
