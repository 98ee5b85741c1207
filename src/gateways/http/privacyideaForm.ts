import type { Definition, OldForm, Reading } from '../definition.js';
import { literally } from '../template.js';
import { given, keyReader, readRegexp, scalarText, timeouts, usualMessageId, type KeyReader } from '../written.js';
import { readProviderConfig } from './linotpForm.js';
import type { Field, JsonTemplate } from './fields.js';

const known = [
  'URL', 'HTTP_METHOD', 'RETURN_SUCCESS', 'RETURN_FAIL', 'USERNAME', 'PASSWORD', 'CHECK_SSL', 'SEND_DATA_AS_JSON', 'REGEXP', 'PROXY', 'HTTP_PROXY',
  'HTTPS_PROXY', 'TIMEOUT',
];

/** The HTTP statuses that this form calls a success; 204 is none. */
const successStatus = [200, 201, 202];

/** privacyIDEA's gateway definitions with the HTTP provider: known options, and every other one a parameter of the request. */
export const privacyideaForm: OldForm = {
  modules: ['privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider'],
  read: (definition) => (isProviderConfig(definition.options) ? readFirstForm(definition.options) : readDefinition(definition)),
};

/** `sms.providerConfig`, the form from before there were gateway definitions: JSON, with a key that names the parameter of the text. */
const isProviderConfig = (options: Definition['options']): boolean =>
  'SMS_TEXT_KEY' in options || 'SMS_PHONENUMBER_KEY' in options || (typeof options['PARAMETER'] === 'object' && options['PARAMETER'] !== null);

const readFirstForm = (config: Definition['options']): Reading => {
  const read = readProviderConfig(config, { method: 'GET', timeout: 3, textRule: 'contains', status: successStatus, otherKeys: ['CHECK_SSL', 'REGEXP'] });
  const { faults, fault, text, flag } = keyReader(config, 'yes or no');
  const replace = replacement(text, fault);
  return {
    ...read,
    options: { ...read.options, number: { ...(read.options['number'] as object), ...(replace ? { replace } : {}) }, tls: { verify: flag('CHECK_SSL') ?? true } },
    keys: { ...read.keys, 'number.replace': 'REGEXP' },
    faults: [...read.faults, ...faults],
  };
};

const replacement = (text: KeyReader['text'], fault: KeyReader['fault']): ReturnType<typeof readRegexp> | undefined => {
  const regexp = text('REGEXP');
  const replace = regexp === undefined ? undefined : readRegexp(regexp);
  if (replace === null) fault('REGEXP', 'must be /search/replacement/');
  return replace;
};

const readDefinition = ({ options, headers }: Definition): Reading => {
  const { faults, fault, text, flag } = keyReader(options, 'yes or no');
  const method = (text('HTTP_METHOD') ?? 'GET').toUpperCase();
  if (method !== 'GET' && method !== 'POST') fault('HTTP_METHOD', 'must be GET or POST');
  const asJson = (flag('SEND_DATA_AS_JSON') ?? false) && method === 'POST';
  const times = timeouts(given(options['TIMEOUT']) ? options['TIMEOUT'] : 3);
  if (times === undefined) fault('TIMEOUT', 'must be seconds');
  const replace = replacement(text, fault);

  const templates = Object.entries(options).filter(([name, value]) => value !== undefined && !known.includes(name));
  const parameters = Object.fromEntries(templates.map(([name, value]) => [name, asJson ? jsonParameter(value) : formParameter(value)]));
  const url = text('URL');
  const username = text('USERNAME');
  const password = text('PASSWORD');
  const proxies = { http: text('HTTP_PROXY') ?? text('PROXY'), https: text('HTTPS_PROXY') ?? text('PROXY') };
  const success = text('RETURN_SUCCESS');
  const fail = text('RETURN_FAIL');
  return {
    options: {
      ...(url === undefined ? {} : { url: literally(url) }),
      method,
      ...(method === 'GET' ? { query: parameters } : asJson ? { json: parameters } : { form: parameters }),
      headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, literally(value)])),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(proxies.http === undefined && proxies.https === undefined ? {} : { proxy: proxies }),
      ...(replace ? { number: { replace } } : {}),
      success: { status: successStatus, ...(success === undefined ? {} : { contains: success }) },
      ...(success === undefined && fail !== undefined ? { failure: { contains: fail } } : {}),
      messageId: usualMessageId,
      ...times,
      tls: { verify: flag('CHECK_SSL') ?? true },
    },
    keys: {
      url: 'URL', method: 'HTTP_METHOD', headers: 'header', username: 'USERNAME', password: 'PASSWORD',
      'proxy.http': 'HTTP_PROXY' in options ? 'HTTP_PROXY' : 'PROXY', 'proxy.https': 'HTTPS_PROXY' in options ? 'HTTPS_PROXY' : 'PROXY', proxy: 'PROXY',
      number: 'REGEXP', 'number.replace': 'REGEXP', 'success.contains': 'RETURN_SUCCESS', 'failure.contains': 'RETURN_FAIL', connectTimeout: 'TIMEOUT', timeout: 'TIMEOUT',
      ...Object.fromEntries(templates.flatMap(([name]) => ['query', 'form', 'json'].map((place) => [`${place}.${name}`, name]))),
    },
    faults,
    ignored: [],
  };
};

/** `{otp}` is the whole text here, and the only braces that mean something are `{otp}` and `{phone}`. */
const inOurWords = (template: string): string =>
  template.split(/(\{otp\}|\{phone\})/).map((part) => (part === '{otp}' ? '{text}' : part === '{phone}' ? part : literally(part))).join('');

/**
 * The template as JSON, where it is some: then text and number become texts inside it. It is the template that is read, never what
 * comes of it, so that a code of digits or a text with a quotation mark changes nothing.
 */
const parsed = (template: string): JsonTemplate | undefined => {
  // placeholders that stand bare in a list or an object are meant as texts too
  const quoted = /^\s*(\[|\{\s*")/.test(template) ? template.replace(/(^|[[,:]\s*)(\{otp\}|\{phone\})(?=\s*[\],}])/g, '$1"$2"') : template;
  for (const candidate of [template, quoted]) {
    try {
      return JSON.parse(candidate) as JsonTemplate;
    } catch {
      // not JSON: a text
    }
  }
  return undefined;
};

const translated = (value: JsonTemplate): JsonTemplate =>
  typeof value === 'string' ? inOurWords(value)
    : Array.isArray(value) ? (value as readonly JsonTemplate[]).map(translated)
      : value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, translated(item as JsonTemplate)]))
        : value;

const jsonParameter = (value: unknown): JsonTemplate => {
  const template = scalarText(value);
  if (template === undefined) return translated(value as JsonTemplate);
  const json = parsed(template);
  // a number that JavaScript cannot hold to the last digit stays a text
  if (json === undefined || (typeof json === 'number' && String(json) !== template.trim())) return inOurWords(template);
  return translated(json);
};

/** In a query or a form everything is text: a list of texts repeats the name, any other JSON goes as such. */
const formParameter = (value: unknown): Field => {
  const template = scalarText(value) ?? JSON.stringify(value);
  const json = parsed(template);
  if (typeof json === 'string') return inOurWords(json);
  if (Array.isArray(json) && json.every((item) => scalarText(item) !== undefined)) return json.map((item) => inOurWords(scalarText(item)!));
  if (json !== null && typeof json === 'object') return { json: translated(json) };
  return inOurWords(template);
};
