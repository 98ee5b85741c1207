import type { OldForm } from '../definition.js';
import { literally } from '../template.js';
import { given, keyReader, timeouts } from '../written.js';
import type { JsonTemplate } from './fields.js';
import { authenticationIn, certificateOf, headersOf } from './linotpForm.js';
import { putAt, readPath } from './payloadPath.js';

const known = [
  'URL', 'PAYLOAD', 'SMS_TEXT_KEY', 'SMS_PHONENUMBER_KEY', 'USERNAME', 'PASSWORD', 'AUTHENTICATION', 'HEADERS', 'PROXY', 'TIMEOUT', 'SERVER_CERTIFICATE',
  'CLIENT_CERTIFICATE_FILE', 'MSISDN', 'SUPPRESS_PREFIX',
  // of a named provider, which LinOTP passes over for this class too
  'timeout',
];

/** LinOTP's `SMSProviderConfig` of a RestSMSProvider: a JSON body into which text and number are put by their keys. */
export const linotpRestForm: OldForm = {
  modules: ['RestSMSProvider', 'smsprovider.RestSMSProvider', 'smsprovider.RestSMSProvider.RestSMSProvider', 'linotp.provider.smsprovider.RestSMSProvider'],
  read: ({ options: config }) => {
    const { faults, fault, text, flag } = keyReader(config);
    // of a list of addresses only the first is ever called
    const url = text('URL')?.split(',')[0]!.trim();
    const json = payload(config['PAYLOAD'], text, fault);
    const times = timeouts(given(config['TIMEOUT']) ? config['TIMEOUT'] : '3,30');
    if (times === undefined) fault('TIMEOUT', 'must be seconds, or "connect,read" in seconds');
    const username = text('USERNAME');
    const password = text('PASSWORD');
    const authentication = authenticationIn('AUTHENTICATION', text, fault);
    const certificate = text('CLIENT_CERTIFICATE_FILE');
    const prefix = text('SUPPRESS_PREFIX');
    return {
      options: {
        ...(url === undefined ? {} : { url: literally(url) }),
        method: 'POST',
        ...(json ? { json } : {}),
        headers: { Accept: 'application/json', ...headersOf(config['HEADERS'], fault) },
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        ...(authentication ? { authentication } : {}),
        ...(given(config['PROXY']) ? { proxy: config['PROXY'] } : {}),
        number: { digitsOnly: flag('MSISDN') ?? false, ...(prefix === undefined ? {} : { removePrefix: prefix }) },
        ...times,
        tls: { ...certificateOf(config['SERVER_CERTIFICATE'], fault), ...(certificate === undefined ? {} : { certificate }) },
      },
      keys: {
        url: 'URL', json: 'PAYLOAD', headers: 'HEADERS', username: 'USERNAME', password: 'PASSWORD', authentication: 'AUTHENTICATION', proxy: 'PROXY', number: 'SUPPRESS_PREFIX',
        connectTimeout: 'TIMEOUT', timeout: 'TIMEOUT', 'tls.ca': 'SERVER_CERTIFICATE', 'tls.certificate': 'CLIENT_CERTIFICATE_FILE',
      },
      faults,
      ignored: Object.keys(config).filter((key) => !known.includes(key)),
    };
  },
};

type Json = { [name: string]: JsonTemplate };

/** The body with our placeholders in the places of text and number; everything else in it is literal. */
const payload = (given: unknown, text: (key: string) => string | undefined, fault: (key: string, problem: string) => void): Json | undefined => {
  const textKey = text('SMS_TEXT_KEY');
  const phoneKey = text('SMS_PHONENUMBER_KEY');
  if (textKey === undefined) fault('SMS_TEXT_KEY', 'is missing');
  if (phoneKey === undefined) fault('SMS_PHONENUMBER_KEY', 'is missing');
  if (textKey !== undefined && textKey === phoneKey) fault('SMS_PHONENUMBER_KEY', 'is the place of the text (SMS_TEXT_KEY), which would never be sent');
  if (typeof given !== 'object' || given === null || Array.isArray(given)) fault('PAYLOAD', given === undefined ? 'is missing' : 'must be a JSON object');
  else if (textKey !== undefined && phoneKey !== undefined) {
    const body = literal(given as Json) as Json;
    place(body, given as Json, { key: 'SMS_TEXT_KEY', at: textKey, tag: '<message>', put: '{text}' }, fault);
    place(body, given as Json, { key: 'SMS_PHONENUMBER_KEY', at: phoneKey, tag: '<phone>', put: '{phone}' }, fault);
    return body;
  }
  return undefined;
};

interface Place {
  readonly key: string;
  readonly at: string;
  readonly tag: string;
  readonly put: string;
}

/** A key at the top may hold a template with the tag; elsewhere the value itself is put in, whatever stood there. */
const place = (body: Json, given: Json, { key, at, tag, put }: Place, fault: (key: string, problem: string) => void): void => {
  if (Object.hasOwn(given, at)) {
    putAt(body, [at], filled(given[at]!, tag, put));
    return;
  }
  const path = readPath(at);
  if (!path) fault(key, 'must be a key of PAYLOAD, or a path in it such as message.text or recipients[0].number');
  else if (!putAt(body, path, put)) fault(key, 'leads through a value of PAYLOAD that is neither an object nor a list');
};

/** Of a list, the members with the tag are filled and the others stay; what holds no tag is replaced. */
const filled = (template: JsonTemplate, tag: string, put: string): JsonTemplate => {
  const holds = (value: JsonTemplate): value is string => typeof value === 'string' && value.includes(tag);
  const fill = (value: string): string => value.split(tag).map(literally).join(put);
  if (holds(template)) return fill(template);
  const list = Array.isArray(template) ? (template as readonly JsonTemplate[]) : [];
  return list.some(holds) ? list.map((member) => (holds(member) ? fill(member) : literal(member))) : put;
};

const literal = (value: JsonTemplate): JsonTemplate =>
  typeof value === 'string' ? literally(value)
    : Array.isArray(value) ? (value as readonly JsonTemplate[]).map(literal)
      : value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, literal(item as JsonTemplate)]))
        : value;
