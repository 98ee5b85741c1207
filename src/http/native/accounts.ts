import { z } from 'zod';
import { newApiKey } from '../../security/apiKeys.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { answer, endpoint, nothing, type Endpoint } from './endpoint.js';
import { instant, longText, secret } from './fields.js';
import { problem } from './problem.js';

const tag = 'Accounts and API keys';
const password = secret(1000, 'Password, 8 characters or more');
const keyForm = {
  keyId: z.string().describe('Public id of the key'),
  label: z.string(),
  issuedAt: z.string(),
  expiresAt: z.string().optional(),
};

/** Administrators and their API keys. Keys are managed by people: a key that was stolen must not make others. */
export const accountEndpoints = ({ application: { accounts, now } }: HttpDependencies): Endpoint[] => [
  endpoint({
    method: 'post', path: '/accounts', tag, access: 'session', status: 201,
    summary: 'Make an administrator',
    body: z.strictObject({ account: z.string().max(200), password }),
    result: z.strictObject({ account: z.string() }),
    handle: async ({ body, context }) => {
      const made = await accounts.create(body.account, body.password, context);
      return refusalOf(inApiWords(made)) ?? answer({ account: body.account });
    },
  }),
  endpoint({
    method: 'put', path: '/accounts/{account}/password', tag, access: 'session', status: 204,
    summary: 'Set the password of an administrator',
    description: 'Ends the sessions that began before; API keys stay.',
    parameters: z.strictObject({ account: z.string().max(200) }),
    body: z.strictObject({ password }),
    handle: async ({ path, body, context }) => refusalOf(inApiWords(await accounts.setPassword(path.account, body.password, context))) ?? nothing,
  }),
  endpoint({
    method: 'get', path: '/api-keys', tag, access: 'session', status: 200,
    summary: 'The API keys of the account',
    result: z.strictObject({ apiKeys: z.array(z.strictObject({ ...keyForm, expired: z.boolean() })) }),
    handle: async ({ caller }) => {
      const account = await accounts.account(accountOf(caller));
      return answer({
        apiKeys: Object.entries(account?.apiKeys ?? {}).map(([keyId, { label, issuedAt, expiresAt }]) => ({
          keyId, label, issuedAt, expiresAt, expired: expiresAt !== undefined && Date.parse(expiresAt) <= now().getTime(),
        })),
      });
    },
  }),
  endpoint({
    method: 'post', path: '/api-keys', tag, access: 'session', status: 201,
    summary: 'Hand out an API key',
    description: 'The key is shown this once; only its hash is kept. It is sent as `Authorization: Bearer <key>` and may do what the account may, except managing accounts and keys.',
    body: z.strictObject({ label: longText(100).describe('What it is for'), expiresAt: instant.optional().describe('When it ends; never when left out') }),
    result: z.strictObject({ key: z.string().describe('The key itself'), keyId: z.string(), label: z.string(), expiresAt: z.string().optional() }),
    handle: async ({ caller, body, context }) => {
      const expiresAt = body.expiresAt && new Date(body.expiresAt).toISOString();
      if (expiresAt !== undefined && expiresAt <= now().toISOString()) return problem(400, 'invalid', 'expiresAt must lie ahead.', { field: 'expiresAt' });
      const { keyId, key, keyHash } = newApiKey();
      const issued = await accounts.issueApiKey(accountOf(caller), { keyId, keyHash, label: body.label, ...(expiresAt ? { expiresAt } : {}) }, context);
      return refusalOf(issued) ?? answer({ key: key.reveal(), keyId, label: body.label, expiresAt });
    },
  }),
  endpoint({
    method: 'delete', path: '/api-keys/{keyId}', tag, access: 'session', status: 204,
    summary: 'Revoke an API key',
    description: 'It is refused from the next request on.',
    parameters: z.strictObject({ keyId: z.string().regex(/^[a-z0-9]{12}$/) }),
    handle: async ({ caller, path, context }) => {
      const revoked = await accounts.revokeApiKey(accountOf(caller), path.keyId, context);
      if (revoked.kind === 'done' && !revoked.changed) return problem(404, 'unknown-api-key', 'The account has no API key with this id.');
      return refusalOf(revoked) ?? nothing;
    },
  }),
];

const accountOf = (caller: { readonly kind: string; readonly account?: string }): string => caller.account ?? '';

/** The commands call the account's name `name`; here the field is `account`. */
const inApiWords = <T extends object>(change: T): T => ('field' in change && change.field === 'name' ? { ...change, field: 'account' } : change);
