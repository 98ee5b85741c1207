import { z } from 'zod';
import type { Context } from '../../commands/context.js';
import type { Change } from '../../commands/outcome.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { answer, endpoint, type Endpoint } from './endpoint.js';
import * as field from './fields.js';
import { tokenForm, tokenFormOf } from './tokenForm.js';

const tag = 'Tokens';
const parameters = z.strictObject({ serial: field.serial });
const result = z.strictObject({
  changed: z.boolean().describe('Whether anything was different before'),
  token: tokenForm.optional().describe('As it is now; absent when there is no token any more'),
});

/** What is done with a single token: each a POST below it, each answered with the token as it is then. */
export const tokenActionEndpoints = ({ application: { tokens, queries, now } }: HttpDependencies): Endpoint[] => {
  const asItIs = async (serial: string, change: Change<unknown>) => {
    const refused = refusalOf(change);
    if (refused) return refused;
    const token = await queries.token(serial);
    return answer({ changed: change.kind === 'done' && change.changed, ...(token ? { token: tokenFormOf(token, now()) } : {}) });
  };
  /** An action that says all by its name. */
  const plain = (action: string, summary: string, act: (serial: string, context: Context) => Promise<Change<unknown>>, description?: string): Endpoint =>
    endpoint({
      method: 'post', path: `/tokens/{serial}/${action}`, tag, access: 'administrator', status: 200, summary, parameters, result,
      ...(description === undefined ? {} : { description }),
      handle: async ({ path: { serial }, context }) => asItIs(serial, await act(serial, context)),
    });
  const withBody = <Body>(action: string, summary: string, body: z.ZodType<Body>, act: (serial: string, body: Body, context: Context) => Promise<Change<unknown>>): Endpoint =>
    endpoint({
      method: 'post', path: `/tokens/{serial}/${action}`, tag, access: 'administrator', status: 200, summary, parameters, body, result,
      handle: async ({ path: { serial }, body: sent, context }) => asItIs(serial, await act(serial, sent, context)),
    });

  return [
    plain('enable', 'Let a token be used again', (serial, context) => tokens.enable(serial, context)),
    plain('disable', 'Let a token not be used until it is enabled', (serial, context) => tokens.disable(serial, context)),
    plain('revoke', 'Let a token never be used again', (serial, context) => tokens.revoke(serial, context)),
    plain('reset', 'Set the fail counter to zero and so unlock a token', (serial, context) => tokens.resetFailCounter(serial, context)),
    plain('erase', 'Forget the person behind a token', (serial, context) => tokens.erase(serial, context),
      'Destroys the data key of the token: seed, number, owner and client addresses can be read by nobody any more, in the trail neither. Cannot be undone.'),
    withBody('pin', 'Set the PIN', z.strictObject({ pin: field.pin }), (serial, { pin }, context) => tokens.setPin(serial, pin, context)),
    withBody('phone', 'Set the number that the SMS goes to',
      z.strictObject({ phone: z.union([field.phone, z.null()], { error: "must be a text, or null to read the owner's number in the user directory at each send" }) }),
      async (serial, { phone }, context) => {
        const change = await tokens.changePhone(serial, phone ?? undefined, context);
        return change.kind === 'refused' && change.field === 'dynamicPhone' ? { ...change, field: 'phone' } : change;
      }),
    withBody('owner', 'Give a token to a user, or take it away',
      z.strictObject({ user: z.union([field.user, z.null()], { error: 'must be a login, or null to take the token away' }), realm: field.realm.optional() }),
      (serial, { user, realm }, context) => (user === null ? tokens.unassign(serial, context) : tokens.assign(serial, user, realm, context))),
    endpoint({
      method: 'post', path: '/tokens/{serial}/resync', tag, access: 'administrator', status: 200,
      summary: 'Find the counter again by two consecutive codes',
      parameters, body: z.strictObject({ first: field.secret(20, 'A code'), second: field.secret(20, 'The code after it') }),
      result: z.strictObject({ found: z.boolean().describe('Whether the codes were found ahead of the counter') }),
      handle: async ({ path: { serial }, body: { first, second }, context }) => {
        const change = await tokens.resync(serial, first, second, context);
        return change.kind === 'done' ? answer({ found: change.value }) : refusalOf(change)!;
      },
    }),
  ];
};
