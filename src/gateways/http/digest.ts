import { createHash, randomBytes } from 'node:crypto';
import type { Authentication } from './authentication.js';

/** Digest access authentication (RFC 7616), and its form without `qop` (RFC 2069), for the algorithms that servers speak. */
const algorithms: Readonly<Record<string, { readonly hash: 'md5' | 'sha256'; readonly session: boolean }>> = {
  'md5': { hash: 'md5', session: false },
  'md5-sess': { hash: 'md5', session: true },
  'sha-256': { hash: 'sha256', session: false },
  'sha-256-sess': { hash: 'sha256', session: true },
};

/** What a server asks for. */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  /** As the server wrote it; MD5 where it wrote nothing. */
  readonly algorithm?: string;
  readonly qop?: 'auth';
  readonly stale: boolean;
  readonly userhash: boolean;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Proves by digest. The first request goes without a proof and is challenged, which costs one more round trip; its nonce then serves the
 * requests that follow, until the server wants another.
 *
 * @param cnonce makes the client's own nonces
 */
export const digestAuthentication = (credentials: Credentials, cnonce: () => string = () => randomBytes(16).toString('base64url')): Authentication => {
  let current: { readonly challenge: Challenge; count: number } | undefined;
  return {
    prove: (request) => {
      if (!current) return request;
      current.count += 1;
      const authorization = digestHeader(credentials, current.challenge, { method: request.method, uri: request.path, cnonce: cnonce(), count: current.count });
      return { ...request, headers: { ...request.headers, authorization } };
    },
    challenged: (reply, proven) => {
      const challenge = readChallenge(reply.headers['www-authenticate']);
      if (!challenge) return false;
      const used = /\bnonce="([^"]*)"/.exec(proven.headers['authorization'] ?? '')?.[1];
      // another message may have brought this nonce already
      if (current?.challenge.nonce !== challenge.nonce) current = { challenge, count: 0 };
      // a proof with this very nonce was wrong, unless the server says that only the nonce is too old
      return used === undefined || challenge.stale || used !== challenge.nonce;
    },
  };
};

/** The value of `Authorization`. @param of what the proof is for; `count` is how often this nonce was used, from 1 */
export const digestHeader = ({ username, password }: Credentials, challenge: Challenge, of: { method: string; uri: string; cnonce: string; count: number }): string => {
  const { realm, nonce, opaque, qop, userhash } = challenge;
  const { hash, session } = algorithms[(challenge.algorithm ?? 'md5').toLowerCase()]!;
  const h = (text: string): string => createHash(hash).update(text).digest('hex');
  const nc = of.count.toString(16).padStart(8, '0');
  const secret = h(`${username}:${realm}:${password}`);
  const a1 = session ? h(`${secret}:${nonce}:${of.cnonce}`) : secret;
  const a2 = h(`${of.method}:${of.uri}`);
  const response = h(qop ? `${a1}:${nonce}:${nc}:${of.cnonce}:${qop}:${a2}` : `${a1}:${nonce}:${a2}`);
  // RFC 7616, 3.4.4: what is beyond ASCII is written as RFC 8187 says
  const named = userhash ? `username=${quoted(h(`${username}:${realm}`))}`
    : /^[\x20-\x7e]*$/.test(username) ? `username=${quoted(username)}`
      : `username*=UTF-8''${encodeURIComponent(username).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)}`;
  return `Digest ${[
    named,
    `realm=${quoted(realm)}`,
    `uri=${quoted(of.uri)}`,
    ...(challenge.algorithm === undefined ? [] : [`algorithm=${challenge.algorithm}`]),
    `nonce=${quoted(nonce)}`,
    ...(qop ? [`nc=${nc}`] : []),
    ...(qop || session ? [`cnonce=${quoted(of.cnonce)}`] : []),
    ...(qop ? [`qop=${qop}`] : []),
    `response=${quoted(response)}`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(userhash ? ['userhash=true'] : []),
  ].join(', ')}`;
};

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** A scheme, or a parameter with its value, of `WWW-Authenticate` (RFC 9110, 11.6.1). */
const piece = /\s*,*\s*(?:([!#$%&'*+.^_`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([!#$%&'*+.^_`|~\w-]+)(?=\s|$))/gy;

/**
 * The first digest challenge of a reply whose algorithm and quality of protection are known: servers name what they like best first.
 * @param header one header, or several of that name
 */
export const readChallenge = (header: string | readonly string[] | undefined): Challenge | undefined => {
  const challenges: Map<string, string>[] = [];
  for (const text of [header ?? []].flat()) {
    let parameters: Map<string, string> | undefined;
    for (const [, name, escaped, plain, scheme] of text.matchAll(piece)) {
      if (scheme !== undefined) {
        parameters = new Map();
        if (/^digest$/i.test(scheme)) challenges.push(parameters);
      } else parameters?.set(name!.toLowerCase(), plain ?? escaped!.replace(/\\(.)/g, '$1'));
    }
  }
  for (const of of challenges) {
    const nonce = of.get('nonce');
    const algorithm = of.get('algorithm');
    const qops = of.get('qop')?.split(',').map((each) => each.trim().toLowerCase());
    if (nonce === undefined || !algorithms[(algorithm ?? 'md5').toLowerCase()] || (qops && !qops.includes('auth'))) continue;
    const opaque = of.get('opaque');
    return {
      realm: of.get('realm') ?? '',
      nonce,
      ...(opaque === undefined ? {} : { opaque }),
      ...(algorithm === undefined ? {} : { algorithm }),
      ...(qops ? { qop: 'auth' as const } : {}),
      stale: /^true$/i.test(of.get('stale') ?? ''),
      userhash: /^true$/i.test(of.get('userhash') ?? ''),
    };
  }
  return undefined;
};
