import type { Application } from '../../application.js';
import type { Actor } from '../../events/event.js';
import { apiKeyId, isApiKey } from '../../security/apiKeys.js';
import { Secret } from '../../security/secret.js';
import type { Session, Sessions } from '../../security/sessions.js';
import { isOver } from '../sessionAge.js';
import { problem, type Problem } from './problem.js';

/** Who calls. */
export type Caller =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'administrator'; readonly account: string; readonly session?: Session; readonly actor: Actor };

const anyone: Caller = { kind: 'anyone' };

/**
 * Finds out who calls by the header `Authorization: Bearer …` (RFC 6750). What was revoked, has expired or belongs to an account that is
 * gone or got a new password is refused from the next request on.
 * @param authorization the header; undefined when it was not sent
 */
export const identify = async ({ accounts, queries, now }: Pick<Application, 'accounts' | 'queries' | 'now'>, sessions: Sessions, authorization: string | undefined): Promise<Caller | Problem> => {
  if (authorization === undefined) return anyone;
  const sent = /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(authorization)?.[1];
  if (sent === undefined) return unauthenticated('missing-credentials', 'The header Authorization must be "Bearer " and a session token or an API key.');
  const keyId = apiKeyId(new Secret(sent));
  if (keyId !== undefined) {
    const name = await queries.accountOfApiKey(keyId);
    const key = name === undefined ? undefined : (await accounts.account(name))?.apiKeys[keyId];
    if (name === undefined || !key || !isApiKey(new Secret(sent), key.keyHash)) return unauthenticated('invalid-credentials', 'The API key is not known.');
    if (key.expiresAt !== undefined && Date.parse(key.expiresAt) <= now().getTime()) return unauthenticated('expired-credentials', 'The API key has expired.');
    return { kind: 'administrator', account: name, actor: { kind: 'api-key', name: keyId } };
  }
  const verified = await sessions.verify('native', sent);
  if (verified.kind === 'refused') {
    return verified.reason === 'expired'
      ? unauthenticated('expired-credentials', 'The session is over.')
      : unauthenticated('invalid-credentials', 'This is no session token of this service.');
  }
  const { session } = verified;
  const account = session.kind === 'administrator' ? await accounts.account(session.account) : undefined;
  if (!account || isOver(session, account)) return unauthenticated('expired-credentials', 'The session is over.');
  return { kind: 'administrator', account: session.account, session, actor: { kind: 'administrator', name: session.account } };
};

/** @param code tells a client whether to sign in again or to give up */
export const unauthenticated = (code: 'missing-credentials' | 'invalid-credentials' | 'expired-credentials', detail: string): Problem =>
  problem(401, code, detail, { headers: { 'WWW-Authenticate': code === 'missing-credentials' ? 'Bearer' : 'Bearer error="invalid_token"' } });
