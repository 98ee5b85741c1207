import { z } from 'zod';
import { Secret } from '../../security/secret.js';
import { readCertificates } from '../certificates.js';
import { checked, problemOf } from '../checked.js';
import { readClientCertificate } from '../clientCertificate.js';
import { numberRule } from '../number.js';
import { httpReceipts } from '../receipts/options.js';
import { readAddress } from './address.js';
import { charsets, encoderOf } from './charset.js';
import { fields, jsonBody, jsonObject, template, unwritable } from './fields.js';
import { failureRule, messageIdRule, successRule, unavailableRule } from './rules.js';
import { parseXml } from './xml.js';

const seconds = z.number().positive().max(600);
const secret = z.string().min(1).transform((value) => new Secret(value));
const lowerCase = z.string().transform((value) => value.toLowerCase());

/** RFC 9110, 5.1; the client itself looks after the ones that say how the message is framed and who the proxy is for. */
const headerName = checked(z.string(), (name) =>
  !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) ? 'is not a name of a header'
    : /^(connection|content-length|expect|keep-alive|proxy-authorization|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i.test(name) ? 'is a header that the service sets itself'
      : undefined);
const headerValue = checked(template, (value) => (/[^\t\x20-\x7e\x80-\xff]/.test(value) ? 'holds a character that a header cannot carry, such as a line break' : undefined));

const proxyAddress = checked(z.string(), (text) => {
  if (!URL.canParse(text)) return 'is not a URL such as http://user:password@proxy.example:3128';
  return /^(https?|socks5h?):$/.test(new URL(text).protocol) ? undefined : 'must begin with http://, https:// or socks5://';
});

const webAddress = checked(z.string(), (text) => (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? undefined : 'is not a URL that begins with http:// or https://'));

const tls = z
  .strictObject({
    verify: z.boolean().optional(),
    /** PEM file, or folder of them, with the authorities to trust instead of the usual ones. */
    ca: checked(z.string().min(1), (path) => problemOf(readCertificates(path))).optional(),
    /** PEM files that say who we are; the key may lie in the file of the certificate. */
    certificate: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
    passphrase: secret.optional(),
  })
  .superRefine((files, context) => {
    const own = readClientCertificate(files);
    if (own && 'problem' in own) context.addIssue({ code: 'custom', path: [own.at], message: own.problem });
  });

/** Options of the HTTP gateway in our own words; docs/gateways/http.md explains each. Times are in seconds. */
export const httpOptions = z
  .strictObject({
    url: checked(z.string(), (text) => problemOf(readAddress(text))),
    method: z.string().transform((method) => method.toUpperCase()).pipe(z.enum(['GET', 'POST', 'PUT'], { error: 'must be GET, POST or PUT' })).optional(),
    query: fields.optional(),
    form: fields.optional(),
    json: jsonBody.optional(),
    xml: checked(z.string().max(10_000), (source) => problemOf(parseXml(source))).optional(),
    /** Character set of query and form. */
    charset: lowerCase.pipe(z.enum(charsets)).default('utf-8'),
    /** What is added, or goes instead of fields of the same name, when the text is beyond the default alphabet of SMS. */
    unicode: z.strictObject({ query: fields.optional(), form: fields.optional(), json: jsonObject.optional() }).optional(),
    headers: z.record(headerName, headerValue).optional(),
    username: z.string().min(1).optional(),
    password: z.string().transform((password) => new Secret(password)).optional(),
    authentication: lowerCase.pipe(z.enum(['basic', 'digest'])).default('basic'),
    /** Signature Version 4 of Amazon Web Services. */
    aws: z.strictObject({ region: z.string().min(1), service: z.string().min(1), accessKeyId: z.string().min(1), secretAccessKey: secret, sessionToken: secret.optional() }).optional(),
    proxy: z.union([proxyAddress, z.strictObject({ http: proxyAddress.optional(), https: proxyAddress.optional() })], { error: 'must be a URL such as http://user:password@proxy.example:3128, or an object with one for http and one for https' }).optional(),
    number: numberRule.optional(),
    /** Seconds that the provider takes as a validity, at least and at most. */
    validity: checked(
      z.strictObject({ least: z.int().min(0).optional(), most: z.int().min(1).optional() }),
      ({ least = 0, most = Infinity }) => (least > most ? 'has a least that is more than its most' : undefined),
    ).optional(),
    /** What `{receiptUrl}` stands for. */
    receiptUrl: webAddress.optional(),
    /** How the provider tells what became of messages; its address goes in for `{receiptUrl}`. */
    receipts: httpReceipts.optional(),
    success: successRule.optional(),
    failure: failureRule.optional(),
    unavailable: unavailableRule.optional(),
    messageId: messageIdRule.optional(),
    connectTimeout: seconds.default(5),
    timeout: seconds.default(5),
    connections: z.int().min(1).max(1000).default(20),
    tls: tls.optional(),
  })
  .superRefine((options, context) => {
    const fault = (key: string, message: string): void => context.addIssue({ code: 'custom', path: key.split('.'), message });
    const { aws, form, json, method, password, unicode, username, xml } = options;
    const bodies = Object.entries({ form, json, xml }).filter(([, body]) => body !== undefined).map(([name]) => name);
    if (bodies.length > 1) fault(bodies[1]!, `cannot go together with ${bodies[0]}: a request has one body`);
    if (method === 'GET' && bodies.length > 0) fault('method', 'GET has no body; give the fields as query');
    if (username !== undefined && password === undefined) fault('password', 'is missing, while there is a username');
    if (password !== undefined && username === undefined) fault('username', 'is missing, while there is a password');
    if (options.authentication === 'digest' && username === undefined && !/^https?:\/\/[^/?#]*@/i.test(options.url)) fault('username', 'is missing, and digest authentication wants one');
    if (aws && username !== undefined) fault('aws', 'cannot go together with username: a request is signed, or it has a password');
    if (unicode?.form && !form) fault('unicode.form', 'replaces fields of a form, and there is no form');
    for (const [place, given] of Object.entries({ query: options.query, form, 'unicode.query': unicode?.query, 'unicode.form': unicode?.form })) {
      for (const name of given ? unwritable(given, encoderOf(options.charset)) : []) context.addIssue({ code: 'custom', path: [...place.split('.'), name], message: `holds a character that ${options.charset} does not have` });
    }
    if (unicode?.json && (!json || Array.isArray(json))) fault('unicode.json', 'replaces fields of a JSON object, and json is none');
  });

export type HttpOptions = z.output<typeof httpOptions>;
