import { z } from 'zod';
import { passwordPause } from '../../commands/account.js';
import type { HttpDependencies } from '../dependencies.js';
import { overload, refusalOf } from './changes.js';
import { answer, endpoint, nothing, type Endpoint } from './endpoint.js';
import { secret } from './fields.js';
import { problem } from './problem.js';

const tag = 'Signing in';
const account = z.string().min(1).max(200).describe('Name of the account');

export const sessionEndpoints = ({ application: { accounts }, sessions }: HttpDependencies): Endpoint[] => [
  endpoint({
    method: 'post', path: '/sessions', tag, access: 'anyone', status: 201,
    summary: 'Sign in',
    description: 'The token is sent with the following requests as `Authorization: Bearer <token>`. It ends by itself after an hour.',
    body: z.strictObject({ account, password: secret(1000, 'Password of the account') }),
    result: z.strictObject({ token: z.string(), account: z.string(), expiresAt: z.string() }),
    handle: async ({ body, context }) => {
      const signIn = await accounts.signIn(body.account, body.password, context);
      if (signIn.kind === 'accepted') {
        const { token, session } = await sessions.issue('native', { account: signIn.name, kind: 'administrator' });
        return answer({ token, account: signIn.name, expiresAt: session.expiresAt.toISOString() });
      }
      if (signIn.reason === 'wrong-credentials') return problem(401, 'wrong-credentials', 'Account or password are wrong.', { headers: { 'WWW-Authenticate': 'Bearer' } });
      if (signIn.reason !== 'paused') return overload(signIn.reason);
      return problem(429, 'paused', 'Too many wrong passwords: the account takes none for a while.', { headers: { 'Retry-After': String(passwordPause / 1000) } });
    },
  }),
  endpoint({
    method: 'delete', path: '/sessions/current', tag, access: 'session', status: 204,
    summary: 'Sign out',
    handle: async ({ caller, context }) => {
      if (caller.kind !== 'administrator' || !caller.session) return nothing;
      return refusalOf(await accounts.signOut(caller.account, caller.session, context)) ?? nothing;
    },
  }),
];
