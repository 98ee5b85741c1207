import { z } from 'zod';
import type { Context } from '../../commands/context.js';
import { Secret } from '../../security/secret.js';
import type { Holder } from '../../security/sessions.js';
import type { HttpDependencies } from '../dependencies.js';
import { value, verdict, type Answer } from './envelope.js';
import { missingUsername, serverIsBusy, wrongCredentials, type WireError } from './errors.js';
import { namedUser } from './names.js';
import { name, text } from './parameters.js';
import { route, type Call } from './route.js';

/** What the scripts of administrators are told that they may do; nothing hangs on it here. */
const rights = [
  'enrollSMS', 'assign', 'unassign', 'enable', 'disable', 'revoke', 'delete', 'reset', 'resync', 'setpin', 'set', 'settokeninfo', 'tokenlist', 'tokenrealms',
  'triggerchallenge', 'getchallenges', 'smsgateway_read', 'smsgateway_write', 'configread', 'configwrite', 'configdelete', 'system_read', 'auditlog',
];

/** What privacyIDEA's own pages read; scripts pass over it. */
const pageSettings = {
  menus: [], log_level: 30, logout_time: 120, audit_page_size: 10, token_page_size: 15, user_page_size: 15, default_tokentype: 'sms', timeout_action: 'lockscreen',
};

const authParameters = z.object({ username: name.optional(), password: text.optional(), realm: name.optional() });

const signIn = async ({ parameters: { username, password, realm }, context }: Call<z.infer<typeof authParameters>>, deps: HttpDependencies): Promise<Answer> => {
  if (username === undefined) return missingUsername;
  if (password === undefined) return wrongCredentials;
  const holder = await holderOf({ username, password: new Secret(password), realm }, context(), deps);
  if (holder.kind === 'error') return holder;
  const { account, realm: of = '', kind } = holder;
  const { token } = await deps.sessions.issue('privacyidea', holder);
  return verdict('ACCEPT', {
    token, role: kind === 'administrator' ? 'admin' : 'user', username: account, realm: of, auth: true, rights: holder.rights ?? [], ...pageSettings,
  });
};

/** Administrators by their accounts; everybody else by the password that the user directory has. */
const holderOf = async ({ username, password, realm }: { username: string; password: Secret; realm?: string }, context: Context, { application: { accounts, users, queries, signInUser } }: HttpDependencies): Promise<Holder | WireError> => {
  const named = namedUser(username, realm, { realms: users.realms(), splitAtSign: (await queries.current()).splitAtSign });
  const isAccount = realm === undefined && (await accounts.account(username)) !== undefined;
  const user = isAccount ? undefined : await users.find(named.login, named.realm);
  // where every name is a user and none has a password, each is a stranger: a stream of sign-ins for every invented name would have no end
  if (user && users.hasPassword(user)) {
    const signedIn = await signInUser.signIn(user, password, context);
    if (signedIn.kind === 'accepted') return { kind: 'user', account: user.login, realm: user.realm };
    return signedIn.reason === 'busy' || signedIn.reason === 'overloaded' ? serverIsBusy : wrongCredentials;
  }
  // nobody of this name costs, and leaves behind, what a wrong password does; no account has a backslash in its name
  const signedIn = await accounts.signIn(realm === undefined ? username : `${realm}\\${username}`, password, context);
  if (signedIn.kind === 'accepted') return { kind: 'administrator', account: signedIn.name, rights };
  return signedIn.reason === 'busy' || signedIn.reason === 'overloaded' ? serverIsBusy : wrongCredentials;
};

export const authRoutes = [
  route({ methods: ['POST'], path: '/auth', access: 'anyone', parameters: authParameters, answer: signIn }),
  route({ methods: ['GET'], path: '/auth/rights', access: 'holder', parameters: z.object({}), answer: async ({ caller }) => value(caller.kind === 'administrator' ? { sms: 'SMS: Send a one-time password to the phone of the user.' } : {}) }),
];
