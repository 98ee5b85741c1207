import { isSecretName } from '../secretNames.js';
import { decoded, readAddress } from './address.js';
import type { HttpOptions } from './options.js';
import { secretsInXml } from '../xmlSecrets.js';

/** Every secret of the options, wherever it stands, so that none is shown when a reply echoes it. */
export const secretsOf = (options: HttpOptions): string[] => {
  const { aws, password, query, form, json, headers, receiptUrl, tls, unicode, url, username, xml } = options;
  const address = readAddress(url);
  const { credentials } = { credentials: undefined, ...address };
  const proxies = typeof options.proxy === 'string' ? [options.proxy] : Object.values(options.proxy ?? {}).filter((proxy) => proxy !== undefined);
  const named = [query, form, headers, json, unicode].flatMap((part) => secretTexts(part, false));
  return [
    ...named.flatMap((value) => [value, value.replace(/^\w+ /, '')]),
    ...(xml === undefined ? [] : secretsInXml(xml)),
    // with the name too, since that is how the header holds it in base64
    ...(password ? [password.reveal(), `${username}:${password.reveal()}`] : []),
    ...(credentials ? [credentials.password, `${credentials.username}:${credentials.password}`] : []),
    ...proxies.map((proxy) => decoded(new URL(proxy).password)),
    ...[...new URL(url).searchParams].filter(([name]) => isSecretName(name)).map(([, value]) => value),
    ...[aws?.secretAccessKey, aws?.sessionToken, tls?.passphrase].flatMap((secret) => (secret ? [secret.reveal()] : [])),
    // whoever knows its path may tell of receipts
    ...(receiptUrl === undefined ? [] : [receiptUrl, new URL(receiptUrl).pathname]),
  ].filter((secret) => secret !== '' && secret !== '/');
};

const secretTexts = (value: unknown, secret: boolean): string[] => {
  if (typeof value === 'string') return secret ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) => secretTexts(item, secret || isSecretName(name)));
};
