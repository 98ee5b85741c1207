import { parseTemplate, placeholders, render, type Template, type Values } from '../template.js';
import { percentEncoded, type Encode } from './charset.js';

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
const marks = new RegExp(`zzplaceholder(${placeholders.join('|')})zz`);
/** A host is read in lower case. */
const anywhere = new RegExp(marks.source, 'i');

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
  if (anywhere.test(url.origin + url.username + url.password)) return { problem: 'takes placeholders such as {phone} only after the host' };
  const path = `${url.pathname}${url.search}`.split(marks).map((part, index) => (index % 2 === 0 ? part : { put: part })) as unknown as Template;
  return {
    origin: url.origin,
    path: path.filter((part) => part !== ''),
    ...(url.username || url.password ? { credentials: { username: decoded(url.username), password: decoded(url.password) } } : {}),
  };
};

/**
 * Values are percent-encoded, all but letters, digits, `-`, `_`, `.` and `~` (RFC 3986, 2.3).
 * @returns path and query, or undefined when a value would make a step of the path that leads elsewhere (`.` or `..`)
 */
export const renderPath = (path: Template, values: Values, encode: Encode): string | undefined => {
  const rendered = render(path, values, (value) => percentEncoded(value, encode));
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
