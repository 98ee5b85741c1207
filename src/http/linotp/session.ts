import type { Request } from 'express';
import type { Application } from '../../application.js';
import { repeatsCsrf, type IssuedSession, type Session, type Sessions } from '../../security/sessions.js';
import { isOver } from '../sessionAge.js';
import { codes } from './errors.js';
import type { Parameters } from './parameters.js';
import { administrative, type Failure } from './reply.js';

/** LinOTP's two cookies: the session, which no script can read, and what every change must repeat in a header. */
const sessionCookie = 'access_token_cookie';
const csrfCookie = 'csrf_access_token';

export const notAuthenticated: Failure = { kind: 'failure', code: codes.other, message: 'Not authenticated', id: administrative, http: 401 };

/**
 * The session of an administrator; undefined where there is none, or it is over.
 * @param parameters may hold what the header X-CSRF-TOKEN is to repeat, as the field of a form
 */
export const sessionOf = async (request: Request, parameters: Parameters, sessions: Sessions, { accounts }: Pick<Application, 'accounts'>): Promise<Session | undefined> => {
  const verified = await sessions.verify('linotp', cookiesOf(request).get(sessionCookie));
  if (verified.kind === 'refused' || verified.session.kind !== 'administrator') return undefined;
  const { session } = verified;
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads && !repeatsCsrf(session, request.get('X-CSRF-TOKEN') ?? parameters.get('csrf_token'))) return undefined;
  const account = await accounts.account(session.account);
  return account && !isOver(session, account) ? session : undefined;
};

/** Values of `Set-Cookie` that begin or renew a session. */
export const cookiesFor = ({ token, session }: IssuedSession, secure: boolean): string[] => {
  const attributes = `Path=/; SameSite=Strict${secure ? '; Secure' : ''}`;
  return [`${sessionCookie}=${token}; HttpOnly; ${attributes}`, `${csrfCookie}=${session.csrf}; ${attributes}`];
};

/** Values of `Set-Cookie` that end one. */
export const noCookies = [sessionCookie, csrfCookie].map((name) => `${name}=; Path=/; Max-Age=0; SameSite=Strict`);

const cookiesOf = (request: Request): Map<string, string> =>
  new Map((request.get('cookie') ?? '').split(';').map((pair) => {
    const [name = '', ...value] = pair.trim().split('=');
    return [name, value.join('=')] as const;
  }));
