import type { Actor } from '../../events/event.js';
import type { HttpDependencies } from '../dependencies.js';
import { isOver } from '../sessionAge.js';
import { expiredToken, missingHeader, undecodable, wrongRole, type WireError } from './errors.js';
import type { Access } from './route.js';

export type Caller =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'administrator'; readonly name: string }
  | { readonly kind: 'user'; readonly login: string; readonly realm: string };

export const actorOf = (caller: Caller): Actor => (caller.kind === 'administrator' ? { kind: 'administrator', name: caller.name } : { kind: 'user' });

/**
 * Finds out who calls. Clients send the bare token, without `Bearer`, as `PI-Authorization` or as `Authorization`.
 * @param missingDetail see `missingHeader`
 */
export const identify = async (
  { application, sessions }: HttpDependencies,
  headers: { readonly own: string | undefined; readonly usual: string | undefined },
  access: Access,
  missingDetail: WireError['detail'],
): Promise<Caller | WireError> => {
  if (access === 'anyone') return { kind: 'anyone' };
  const verified = await sessions.verify('privacyidea', headers.own ?? headers.usual);
  if (verified.kind === 'refused') {
    if (verified.reason === 'missing') return missingHeader(missingDetail);
    return verified.reason === 'expired' ? expiredToken : undecodable;
  }
  const { session } = verified;
  if (session.kind === 'user') return access === 'holder' ? { kind: 'user', login: session.account, realm: session.realm } : wrongRole;
  const account = await application.accounts.account(session.account);
  if (!account || isOver(session, account)) return expiredToken;
  return { kind: 'administrator', name: session.account };
};
