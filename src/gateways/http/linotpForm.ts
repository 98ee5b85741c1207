import type { Definition, OldForm, Reading } from '../definition.js';
import { literally } from '../template.js';
import { given, keyReader, scalarText, timeouts, usualMessageId, yesOrNo, type KeyReader } from '../written.js';
import type { Field } from './fields.js';

const known = [
  'URL', 'PARAMETER', 'SMS_TEXT_KEY', 'SMS_PHONENUMBER_KEY', 'HTTP_Method', 'HTTP_METHOD', 'USERNAME', 'PASSWORD', 'AUTH_TYPE', 'HEADERS', 'PROXY',
  'timeout', 'TIMEOUT', 'SERVER_CERTIFICATE', 'RETURN_SUCCESS_REGEX', 'RETURN_FAIL_REGEX', 'RETURN_SUCCESS', 'RETURN_FAIL', 'MSISDN', 'SUPPRESS_PREFIX',
];

/** LinOTP's `SMSProviderConfig` of an HttpSMSProvider. */
export const linotpForm: OldForm = {
  modules: ['HttpSMSProvider', 'smsprovider.HttpSMSProvider', 'smsprovider.HttpSMSProvider.HttpSMSProvider', 'linotp.provider.smsprovider.HttpSMSProvider'],
  read: ({ options }) => readProviderConfig(options, { method: 'POST', timeout: 5, textRule: 'startsWith', otherKeys: [] }),
};

/** What differs between the two servers that know this form; privacyIDEA took it over for its first configurations. */
export interface Dialect {
  readonly method: 'GET' | 'POST';
  readonly timeout: number;
  /** How RETURN_SUCCESS and RETURN_FAIL are compared with the reply. */
  readonly textRule: 'startsWith' | 'contains';
  readonly status?: readonly number[];
  readonly otherKeys: readonly string[];
}

export const readProviderConfig = (config: Definition['options'], dialect: Dialect): Reading => {
  const { faults, fault, text, flag } = keyReader(config);
  const methodKey = 'HTTP_Method' in config ? 'HTTP_Method' : 'HTTP_METHOD';
  const method = (text(methodKey) ?? dialect.method).toUpperCase();
  if (method !== 'GET' && method !== 'POST') fault(methodKey, 'must be GET or POST');
  const timeoutKey = 'timeout' in config ? 'timeout' : 'TIMEOUT';
  const times = given(config[timeoutKey]) ? timeouts(config[timeoutKey]) : { connectTimeout: dialect.timeout, timeout: dialect.timeout };
  if (times === undefined) fault(timeoutKey, 'must be seconds, or "connect,read" in seconds');

  const fields = fieldsOf(config, fault);
  const url = text('URL');
  const prefix = text('SUPPRESS_PREFIX');
  const username = text('USERNAME');
  const password = text('PASSWORD');
  const authentication = authenticationIn('AUTH_TYPE', text, fault);
  const headers = headersOf(config['HEADERS'], fault);
  const certificate = certificateOf(config['SERVER_CERTIFICATE'], fault);
  return {
    options: {
      ...(url === undefined ? {} : { url: literally(url) }),
      method,
      ...(method === 'GET' ? { query: fields } : { form: fields }),
      ...(headers ? { headers } : {}),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(authentication ? { authentication } : {}),
      ...(given(config['PROXY']) ? { proxy: config['PROXY'] } : {}),
      number: { digitsOnly: flag('MSISDN') ?? false, ...(prefix === undefined ? {} : { removePrefix: prefix }) },
      ...rulesOf(text, dialect),
      messageId: usualMessageId,
      ...times,
      ...(certificate === undefined ? {} : { tls: certificate }),
    },
    keys: {
      url: 'URL', method: methodKey, query: 'PARAMETER', form: 'PARAMETER', headers: 'HEADERS', username: 'USERNAME', password: 'PASSWORD', authentication: 'AUTH_TYPE', proxy: 'PROXY',
      number: 'SUPPRESS_PREFIX', 'success.startsWith': 'RETURN_SUCCESS', 'success.contains': 'RETURN_SUCCESS', 'success.matches': 'RETURN_SUCCESS_REGEX',
      'failure.startsWith': 'RETURN_FAIL', 'failure.contains': 'RETURN_FAIL', 'failure.matches': 'RETURN_FAIL_REGEX',
      connectTimeout: timeoutKey, timeout: timeoutKey, 'tls.ca': 'SERVER_CERTIFICATE',
    },
    faults,
    ignored: Object.keys(config).filter((key) => !known.includes(key) && !dialect.otherKeys.includes(key)),
  };
};

/** Number, text, then the fixed parameters, which win when a name comes twice. */
const fieldsOf = (config: Definition['options'], fault: KeyReader['fault']): Record<string, Field> => {
  const textKey = scalarText(config['SMS_TEXT_KEY']) || 'sms';
  const fields: Record<string, Field> = { [scalarText(config['SMS_PHONENUMBER_KEY']) || 'phone']: '{phone}', [textKey]: '{text}' };
  const parameter = config['PARAMETER'] ?? {};
  if (typeof parameter !== 'object' || Array.isArray(parameter)) fault('PARAMETER', 'must be an object of names and values');
  else for (const [name, value] of Object.entries(parameter)) {
    const texts = (Array.isArray(value) ? value : [value]).map(scalarText);
    if (name === textKey) fault(`PARAMETER.${name}`, 'stands in the place of the text (SMS_TEXT_KEY), which would never be sent');
    else if (texts.includes(undefined)) fault(`PARAMETER.${name}`, 'must be a text, a number, true or false');
    else fields[name] = Array.isArray(value) ? texts.map((text) => literally(text!)) : literally(texts[0]!);
  }
  return fields;
};

export const authenticationIn = (key: string, text: KeyReader['text'], fault: KeyReader['fault']): 'basic' | 'digest' | undefined => {
  const scheme = text(key)?.toLowerCase();
  if (scheme === undefined || scheme === 'basic' || scheme === 'digest') return scheme;
  fault(key, 'must be basic or digest');
  return undefined;
};

export const headersOf = (headers: unknown, fault: KeyReader['fault']): Record<string, string> | undefined => {
  if (!given(headers)) return undefined;
  if (typeof headers !== 'object' || Array.isArray(headers)) {
    fault('HEADERS', 'must be an object of names and values');
    return undefined;
  }
  return Object.fromEntries(Object.entries(headers as object).map(([name, value]) => {
    if (scalarText(value) === undefined) fault(`HEADERS.${name}`, 'must be a text');
    return [name, literally(scalarText(value) ?? '')];
  }));
};

export const certificateOf = (value: unknown, fault: KeyReader['fault']): { verify?: boolean; ca?: string } | undefined => {
  if (!given(value)) return undefined;
  const verify = yesOrNo(value);
  if (verify !== undefined) return { verify };
  if (typeof value === 'string') return { ca: value };
  fault('SERVER_CERTIFICATE', 'must be the path of a certificate file, or false');
  return undefined;
};

/**
 * Of the rules that are given, the first in this order decides alone. A rule that the reply says success outweighs the HTTP status,
 * as these configurations expect; without one, a status of 400 or more is a failure.
 */
const rulesOf = (text: KeyReader['text'], { textRule, status }: Dialect): Record<string, unknown> => {
  const required = status ?? 'any';
  const successRegex = text('RETURN_SUCCESS_REGEX');
  if (successRegex !== undefined) return { success: { status: required, matches: successRegex } };
  const base = status ? { success: { status } } : {};
  const failRegex = text('RETURN_FAIL_REGEX');
  if (failRegex !== undefined) return { ...base, failure: { matches: failRegex } };
  const success = text('RETURN_SUCCESS');
  if (success !== undefined) return { success: { status: required, [textRule]: success } };
  const fail = text('RETURN_FAIL');
  return fail === undefined ? base : { ...base, failure: { [textRule]: fail } };
};
