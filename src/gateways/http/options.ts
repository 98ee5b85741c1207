import { z } from 'zod';
import { Secret } from '../../security/secret.js';
import { readCertificates } from '../certificates.js';
import { checked, problemOf } from '../checked.js';
import { numberRule } from '../number.js';
import { compilePattern } from '../pattern.js';
import { parseTemplate } from '../template.js';
import { readAddress } from './address.js';

const template = checked(z.string().max(10_000), (source) => problemOf(parseTemplate(source)));
const pattern = checked(z.string().min(1), (source) => problemOf(compilePattern(source)));
const seconds = z.number().positive().max(600);

/** A JSON value whose texts are templates; names are literal. */
export type JsonTemplate = string | number | boolean | null | readonly JsonTemplate[] | { readonly [name: string]: JsonTemplate };
const jsonTemplate: z.ZodType<JsonTemplate> = z.lazy(() =>
  z.union([template, z.number(), z.boolean(), z.null(), z.array(jsonTemplate), z.record(z.string(), jsonTemplate)], {
    error: 'must be JSON; texts in it may hold {phone}, {text}, {reference}, {validity}',
  }),
);

/** A field of a query or a form. A list repeats the name; `json` is sent as JSON text. */
export type Field = string | readonly string[] | { readonly json: JsonTemplate };
const fields: z.ZodType<Readonly<Record<string, Field>>> = z.record(
  z.string().min(1),
  z.union([template, z.array(template), z.strictObject({ json: jsonTemplate })], { error: 'must be a text, a list of texts, or {"json": …}; texts may hold {phone}, {text}, {reference}, {validity}' }),
);

/** RFC 9110, 5.1; the client itself looks after the ones that say how the message is framed and who the proxy is for. */
const headerName = checked(z.string(), (name) =>
  !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) ? 'is not a name of a header'
    : /^(connection|content-length|expect|keep-alive|proxy-authorization|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i.test(name) ? 'is a header that the service sets itself'
      : undefined);
const headerValue = checked(template, (value) => (/[^\t\x20-\x7e\x80-\xff]/.test(value) ? 'holds a character that a header cannot carry, such as a line break' : undefined));

const proxyAddress = checked(z.string(), (text) => {
  if (!URL.canParse(text)) return 'is not a URL such as http://user:password@proxy.example:3128';
  return /^https?:$/.test(new URL(text).protocol) ? undefined : 'must begin with http:// or https://';
});

const textRule = {
  /** The first characters of the reply. */
  startsWith: z.string().min(1).optional(),
  /** Somewhere in the reply. */
  contains: z.string().min(1).optional(),
  /** Regular expression, found somewhere in the reply. */
  matches: pattern.optional(),
};

/** Options of the HTTP gateway in our own words; docs/gateways.md explains each. Times are in seconds. */
export const httpOptions = z
  .strictObject({
    url: checked(z.string(), (text) => problemOf(readAddress(text))),
    method: z.string().transform((method) => method.toUpperCase()).pipe(z.enum(['GET', 'POST', 'PUT'], { error: 'must be GET, POST or PUT' })).optional(),
    query: fields.optional(),
    form: fields.optional(),
    json: z.union([z.record(z.string(), jsonTemplate), z.array(jsonTemplate)], { error: 'must be a JSON object or list; texts in it may hold {phone}, {text}, {reference}, {validity}' }).optional(),
    headers: z.record(headerName, headerValue).optional(),
    username: z.string().min(1).optional(),
    password: z.string().transform((password) => new Secret(password)).optional(),
    proxy: z.union([proxyAddress, z.strictObject({ http: proxyAddress.optional(), https: proxyAddress.optional() })], { error: 'must be a URL such as http://user:password@proxy.example:3128, or an object with one for http and one for https' }).optional(),
    number: numberRule.optional(),
    success: z.strictObject({
      /** Which HTTP status a success may have; 2xx where nothing is said. */
      status: z.union([z.literal('any'), z.array(z.int().min(100).max(599)).min(1)], { error: 'must be "any" or a list of HTTP status codes' }).optional(),
      ...textRule,
    }).optional(),
    failure: z.strictObject(textRule).optional(),
    /** Where the reply holds the gateway's own id: the word after a text that the reply begins with, a group of an expression, a place in JSON. */
    messageId: z.union([z.strictObject({ after: z.string().min(1) }), z.strictObject({ matches: pattern }), z.strictObject({ pointer: z.string().startsWith('/') })], {
      error: 'must be {"after": a text that the reply begins with}, {"matches": a regular expression} or {"pointer": a JSON pointer such as /messages/0/id}',
    }).optional(),
    connectTimeout: seconds.default(5),
    timeout: seconds.default(5),
    connections: z.int().min(1).max(1000).default(20),
    tls: z.strictObject({
      verify: z.boolean().optional(),
      /** PEM file, or folder of them, with the authorities to trust instead of the usual ones. */
      ca: checked(z.string().min(1), (path) => problemOf(readCertificates(path))).optional(),
    }).optional(),
  })
  .superRefine((options, context) => {
    const fault = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
    const { form, json, method, password, username } = options;
    if (form && json) fault('json', 'cannot go together with form: a request has one body');
    if (method === 'GET' && (form || json)) fault('method', 'GET has no body; give the fields as query');
    if (username !== undefined && password === undefined) fault('password', 'is missing, while there is a username');
    if (password !== undefined && username === undefined) fault('username', 'is missing, while there is a password');
  });

export type HttpOptions = z.output<typeof httpOptions>;
