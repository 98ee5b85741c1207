import { Secret } from '../../security/secret.js';
import type { Action } from './call.js';
import { refusedChange } from './errors.js';
import { result } from './reply.js';
import { cookiesFor, noCookies } from './session.js';

/** POST /admin/login: the cookies of a session. Why somebody was refused is not said. */
export const signIn: Action = async ({ parameters, context, secure, sessions, application: { accounts } }) => {
  const answer = await accounts.signIn(parameters.get('username') ?? '', new Secret(parameters.get('password') ?? ''), context());
  if (answer.kind === 'refused') return result(false, { http: 401, detail: { message: 'Bad username or password' } });
  const issued = await sessions.issue('linotp', { account: answer.name, kind: 'administrator' });
  return result(true, { cookies: cookiesFor(issued, secure), detail: { message: `Login successful for ${answer.name}` } });
};

export const signOut: Action = async ({ session, context, application: { accounts } }) => {
  const ended = session && (await accounts.signOut(session.account, session, context()));
  if (ended?.kind === 'refused') return refusedChange(ended);
  return result(true, { cookies: noCookies, detail: { message: 'Logout successful' } });
};
