import { z } from 'zod';
import { controllers } from '../../src/http/linotp/controllers.js';
import { pages } from '../../src/http/linotp/loginPages/pages.js';
import { routes } from '../../src/http/privacyidea/routes.js';

/** Something that can be asked for. */
export interface Target {
  readonly front: 'native' | 'privacyidea' | 'linotp';
  readonly methods: readonly string[];
  /** With `{name}` for what a client fills in. */
  readonly path: string;
  /** Names of the parameters that mean something there. */
  readonly names: readonly string[];
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly { readonly name: string }[]; readonly requestBody?: unknown }>>>>;
}

/** The native API, as its own document tells of it. */
const native = ({ paths }: OpenApi): Target[] => Object.entries(paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
    front: 'native' as const, methods: [method.toUpperCase()], path,
    // every name in the schema of the body, at whatever depth
    names: [...parameters.map(({ name }) => name), ...[...JSON.stringify(requestBody ?? {}).matchAll(/"(\w+)":\{"(?:type|anyOf|description|pattern)"/g)].map(([, name]) => name!)],
  })));

const privacyidea = (): Target[] => routes.map(({ path, methods, parameters }) => ({
  front: 'privacyidea', methods, path: `/privacyidea${path.replace(/:(\w+)/g, '{$1}')}`,
  names: parameters instanceof z.ZodObject ? Object.keys(parameters.shape) : ['value', 'name', 'module', 'option.URL', 'DefaultOtpLen', 'sms.text'],
}));

/** The parameters of this dialect stand in no table; these are those that its actions read. */
const linotpNames = [
  'user', 'realm', 'pass', 'serial', 'serial[]', 'state', 'transactionid', 'challenge', 'data', 'message', 'token_type', 'client', 'auth_info', 'session', 'type', 'phone', 'pin', 'otpkey', 'genkey',
  'otplen', 'hashlib', 'tokenrealm', 'description', 'MaxFailCount', 'otp1', 'otp2', 'key', 'value', 'name', 'class', 'timeout', 'config', 'default', 'SMSProvider', 'SMSProviderConfig',
  'SMSProviderTimeout', 'username', 'password', 'page', 'pagesize', 'sortby', 'filter', 'tokeninfo_format', 'query', 'qtype', 'rp', 'csrf_token',
];
const linotp = (): Target[] => [...controllers].flatMap(([controller, actions]) => [...actions].map(([action, { methods }]): Target => ({
  front: 'linotp', methods, path: `/linotp/${controller}/${action}`, names: linotpNames,
})));

const forPeople = (): Target[] => pages.flatMap(({ paths }) => paths.map((path): Target => ({
  front: 'linotp', methods: ['GET', 'POST'], path: `/linotp/auth${path}`, names: ['user', 'realm', 'pass', 'otp', 'transactionid'],
})));
/** Two gateways whose providers call back: one knows a secret, one signs. */
export const receiptSecret = 'a-secret-of-the-provider';
const mapping = { messageId: 'msgid', state: '/status', detail: 'error', delivered: ['DELIVRD'], undelivered: ['UNDELIV'], each: '/results/*' };
export const gateways: Readonly<Record<string, object>> = {
  main: { kind: 'http', options: { url: 'http://127.0.0.1:1/', query: { to: '{phone}' }, receipts: { ...mapping, secret: receiptSecret } } },
  signed: { kind: 'http', options: { url: 'http://127.0.0.1:1/', query: { to: '{phone}' }, receipts: { ...mapping, url: 'http://127.0.0.1', signature: { scheme: 'messagebird', key: 'the-key-of-the-provider' } } } },
};
const receipts = [`/v1/receipts/main/${receiptSecret}`, '/v1/receipts/signed']
  .map((path): Target => ({ front: 'native', methods: ['GET', 'POST'], path, names: ['msgid', 'status', 'error', 'results'] }));

const others = ['/', '/health/live', '/health/ready', '/metrics', '/development/messages', '/development/messages.json', '/v1/openapi.json', '/validate/check', '/nothing']
  .map((path): Target => ({ front: 'native', methods: ['GET', 'POST'], path, names: ['user', 'pass', 'refresh'] }));

/** Every endpoint of every front end. */
export const targetsOf = (openApi: OpenApi): Target[] => [...native(openApi), ...privacyidea(), ...linotp(), ...forPeople(), ...receipts, ...others];
