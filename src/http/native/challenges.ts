import { z } from 'zod';
import type { Challenge } from '../../commands/token.js';
import type { HttpDependencies } from '../dependencies.js';
import { digits20 } from '../transactionIds.js';
import { unauthenticated } from './caller.js';
import { refusalOf } from './changes.js';
import { answer, endpoint, nothing, type Endpoint } from './endpoint.js';
import * as field from './fields.js';
import { mayKnowWhy } from './hiding.js';
import { problem } from './problem.js';
import { receiptForm, statusOf } from './tokenForm.js';
import { verdict, verdictOf } from './verdicts.js';

const tag = 'Logging in';
const parameters = z.strictObject({ transactionId: field.transactionId });
const statuses = z.enum(['open', 'answered', 'expired', 'superseded', 'cancelled', 'not-sent']);
const unknownChallenge = problem(404, 'unknown-challenge', 'There is no challenge with this transaction id, or it was so long ago that it is in the trail only.');

export const challengeEndpoints = ({ application: { authenticate, tokens, queries, now } }: HttpDependencies): Endpoint[] => [
  endpoint({
    method: 'post', path: '/challenges', tag, access: 'anyone', status: 200,
    summary: 'Ask for an SMS with a code',
    description: 'By user and PIN, by serial and PIN, or, for administrators, without a PIN. The verdict is in `outcome`; a refused attempt has status 200 too.',
    body: z.strictObject({
      user: field.user.optional(),
      realm: field.realm.optional(),
      serial: field.serial.optional(),
      pin: field.pin.optional().describe('PIN of the token; only administrators may leave it out'),
      resendAfter: z.int().min(0).max(3600).optional().describe('Seconds after the last SMS within which the same challenge is answered with and no other SMS is sent'),
      text: field.longText(1000).optional().describe('Text of the SMS instead of the configured one; `{otp}` stands for the code, further tags are in docs/texts.md. Administrators only'),
    }).superRefine(needsSubject),
    result: verdict,
    handle: async ({ body: { user, realm, serial, pin, resendAfter, text }, caller, context }) => {
      if ((pin === undefined || text !== undefined) && caller.kind !== 'administrator') {
        return unauthenticated('missing-credentials', pin === undefined ? 'Without a PIN only an administrator may ask for an SMS.' : 'Only an administrator may say what is in the SMS.');
      }
      const wishes = { login: user, realm, serial, resendAfter, text, newTransactionId: digits20 };
      const outcome = pin === undefined ? await authenticate.trigger(wishes, context) : await authenticate.check({ ...wishes, pass: pin, only: 'pin' }, context);
      return verdictOf(outcome, await mayKnowWhy(caller, queries));
    },
  }),
  endpoint({
    method: 'get', path: '/challenges/{transactionId}', tag, access: 'anyone', status: 200,
    summary: 'See how a challenge stands',
    description: 'For whoever knows the transaction id: whether the SMS left, and whether the code was given.',
    parameters,
    result: z.strictObject({
      transactionId: z.string(),
      status: statuses.describe('`answered` as soon as one of them is; `open` as long as one of them is'),
      challenges: z.array(z.strictObject({ serial: z.string(), status: statuses, delivery: z.enum(['pending', 'sent', 'unknown', 'failed']), receipt: receiptForm, issuedAt: z.string(), expiresAt: z.string() })),
    }),
    handle: async ({ path: { transactionId } }) => {
      const challenges = (await queries.transaction(transactionId)).map(({ serial, challenge }) => ({
        serial, status: statusOf(challenge, now()), delivery: challenge.delivery, receipt: challenge.receipt, issuedAt: challenge.issuedAt, expiresAt: challenge.expiresAt,
      }));
      return challenges.length === 0 ? unknownChallenge : answer({ transactionId, status: overall(challenges.map(({ status }) => status)), challenges });
    },
  }),
  endpoint({
    method: 'delete', path: '/challenges/{transactionId}', tag, access: 'administrator', status: 204,
    summary: 'Cancel a challenge', description: 'Its code is worth nothing from then on.', parameters,
    handle: async ({ path: { transactionId }, context }) => {
      const challenges = await queries.transaction(transactionId);
      if (challenges.length === 0) return unknownChallenge;
      const changes = await Promise.all(challenges.map(({ serial }) => tokens.cancelChallenge(serial, transactionId, { ...context, correlationId: transactionId })));
      return changes.map(refusalOf).find((refused) => refused !== undefined) ?? nothing;
    },
  }),
  endpoint({
    method: 'post', path: '/answers', tag, access: 'anyone', status: 200,
    summary: 'Answer a challenge, or log in with PIN and code in one',
    description: 'Either `transactionId` and `code`, or `user` or `serial` and `pass`: PIN and code in one text, or the PIN alone to ask for an SMS. The verdict is in `outcome`; a refused attempt has status 200 too.',
    body: z.strictObject({
      transactionId: field.transactionId.optional(),
      code: field.secret(20, 'The code of the SMS').optional(),
      user: field.user.optional(),
      realm: field.realm.optional(),
      serial: field.serial.optional(),
      pass: field.secret(220, 'PIN and code in one text, or the PIN alone').optional(),
    }).superRefine((body, context) => {
      const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
      if (body.transactionId !== undefined) {
        if (body.code === undefined) fault('code', 'is missing: a challenge is answered with a code');
        if (body.pass !== undefined) fault('pass', 'does not go together with transactionId');
      } else {
        if (body.code !== undefined) fault('transactionId', 'is missing: a code answers the challenge of a transaction');
        if (body.pass === undefined && body.code === undefined) fault('pass', 'is missing; or give transactionId and code');
        needsSubject(body, context);
      }
    }),
    result: verdict,
    handle: async ({ body: { transactionId, code, user, realm, serial, pass }, caller, context }) => {
      const outcome = await authenticate.check({ login: user, realm, serial, transactionId, pass: (code ?? pass)!, newTransactionId: digits20 }, context);
      return verdictOf(outcome, await mayKnowWhy(caller, queries));
    },
  }),
];

function needsSubject({ user, realm, serial }: { user?: string; realm?: string; serial?: string }, context: z.RefinementCtx): void {
  if (user === undefined && serial === undefined) context.addIssue({ code: 'custom', path: ['user'], message: 'is missing; or give serial' });
  if (realm !== undefined && user === undefined) context.addIssue({ code: 'custom', path: ['realm'], message: 'goes together with user' });
}

const overall = (all: readonly Challenge['status'][]): Challenge['status'] =>
  all.find((status) => status === 'answered') ?? all.find((status) => status === 'open') ?? all[0]!;
