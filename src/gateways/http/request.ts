import type { Message } from '../gateway.js';
import { numberWriter } from '../number.js';
import { parseTemplate, render, uses, valuesOf, type Placeholder, type Template, type Values } from '../template.js';
import { readAddress, renderPath } from './address.js';
import type { Field, HttpOptions, JsonTemplate } from './options.js';

/** One HTTP request, ready to be sent. */
export interface Request {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Options have passed their schema when they come here; a bad template is a bug. */
const template = (source: string): Template => {
  const parsed = parseTemplate(source);
  if ('problem' in parsed) throw new Error(`template was not checked: ${parsed.problem}`);
  return parsed;
};

/**
 * Makes the function that turns a message into a request. Everything is compiled once. Each value is escaped for the place where it
 * goes: text and number cannot break out of a URL, a form, a JSON text or a header.
 *
 * @returns the request, or why this message cannot be put into one; then nothing was sent
 */
export const requestWriter = (options: HttpOptions): ((message: Message) => Request | { readonly problem: string }) => {
  const address = readAddress(options.url);
  if ('problem' in address) throw new Error(`url was not checked: ${address.problem}`);
  const number = numberWriter(options.number);
  const query = options.query && compileFields(options.query);
  const form = options.form && compileFields(options.form);
  const json = options.json && compileJson(options.json as JsonTemplate);
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => ({ name: name.toLowerCase(), value: template(value) }));
  const carries = (placeholder: Placeholder): boolean =>
    uses(address.path, placeholder) || [query, form, json].some((part) => part?.uses(placeholder)) || headers.some(({ value }) => uses(value, placeholder));
  const carriesText = carries('text');
  const fixed: Record<string, string> = {
    'user-agent': 'Tanager',
    accept: '*/*',
    ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    ...(json ? { 'content-type': 'application/json' } : {}),
  };
  const authorization = basic(options, address.credentials);

  return (message) => {
    if (!carriesText) return { problem: 'no parameter of the gateway carries the text' };
    const phone = number(message.to);
    if (typeof phone !== 'string') return phone;
    const values = valuesOf(message, phone);
    const path = renderPath(address.path, values);
    if (path === undefined) return { problem: 'the number or the text cannot stand in the path of the URL' };
    const written: Record<string, string> = { ...fixed };
    for (const { name, value } of headers) {
      const rendered = render(value, values);
      if (/[^\t\x20-\x7e\x80-\xff]/.test(rendered)) return { problem: `the header ${name} cannot carry this message` };
      written[name] = rendered;
    }
    if (authorization) written['authorization'] = authorization;
    const body = form ? form.write(values) : json ? JSON.stringify(json.write(values)) : undefined;
    const pairs = query?.write(values);
    return {
      origin: address.origin,
      path: pairs ? `${path}${path.includes('?') ? '&' : '?'}${pairs}` : path,
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: written,
      ...(body === undefined ? {} : { body }),
    };
  };
};

/** RFC 7617, UTF-8. Given apart wins over the URL, and both over a header. */
const basic = ({ username, password }: HttpOptions, inUrl?: { readonly username: string; readonly password: string }): string | undefined => {
  const pair = username !== undefined && password ? `${username}:${password.reveal()}` : inUrl && `${inUrl.username}:${inUrl.password}`;
  return pair && `Basic ${Buffer.from(pair).toString('base64')}`;
};

interface Compiled<T> {
  uses(placeholder: Placeholder): boolean;
  write(values: Values): T;
}

/** application/x-www-form-urlencoded, in the order in which the fields are given. */
const compileFields = (fields: Readonly<Record<string, Field>>): Compiled<string> => {
  const pairs = Object.entries(fields).flatMap(([name, field]): { name: string; value: Compiled<string> }[] => {
    if (typeof field === 'string') return [{ name, value: compileText(field) }];
    if (!('json' in field)) return field.map((each) => ({ name, value: compileText(each) }));
    const json = compileJson(field.json);
    return [{ name, value: { uses: json.uses, write: (values) => JSON.stringify(json.write(values)) } }];
  });
  return {
    uses: (placeholder) => pairs.some(({ value }) => value.uses(placeholder)),
    write: (values) => new URLSearchParams(pairs.map(({ name, value }): [string, string] => [name, value.write(values)])).toString(),
  };
};

const compileText = (source: string): Compiled<string> => {
  const parts = template(source);
  return { uses: (placeholder) => uses(parts, placeholder), write: (values) => render(parts, values) };
};

/** Values go into texts only, so whatever they hold, the shape stays. */
const compileJson = (value: JsonTemplate): Compiled<unknown> => {
  if (typeof value === 'string') return compileText(value);
  if (Array.isArray(value)) {
    const items = (value as readonly JsonTemplate[]).map(compileJson);
    return { uses: (placeholder) => items.some((item) => item.uses(placeholder)), write: (values) => items.map((item) => item.write(values)) };
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([name, item]) => [name, compileJson(item as JsonTemplate)] as const);
    return {
      uses: (placeholder) => entries.some(([, item]) => item.uses(placeholder)),
      write: (values) => Object.fromEntries(entries.map(([name, item]) => [name, item.write(values)])),
    };
  }
  return { uses: () => false, write: () => value };
};
