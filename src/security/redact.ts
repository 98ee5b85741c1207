import type { IncomingMessage, ServerResponse } from 'node:http';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';

const hidden = '***';
const deepest = 6;

/**
 * Names under which secrets and personal data travel, here and in the old servers; compared without case, `-`, `_` and `.`.
 * A name counts too when it ends in one of `endings`.
 */
const names = new Set([
  'pass', 'pin', 'otp', 'code', 'tan', 'seed', 'otpkey', 'key', 'secret', 'token', 'jwt', 'csrf', 'session', 'cookie', 'cookies', 'authorization', 'body', 'form', 'query', 'params', 'headers',
  'rawheaders', 'phone', 'mobile', 'phonenumber', 'to', 'recipient', 'email', 'login', 'user', 'username', 'client', 'text', 'message_text', 'sms', 'smsproviderconfig', 'proxy', 'otpauth',
].map((name) => name.replace(/[-_.]/g, '')));
const endings = ['password', 'passwd', 'pass', 'pin', 'otp', 'secret', 'seed', 'apikey', 'masterkey', 'otpkey', 'authorization', 'cookie', 'token', 'hash', 'phone', 'phonenumber'];

const isSensitive = (name: string): boolean => {
  const plain = name.toLowerCase().replace(/[-_.]/g, '');
  return names.has(plain) || endings.some((ending) => plain.endsWith(ending));
};

/** Takes user, password and query out of every URL in a text: gateways are called with passwords in both places. */
export const withoutUrlSecrets = (text: string): string =>
  text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)([^\s/@'"]*@)?([^\s?#'"]*)([?#][^\s'"]*)?/gi, (_, scheme: string, login: string | undefined, place: string, query: string | undefined) =>
    `${scheme}${login ? `${hidden}@` : ''}${place}${query ? `?${hidden}` : ''}`);

/** A copy of what is to be logged without anything that stands under a sensitive name, at any depth. */
export const scrub = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return withoutUrlSecrets(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return errorLine(value);
  if (value instanceof Date) return value;
  if (value instanceof URL) return withoutUrlSecrets(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= deepest) return '[…]';
  if (Array.isArray(value)) return value.map((item) => scrub(item, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return scrub((value.toJSON as () => unknown)(), depth + 1);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, isSensitive(name) ? hidden : scrub(item, depth + 1)]));
};

/** Of an error: what it says and where it happened; nothing that somebody else hung on it. */
const errorLine = (error: Error, depth = 0): Record<string, unknown> => ({
  type: error.name,
  message: withoutUrlSecrets(error.message),
  ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
  ...(error.stack ? { stack: withoutUrlSecrets(error.stack) } : {}),
  ...(error.cause instanceof Error && depth < deepest ? { cause: errorLine(error.cause, depth + 1) } : {}),
});

/** What is said of a request: method, path without query, id. Everything else in it may be a secret or a person. */
const requestLine = (request: IncomingMessage & { readonly id?: unknown; readonly originalUrl?: string }): Record<string, unknown> => ({
  ...(request.id === undefined ? {} : { id: request.id }),
  method: request.method,
  path: pathOf(request.originalUrl ?? request.url ?? ''),
});

/** @returns the path of a request target, without query and fragment, and without the secret of a provider that brings receipts */
export const pathOf = (target: string): string => (target.split(/[?#]/, 1)[0] ?? '').replace(/(\/receipts\/[^/]*\/).+/is, `$1${hidden}`);

/** One line for one answered request. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Milliseconds until the answer was out. */
  readonly ms: number;
}

export const answered = (requestId: string, request: IncomingMessage & { readonly originalUrl?: string }, status: number, ms: number): AnsweredRequest => ({
  requestId, method: request.method ?? '', path: pathOf(request.originalUrl ?? request.url ?? ''), status, ms: Math.round(ms * 10) / 10,
});

/**
 * A log in which no secret and no person reaches a line: an allow-list for requests, answers and errors, a deny-list by name for
 * every other field, and URLs without what is secret in them.
 * @param destination standard output when left out
 */
export const makeLog = (level: string, destination?: DestinationStream): Logger => {
  const log = pino(logOptions(level), destination ?? pino.destination());
  const { child } = log;
  // pino does not run its formatters over the fields of child loggers; these descend from `log` and inherit this
  log.child = function (this: Logger, bindings: Record<string, unknown>, options?: object) {
    return child.call(this, scrub(bindings) as Record<string, unknown>, options as undefined);
  } as typeof log.child;
  return log;
};

const logOptions = (level: string): LoggerOptions => ({
  level,
  formatters: {
    level: (label) => ({ level: label }),
    log: (fields) => {
      const { req, res, err, ...rest } = fields;
      // serializers below speak for these three
      return { ...(scrub(rest) as Record<string, unknown>), ...present({ req, res, err }) };
    },
  },
  serializers: {
    req: (request: IncomingMessage) => requestLine(request),
    res: (response: ServerResponse) => ({ status: response.statusCode }),
    err: (error: unknown) => scrub(error),
  },
  hooks: {
    logMethod(parameters, method) {
      // texts and what is put into them
      method.apply(this, parameters.map((parameter: unknown) => (typeof parameter === 'string' ? withoutUrlSecrets(parameter) : parameter)) as typeof parameters);
    },
  },
});

const present = (fields: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
