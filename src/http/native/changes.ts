import type { Change, ChangeRefusal } from '../../commands/outcome.js';
import { problem, type Problem } from './problem.js';

/** What a refused change is in HTTP. */
const statusOf: Readonly<Record<ChangeRefusal, number>> = {
  'unknown-token': 404,
  'unknown-gateway': 404,
  'unknown-mail-server': 404,
  'unknown-setting': 404,
  'unknown-account': 404,
  'unknown-challenge': 404,
  'unknown-rule': 404,
  'unknown-notification': 404,
  'unknown-user': 400,
  invalid: 400,
  revoked: 409,
  'assigned-to-another': 409,
  exists: 409,
  sent: 409,
  busy: 503,
  overloaded: 503,
};

/** Seconds after which a client may come back when the service takes nothing for the moment. */
const comeBack = '1';

const whyNot = {
  busy: 'Too many others change the same thing at the same time.',
  overloaded: 'The event store takes nothing for the moment.',
  'no-directory': 'The user directory cannot be asked for the moment.',
} as const;

export const overload = (code: keyof typeof whyNot): Problem => problem(503, code, `${whyNot[code]} Nothing was decided.`, { headers: { 'Retry-After': comeBack } });

/** The problem that a refused change is; undefined for one that was done. */
export const refusalOf = (change: Change<unknown>): Problem | undefined => {
  if (change.kind === 'done') return undefined;
  const { reason, message, field } = change;
  if (reason === 'busy' || reason === 'overloaded') return overload(reason);
  return problem(statusOf[reason], reason, message, field === undefined ? {} : { field });
};

export const unknownToken: Problem = problem(404, 'unknown-token', 'There is no token with this serial.');
