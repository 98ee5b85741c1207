import { z } from 'zod';
import type { Context } from '../../commands/context.js';
import type { Change } from '../../commands/outcome.js';
import type { TokenAdministration } from '../../commands/tokenAdministration.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { value, type Answer } from './envelope.js';
import { parameterError, type WireError } from './errors.js';
import { scalar } from './parameters.js';
import { route, type Call } from './route.js';
import { validityOf } from './tokenInit.js';
import { tokensMeant } from './tokenMeant.js';

/** An entry of the token info that is more than a note. */
interface Entry {
  readonly set: (tokens: TokenAdministration, serial: string, text: string, context: Context, now: Date) => Promise<Change> | WireError;
  readonly remove: (tokens: TokenAdministration, serial: string, context: Context) => Promise<Change> | WireError;
}

const kept = (key: string): WireError => parameterError(`${key} is kept by the server.`);
const readOnly = (key: string): Entry => ({ set: () => kept(key), remove: () => kept(key) });

const limit = (key: 'maxLogins' | 'maxSuccesses'): Entry => ({
  set: (tokens, serial, text, context) => (/^\d{1,9}$/.test(text) ? tokens.adjust(serial, { [key]: Number(text) }, context) : parameterError('The value must be a whole number.')),
  remove: (tokens, serial, context) => tokens.adjust(serial, { [key]: 0 }, context),
});

const validity = (parameter: 'validity_period_start' | 'validity_period_end', key: 'validFrom' | 'validUntil'): Entry => ({
  set: (tokens, serial, text, context, now) => {
    const read = validityOf({ [parameter]: text }, now);
    return read.kind === 'error' ? read : tokens.adjust(serial, read.limits, context);
  },
  remove: (tokens, serial, context) => tokens.adjust(serial, { [key]: '' }, context),
});

const entries: Readonly<Record<string, Entry>> = {
  phone: {
    set: (tokens, serial, text, context) => tokens.changePhone(serial, text, context),
    remove: () => parameterError('An SMS token needs a phone number.'),
  },
  dynamic_phone: {
    set: (tokens, serial, text, context) => (text === '' ? parameterError('Missing parameter: value') : tokens.changePhone(serial, undefined, context)),
    remove: () => parameterError('An SMS token needs a phone number.'),
  },
  'sms.identifier': {
    set: (tokens, serial, text, context) => tokens.adjust(serial, { gateway: text }, context),
    remove: (tokens, serial, context) => tokens.adjust(serial, { gateway: '' }, context),
  },
  hashlib: {
    set: (tokens, serial, text, context) =>
      (text === 'sha1' || text === 'sha256' || text === 'sha512' ? tokens.adjust(serial, { algorithm: text }, context) : parameterError('The value must be sha1, sha256 or sha512.')),
    remove: () => kept('hashlib'),
  },
  count_auth_max: limit('maxLogins'),
  count_auth_success_max: limit('maxSuccesses'),
  validity_period_start: validity('validity_period_start', 'validFrom'),
  validity_period_end: validity('validity_period_end', 'validUntil'),
  ...Object.fromEntries(['tokenkind', 'creation_date', 'assignment_date', 'last_auth', 'failcounter_exceeded', 'count_auth', 'count_auth_success'].map((key) => [key, readOnly(key)])),
};

const note = (key: string): Entry => ({
  set: (tokens, serial, text, context) => tokens.adjust(serial, { info: { [key]: text } }, context),
  remove: (tokens, serial, context) => tokens.adjust(serial, { info: { [key]: null } }, context),
});

const place = { serial: z.string().max(100), key: z.string().min(1).max(100) };

const change = async (serial: string, key: string, { application }: HttpDependencies, act: (entry: Entry) => Promise<Change> | WireError): Promise<Answer> => {
  const meant = await tokensMeant({ serial }, application);
  if (meant.kind === 'error') return meant;
  const result = await act(Object.hasOwn(entries, key) ? entries[key]! : note(key));
  if (result.kind === 'error') return result;
  return refusalOf(result, serial) ?? value(true);
};

const setParameters = z.object({ ...place, value: scalar });
const set = ({ parameters: { serial, key, value: text }, context }: Call<z.infer<typeof setParameters>>, deps: HttpDependencies): Promise<Answer> =>
  change(serial, key, deps, (entry) => entry.set(deps.application.tokens, serial, text, context(), deps.application.now()));

const removeParameters = z.object(place);
const remove = ({ parameters: { serial, key }, context }: Call<z.infer<typeof removeParameters>>, deps: HttpDependencies): Promise<Answer> =>
  change(serial, key, deps, (entry) => entry.remove(deps.application.tokens, serial, context()));

export const tokenInfoRoutes = [
  route({ methods: ['POST'], path: '/token/info/:serial/:key', access: 'administrator', parameters: setParameters, answer: set }),
  route({ methods: ['DELETE'], path: '/token/info/:serial/:key', access: 'administrator', parameters: removeParameters, answer: remove }),
];
