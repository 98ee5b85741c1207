import type { IncomingMessage } from 'node:http';

/**
 * Whether a page of another site had a browser send this form. Nobody is signed in by these pages, so there is no session to abuse; but any page
 * could make its visitors' browsers, which may be where the sender of the page is not, ask for SMS and guess PINs. Browsers say where
 * a form comes from in `Sec-Fetch-Site` or, the older ones and all of them without TLS, in `Origin`; what sends neither is no browser that could be misled.
 */
export const isFromOtherSite = ({ headers }: IncomingMessage): boolean => {
  const site = headers['sec-fetch-site'];
  // none: typed, or from a bookmark
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  if (origin === undefined) return false;
  // a proxy may ask under a name of its own; it says which one the browser used, and no form can
  return ![headers.host, headers['x-forwarded-host']].some((host) => typeof host === 'string' && isOf(origin, host));
};

/** Whether an origin is at that host, whose port may be the usual one of the origin's scheme. */
const isOf = (origin: string, host: string): boolean => {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: its } = new URL(origin);
  return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === its;
};
