import { Secret } from '../../../src/security/secret.js';
import type { Callback } from '../../../src/gateways/gateway.js';

interface Call {
  readonly method?: string;
  /** Path and query. */
  readonly target?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly json?: unknown;
  readonly body?: string;
  readonly now?: Date;
}

/** A callback as the endpoint hands it over. */
export const called = ({ method, target = '/v1/receipts/main', secret, headers = {}, form, json, body, now = new Date() }: Call): Callback => {
  const text = body ?? (form ? new URLSearchParams(form as Record<string, string>).toString() : json === undefined ? '' : JSON.stringify(json));
  const type = form ? 'application/x-www-form-urlencoded' : json === undefined ? undefined : 'application/json; charset=utf-8';
  return {
    method: method ?? (text === '' ? 'GET' : 'POST'),
    target,
    ...(secret === undefined ? {} : { secret: new Secret(secret) }),
    headers: { ...(type ? { 'content-type': type } : {}), ...headers },
    query: [...new URL(target, 'http://service').searchParams],
    body: Buffer.from(text),
    now,
  };
};
