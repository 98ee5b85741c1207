import type { Change } from '../../commands/outcome.js';
import { Secret } from '../../security/secret.js';
import type { Action, Call } from './call.js';
import { codes, missing, refusedChange, unknownToken, unknownUser } from './errors.js';
import { result, validation, type Reply } from './reply.js';
import { selectionOf } from './selection.js';

/** Actions of /admin that change tokens in one step. Their value is the number of tokens that now are as was wished. */
export const tokenActions = {
  enable: (call) => forEach(call, (serial) => call.application.tokens.enable(serial, call.context()), { unknown: 'error' }),
  disable: (call) => forEach(call, (serial) => call.application.tokens.disable(serial, call.context()), { unknown: 'none' }),
  reset: (call) => forEach(call, (serial) => call.application.tokens.resetFailCounter(serial, call.context()), { unknown: 'none' }),
  remove: (call) => forEach(call, (serial) => call.application.tokens.remove(serial, call.context()), { unknown: 'error', nothingSelected: codes.parameter }),
  resync: (call) => resync(call),
  assign: (call) => assign(call),
  unassign: (call) => unassign(call),
} satisfies Readonly<Record<string, Action>>;

interface Manner {
  /** What a serial that does not exist is: an error, or none of the tokens that were changed. */
  readonly unknown: 'error' | 'none';
  /** Code of the error when neither serial nor user were given. */
  readonly nothingSelected?: number;
}

const forEach = async (call: Call, change: (serial: string) => Promise<Change>, { unknown, nothingSelected }: Manner): Promise<Reply> => {
  const selection = await selectionOf(call.parameters, call.application, nothingSelected);
  if (selection.kind === 'failure') return selection;
  const changes = await Promise.all(selection.serials.map(async (serial) => ({ serial, change: await change(serial) })));
  for (const { serial, change } of changes) {
    if (change.kind !== 'refused') continue;
    if (change.reason !== 'unknown-token') return refusedChange(change);
    if (unknown === 'error') return unknownToken(serial);
  }
  const count = changes.filter(({ change }) => change.kind === 'done').length;
  if (count > 0) return result(count);
  return result(0, { detail: { message: selection.kind === 'user' ? 'No tokens for this user' : `No token with serial ${selection.serials.join(' ')}` } });
};

const resync = async (call: Call): Promise<Reply> => {
  const { parameters, context, application: { tokens } } = call;
  const [first, second] = [parameters.get('otp1'), parameters.get('otp2')];
  if (first === undefined) return missing('otp1');
  if (second === undefined) return missing('otp2');
  const selection = await selectionOf(parameters, call.application);
  if (selection.kind === 'failure') return selection;
  const changes = await Promise.all(selection.serials.map((serial) => tokens.resync(serial, new Secret(first), new Secret(second), context())));
  const refused = changes.find((change) => change.kind === 'refused');
  if (refused?.kind === 'refused') return refused.reason === 'unknown-token' ? unknownToken(selection.serials[0]!) : refusedChange(refused);
  return result(changes.some((change) => change.kind === 'done' && change.value));
};

/** The error of an assignment is numbered like those of /validate, and its success by how many tokens there were. */
const assign = async ({ parameters, context, application: { tokens } }: Call): Promise<Reply> => {
  const serials = parameters.list('serial').filter((serial) => serial !== '');
  const login = parameters.filled('user');
  const pin = parameters.get('pin');
  if (login === undefined) return missing('user', validation);
  if (serials.length === 0) return missing('serial', validation);
  for (const serial of serials) {
    const assigned = await tokens.assign(serial, login, parameters.filled('realm'), context());
    const set = assigned.kind === 'done' && pin !== undefined ? await tokens.setPin(serial, new Secret(pin), context()) : assigned;
    const change = set.kind === 'done' ? await tokens.resetFailCounter(serial, context()) : set;
    if (change.kind === 'done') continue;
    if (change.reason === 'unknown-token') return unknownToken(serial, validation);
    return change.reason === 'unknown-user' ? unknownUser(login, validation) : refusedChange(change, validation);
  }
  return result(true, { id: serials.length });
};

const unassign = async (call: Call): Promise<Reply> => {
  const selection = await selectionOf(call.parameters, call.application);
  if (selection.kind === 'failure') return selection;
  for (const serial of selection.serials) {
    const change = await call.application.tokens.unassign(serial, call.context());
    if (change.kind === 'refused') return change.reason === 'unknown-token' ? unknownToken(serial) : refusedChange(change);
  }
  return result(true);
};
