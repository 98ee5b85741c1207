import type { Reply } from './exchange.js';
import type { Request } from './request.js';

/** How many times one message may be sent on. */
export const mostRedirects = 3;

/**
 * Where a redirect leads. It is followed to the same host only, since number, text and credentials go along: same origin, or from http
 * to https on the usual ports. 303 is read by GET; 307 and 308 repeat the request (RFC 9110, 15.4). A body that 301 or 302 would drop,
 * as browsers do, is not sent on: the message would be lost without a trace.
 *
 * @returns the next request, why it is not followed, or undefined for a reply that is no redirect
 */
export const redirected = (request: Request, { status, headers }: Reply): Request | { readonly problem: string } | undefined => {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const location = headers['location'];
  const base = `${request.origin}${request.path}`;
  if (typeof location !== 'string' || !URL.canParse(location, base)) return { problem: `a redirect (HTTP ${status}) without a place to go` };
  const to = new URL(location, base);
  const from = new URL(request.origin);
  const upgraded = from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname && from.port === '' && to.port === '';
  if (to.origin !== from.origin && !upgraded) return { problem: `a redirect (HTTP ${status}) to another server, which is not followed` };
  const byGet = status === 303 && request.method !== 'GET';
  if (!byGet && request.body !== undefined && status < 303) return { problem: `a redirect (HTTP ${status}) that would lose the message; give the new address as URL` };
  const { body, headers: sent, ...rest } = request;
  const next = { ...rest, origin: to.origin, path: `${to.pathname}${to.search}` };
  if (!byGet) return { ...next, headers: sent, ...(body === undefined ? {} : { body }) };
  const { 'content-type': _, ...kept } = sent;
  return { ...next, method: 'GET', headers: kept };
};
