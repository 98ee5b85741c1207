import { sameSecret } from '../../security/secret.js';
import type { Callback, ReadCallback } from '../gateway.js';
import type { ReceiptMapping } from './mapping.js';
import type { ReceiptOptions } from './options.js';
import { receiptReader } from './readReceipts.js';
import { schemes, type SchemeName } from './schemes.js';

/** The address that the provider is to call; undefined where our public address is not known. */
export const receiptAddress = (gateway: string, { url, secret }: ReceiptOptions): string | undefined =>
  url === undefined ? undefined : `${url}${pathOf(gateway)}${secret ? `/${secret.reveal()}` : ''}`;

const pathOf = (gateway: string): string => `/v1/receipts/${encodeURIComponent(gateway)}`;

/**
 * Makes the function that reads a provider's callbacks. Where both a secret and a signature are set up, both must be right.
 * @param scheme how the provider signs, where the options do not say so themselves
 */
export const receiver = (options: ReceiptOptions, mapping: ReceiptMapping, scheme?: SchemeName): ((callback: Callback) => ReadCallback) => {
  const read = receiptReader(mapping);
  const { secret, signature, url = '' } = options;
  const signed = signature && schemes[(signature.scheme ?? scheme)!];

  const isAuthentic = (callback: Callback): boolean => {
    if (!secret && !signature) return false;
    if (secret ? !callback.secret || !sameSecret(secret, callback.secret) : callback.secret) return false;
    return !signed || signed.isAuthentic({ callback, key: signature.key, url: calledAddress(url, callback), method: signature.method });
  };
  return (callback) => (isAuthentic(callback) ? read(callback) : { kind: 'unauthentic' });
};

/** The whole address as it was called: the target comes to us without the secret. */
const calledAddress = (url: string, { target, secret }: Callback): string => {
  const [path, ...query] = target.split('?');
  return `${url}${path}${secret ? `/${secret.reveal()}` : ''}${query.length > 0 ? `?${query.join('?')}` : ''}`;
};
