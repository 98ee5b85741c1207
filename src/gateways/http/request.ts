import { measure } from '../../sms/measure.js';
import type { Message } from '../gateway.js';
import { numberWriter } from '../number.js';
import { checkedTemplate, render, uses, valuesOf, type Placeholder } from '../template.js';
import { readAddress, renderPath } from './address.js';
import { CannotCarry } from './cannotCarry.js';
import { encoderOf } from './charset.js';
import { compileFields, compileJson, type Compiled, type JsonTemplate } from './fields.js';
import type { HttpOptions } from './options.js';
import { parseXml, renderXml } from './xml.js';

/** One HTTP request, ready to be sent. */
export interface Request {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Written = Request | { readonly problem: string };

/**
 * Makes the function that turns a message into a request. Everything is compiled once. Each value is escaped for the place where it
 * goes: text and number cannot break out of a URL, a form, a JSON text, XML or a header.
 *
 * @param now for the instant at which the code dies
 * @returns the request, or why this message cannot be put into one; then nothing was sent
 */
export const requestWriter = (options: HttpOptions, now: () => Date = () => new Date()): ((message: Message) => Written) => {
  const number = numberWriter(options.number);
  const usual = compile(options);
  const beyond = options.unicode && compile({
    ...options,
    query: merged(options.query, options.unicode.query),
    form: merged(options.form, options.unicode.form),
    json: options.unicode.json ? { ...options.json, ...options.unicode.json } : options.json,
  });

  return (message) => {
    const write = beyond && measure(message.text.reveal()).encoding === 'ucs-2' ? beyond : usual;
    if (!write.carriesText) return { problem: 'no parameter of the gateway carries the text' };
    const phone = number(message.to);
    if (typeof phone !== 'string') return phone;
    try {
      return write(valuesOf(message, phone, { now: now(), receiptUrl: options.receiptUrl, ...options.validity }));
    } catch (error) {
      if (error instanceof CannotCarry) return { problem: error.message };
      throw error;
    }
  };
};

const merged = <T extends object>(fields: T | undefined, others: T | undefined): T | undefined => (others ? { ...fields, ...others } : fields);

type Writer = ((values: ReturnType<typeof valuesOf>) => Request) & { readonly carriesText: boolean };

const compile = (options: HttpOptions): Writer => {
  const address = readAddress(options.url);
  if ('problem' in address) throw new Error(`url was not checked: ${address.problem}`);
  const encode = encoderOf(options.charset);
  const query = options.query && compileFields(options.query, encode);
  const body = compileBody(options, encode);
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => ({ name: name.toLowerCase(), value: checkedTemplate(value) }));
  const carries = (placeholder: Placeholder): boolean =>
    uses(address.path, placeholder) || [query, body?.content].some((part) => part?.uses(placeholder)) || headers.some(({ value }) => uses(value, placeholder));

  const write = (values: ReturnType<typeof valuesOf>): Request => {
    const path = renderPath(address.path, values, encode);
    if (path === undefined) throw new CannotCarry('the number or the text cannot stand in the path of the URL');
    const written: Record<string, string> = { 'user-agent': 'Tanager', accept: '*/*', ...(body ? { 'content-type': body.type } : {}) };
    for (const { name, value } of headers) {
      const rendered = render(value, values);
      if (/[^\t\x20-\x7e\x80-\xff]/.test(rendered)) throw new CannotCarry(`the header ${name} cannot carry this message`);
      written[name] = rendered;
    }
    const pairs = query?.write(values);
    return {
      origin: address.origin,
      path: pairs ? `${path}${path.includes('?') ? '&' : '?'}${pairs}` : path,
      method: options.method ?? (body ? 'POST' : 'GET'),
      headers: written,
      ...(body ? { body: body.content.write(values) } : {}),
    };
  };
  return Object.assign(write, { carriesText: carries('text') || carries('ucs2Hex') });
};

const compileBody = ({ charset, form, json, xml }: HttpOptions, encode: ReturnType<typeof encoderOf>): { type: string; content: Compiled<string> } | undefined => {
  if (form) {
    const type = 'application/x-www-form-urlencoded';
    return { type: charset === 'utf-8' ? type : `${type}; charset=${charset}`, content: compileFields(form, encode) };
  }
  if (json) {
    const content = compileJson(json as JsonTemplate);
    return { type: 'application/json', content: { uses: content.uses, write: (values) => JSON.stringify(content.write(values)) } };
  }
  if (xml === undefined) return undefined;
  const parts = parseXml(xml);
  if ('problem' in parts) throw new Error(`xml was not checked: ${parts.problem}`);
  return { type: 'text/xml; charset=utf-8', content: { uses: (placeholder) => uses(parts, placeholder), write: (values) => renderXml(parts, values) } };
};
