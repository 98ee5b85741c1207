import { parseTemplate, render, type Template, type Values } from '../template.js';

/** Where requests go: a fixed server, and a path into which values may be put. */
export interface Address {
  readonly origin: string;
  /** Path and query; literal parts are percent-encoded already. */
  readonly path: Template;
  /** From `https://user:password@…`, decoded. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** Stands in for a placeholder while the URL is parsed; survives that unchanged. */
const mark = (name: string): string => `zzplaceholder${name}zz`;
const marks = /zzplaceholder(phone|text|reference|validity)zz/;

/**
 * Reads the URL of a gateway. Values may be put into path and query only, so that no message can choose the server.
 * @returns the address, or what is wrong with it
 */
export const readAddress = (text: string): Address | { readonly problem: string } => {
  const template = parseTemplate(text);
  if ('problem' in template) return template;
  const marked = template.map((part) => (typeof part === 'string' ? part : mark(part.put))).join('');
  if (!URL.canParse(marked)) return { problem: 'is not a URL such as https://sms.example/send' };
  const url = new URL(marked);
  if (!/^https?:$/.test(url.protocol)) return { problem: 'must begin with http:// or https://' };
  if (marks.test(url.origin + url.username + url.password)) return { problem: 'takes {phone}, {text}, {reference} and {validity} only after the host' };
  const path = `${url.pathname}${url.search}`.split(marks).map((part, index) => (index % 2 === 0 ? part : { put: part })) as unknown as Template;
  return {
    origin: url.origin,
    path: path.filter((part) => part !== ''),
    ...(url.username || url.password ? { credentials: { username: decoded(url.username), password: decoded(url.password) } } : {}),
  };
};

/** Percent-encodes everything but letters, digits, `-`, `_`, `.` and `~` (RFC 3986, 2.3). */
const percentEncoded = (value: string): string =>
  encodeURIComponent(wellFormed(value)).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Half of a surrogate pair has no UTF-8 form; it becomes U+FFFD, as in forms and JSON bodies. */
const wellFormed = (value: string): string => Buffer.from(value).toString();

/** @returns path and query, or undefined when a value would make a step of the path that leads elsewhere (`.` or `..`) */
export const renderPath = (path: Template, values: Values): string | undefined => {
  const rendered = render(path, values, percentEncoded);
  const climbs = /(^|\/)\.{1,2}(\/|$)/.test(rendered.split('?')[0]!);
  return climbs ? undefined : rendered;
};

/** User and password of a URL; a stray percent sign stands for itself. */
export const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
