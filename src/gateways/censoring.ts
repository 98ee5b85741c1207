import type { Definition } from './definition.js';
import { isSecretName } from './secretNames.js';
import { replaceXmlSecrets } from './xmlSecrets.js';

/** Stands for a secret that is not shown. Posting it back keeps what is stored. */
export const censored = '__CENSORED__';

export interface Censored {
  readonly options: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Names at the top level whose values are secret. */
  readonly secretOptions: readonly string[];
  readonly secretHeaders: readonly string[];
}

/**
 * A definition as it may be shown. What is secret is known by its name, at any depth, or was marked by hand; of a URL, the password and
 * the secret parameters are covered and the rest stays.
 */
export const censor = ({ options, headers = {}, secrets }: Definition): Censored => {
  const secretOptions = Object.keys(options).filter((name) => isSecretName(name) || secrets?.options?.includes(name));
  const secretHeaders = Object.keys(headers).filter((name) => isSecretName(name) || secrets?.headers?.includes(name));
  return {
    options: mapped(options, (name, value) => cover(value, secretOptions.includes(name))),
    headers: mapped(headers, (name, value) => cover(value, secretHeaders.includes(name)) as string),
    secretOptions,
    secretHeaders,
  };
};

/**
 * The definition that was meant, when somebody posts back what `censor` showed: wherever the literal stands, what is stored stays. A
 * literal for which nothing is stored is taken out. A password in a URL stays only while the URL goes to the same host.
 */
export const uncensor = (posted: Definition, stored: Pick<Definition, 'options' | 'headers'> | undefined): Definition => ({
  ...posted,
  options: (restore(posted.options, stored?.options) ?? {}) as Definition['options'],
  ...(posted.headers ? { headers: restore(posted.headers, stored?.headers) as Record<string, string> } : {}),
});

const mapped = <T>(values: Readonly<Record<string, T>>, change: (name: string, value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(name, value)]));

const cover = (value: unknown, secret: boolean): unknown => {
  if (value === '' || value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => cover(item, secret));
  if (typeof value === 'object') return mapped(value as Record<string, unknown>, (name, item) => cover(item, secret || isSecretName(name)));
  if (secret) return censored;
  return typeof value === 'string' ? coverText(value) : value;
};

const coverText = (text: string): string => (isXml(text) ? replaceXmlSecrets(text, () => censored) : coverUrl(text));
const isXml = (text: string): boolean => /^\s*</.test(text);

/** Only the secret pieces are replaced, letter by letter as they stand, so that the rest reads as it was written. */
const coverUrl = (text: string): string =>
  /^(https?|socks5h?):\/\//i.test(text)
    ? text
        .replace(userinfo, (whole, before: string, password: string, at: string) => (password === '' ? whole : `${before}${censored}${at}`))
        .replace(parameter, (whole, before: string, name: string, value: string) => (value !== '' && isSecretName(name) ? `${before}${name}=${censored}` : whole))
    : text;

/** `https://user:password@`; the password reaches to the last `@` before the path. */
const userinfo = /^((?:https?|socks5h?):\/\/[^/?#:@]*:)([^/?#]*)(@)/i;
const parameter = /([?&])([^=&#]+)=([^&#]*)/g;

const restore = (posted: unknown, stored: unknown): unknown => {
  if (posted === censored) return stored;
  if (typeof posted === 'string') return posted.includes(censored) && typeof stored === 'string' ? (isXml(posted) ? restoreXml : restoreUrl)(posted, stored) : posted;
  if (Array.isArray(posted)) return posted.map((item, index) => restore(item, Array.isArray(stored) ? stored[index] : undefined));
  if (posted === null || typeof posted !== 'object') return posted;
  const before = stored !== null && typeof stored === 'object' ? (stored as Record<string, unknown>) : {};
  return Object.fromEntries(
    Object.entries(posted)
      .map(([name, item]) => [name, restore(item, Object.hasOwn(before, name) ? before[name] : undefined)] as const)
      .filter(([, item]) => item !== undefined),
  );
};

const restoreUrl = (posted: string, stored: string): string => {
  const hostOf = (text: string): string | undefined => (URL.canParse(text) ? new URL(text).host : undefined);
  if (hostOf(posted) === undefined || hostOf(posted) !== hostOf(stored)) return posted;
  const password = userinfo.exec(stored)?.[2];
  const parameters = new Map([...stored.matchAll(parameter)].map(([, , name, value]) => [name, value]));
  return posted
    .replace(userinfo, (whole, before: string, given: string, at: string) => (given === censored && password !== undefined ? `${before}${password}${at}` : whole))
    .replace(parameter, (whole, before: string, name: string, given: string) => (given === censored && parameters.has(name) ? `${before}${name}=${parameters.get(name)}` : whole));
};

/** Of several elements or attributes of one name, the first gets the first that is stored, and so on. */
const restoreXml = (posted: string, stored: string): string => {
  const kept = new Map<string, string[]>();
  replaceXmlSecrets(stored, (value, name) => {
    kept.set(name, [...(kept.get(name) ?? []), value]);
    return value;
  });
  return replaceXmlSecrets(posted, (value, name) => {
    const before = kept.get(name)?.shift();
    return value === censored ? (before ?? value) : value;
  });
};
