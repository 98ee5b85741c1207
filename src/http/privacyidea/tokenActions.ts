import { z } from 'zod';
import type { AdjustToken } from '../../commands/adjustToken.js';
import type { Context } from '../../commands/context.js';
import type { Change } from '../../commands/outcome.js';
import type { TokenAdministration } from '../../commands/tokenAdministration.js';
import { Secret } from '../../security/secret.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { value, type Answer } from './envelope.js';
import { missing, noSerial, tokenError, userNotInRealm } from './errors.js';
import { list, name, text, wholeNumber } from './parameters.js';
import { route, type Call, type Route } from './route.js';
import { userMeant } from './subject.js';
import { validityOf } from './tokenInit.js';
import { tokenParameters, tokensMeant, type TokenParameters } from './tokenMeant.js';

const byAdministrator = { methods: ['POST'], access: 'administrator' } as const;

/** One action with its serial in the path or among the parameters. */
const both = <Parameters>(path: string, definition: Omit<Route<Parameters>, 'path' | 'methods' | 'access'>): Route[] =>
  [path, `${path}/:serial`].map((each) => route({ ...byAdministrator, ...definition, path: each }));

/** Does something with every token that is meant, and adds up what it counts. */
const forEach = async (parameters: TokenParameters, { application }: HttpDependencies, act: (serial: string) => Promise<Change<unknown> | number>, count: (change: Change<unknown>) => number): Promise<Answer> => {
  const meant = await tokensMeant(parameters, application);
  if (meant.kind === 'error') return meant;
  let total = 0;
  for (const serial of meant.serials) {
    const change = await act(serial);
    if (typeof change === 'number') total += change;
    else {
      const refused = refusalOf(change, serial);
      if (refused) return refused;
      total += count(change);
    }
  }
  return value(total);
};

const changed = (change: Change<unknown>): number => Number(change.kind === 'done' && change.changed);
const each = (): number => 1;

/** Actions that need nothing but a token. */
const simple = (path: string, act: (tokens: TokenAdministration, serial: string, context: Context) => Promise<Change>, count: (change: Change<unknown>) => number): Route[] =>
  both(path, {
    parameters: z.object(tokenParameters),
    answer: ({ parameters, context }, deps) => forEach(parameters, deps, (serial) => act(deps.application.tokens, serial, context()), count),
  });

// ---- PIN

const pinParameters = z.object({ ...tokenParameters, otppin: text.optional() });

const setPin = ({ parameters, context }: Call<z.infer<typeof pinParameters>>, deps: HttpDependencies): Promise<Answer> =>
  forEach(parameters, deps, async (serial) => (parameters.otppin === undefined ? 0 : deps.application.tokens.setPin(serial, new Secret(parameters.otppin), context())), each);

// ---- owner

const assignParameters = z.object({ ...tokenParameters, pin: text.optional() });

const assign = async ({ parameters, context }: Call<z.infer<typeof assignParameters>>, { application }: HttpDependencies): Promise<Answer> => {
  const { serial, pin, resolver } = parameters;
  if (serial === undefined) return missing('serial');
  const meant = await tokensMeant({ serial }, application);
  if (meant.kind === 'error') return meant;
  const user = await userMeant(parameters, application);
  if (!user) return missing('user');
  if (resolver !== undefined && (await application.users.find(user.login, user.realm))?.resolver !== resolver) return userNotInRealm;
  const refused = refusalOf(await application.tokens.assign(serial, user.login, user.realm, context()), serial)
    ?? (pin === undefined ? undefined : refusalOf(await application.tokens.setPin(serial, new Secret(pin), context()), serial));
  return refused ?? value(true);
};

// ---- limits

const setParameters = z.object({
  ...tokenParameters, description: text.optional(), count_window: wholeNumber.optional(), sync_window: wholeNumber.optional(), max_failcount: wholeNumber.optional(),
  count_auth_max: wholeNumber.optional(), count_auth_success_max: wholeNumber.optional(), hashlib: z.enum(['sha1', 'sha256', 'sha512']).optional(),
  validity_period_start: name.optional(), validity_period_end: name.optional(),
});

/** Counts what was set. The PIN is not among it, as in privacyIDEA. */
const set = async ({ parameters, context }: Call<z.infer<typeof setParameters>>, deps: HttpDependencies): Promise<Answer> => {
  const validity = validityOf(parameters, deps.application.now());
  if (validity.kind === 'error') return validity;
  const { description, count_window: countWindow, sync_window: syncWindow, max_failcount: maxFail, count_auth_max: maxLogins, count_auth_success_max: maxSuccesses, hashlib } = parameters;
  const wish = given({ description, countWindow, syncWindow, maxFail, maxLogins, maxSuccesses, algorithm: hashlib, ...validity.limits });
  const attributes = Object.keys(wish).length;
  return forEach(parameters, deps, async (serial) => (attributes === 0 ? 0 : deps.application.tokens.adjust(serial, wish, context())), () => attributes);
};

const given = (wish: AdjustToken): AdjustToken => Object.fromEntries(Object.entries(wish).filter(([, wanted]) => wanted !== undefined));

const describe = async ({ parameters, context }: Call<TokenParameters & { description: string }>, deps: HttpDependencies): Promise<Answer> => {
  const answer = await forEach(parameters, deps, (serial) => deps.application.tokens.adjust(serial, { description: parameters.description }, context()), each);
  return answer.kind === 'value' ? value(true) : answer;
};

const setRealms = async ({ parameters, context }: Call<TokenParameters & { realms: readonly string[] }>, deps: HttpDependencies): Promise<Answer> => {
  const answer = await forEach(parameters, deps, (serial) => deps.application.tokens.adjust(serial, { realms: parameters.realms }, context()), each);
  return answer.kind === 'value' ? value(true) : answer;
};

// ---- counter

const resyncParameters = z.object({ ...tokenParameters, otp1: text, otp2: text });

const resync = async ({ parameters, context }: Call<z.infer<typeof resyncParameters>>, { application }: HttpDependencies): Promise<Answer> => {
  const meant = await tokensMeant(parameters, application);
  if (meant.kind === 'error') return meant;
  if (meant.serials.length !== 1) return noSerial;
  const [serial] = meant.serials as [string];
  const change = await application.tokens.resync(serial, new Secret(parameters.otp1), new Secret(parameters.otp2), context());
  return refusalOf(change, serial) ?? value(change.kind === 'done' && change.value);
};

// ---- end

const remove = ({ parameters, context }: Call<TokenParameters>, deps: HttpDependencies): Promise<Answer> =>
  forEach({ serial: parameters.serial }, deps, (serial) => deps.application.tokens.remove(serial, context()), each);

/** One that cannot be removed keeps none of the others. */
const removeSeveral = async ({ parameters: { serials }, context }: Call<{ serials: readonly string[] }>, { application }: HttpDependencies): Promise<Answer> => {
  if (serials.length === 0) return noSerial;
  const failed: string[] = [];
  for (const serial of serials) if ((await application.tokens.remove(serial, context())).kind === 'refused') failed.push(serial);
  return value({ count_success: serials.length - failed.length, failed, unauthorized: [] });
};

export const tokenActionRoutes = [
  ...simple('/token/enable', (tokens, serial, context) => tokens.enable(serial, context), changed),
  ...simple('/token/disable', (tokens, serial, context) => tokens.disable(serial, context), changed),
  ...simple('/token/revoke', (tokens, serial, context) => tokens.revoke(serial, context), each),
  ...simple('/token/reset', (tokens, serial, context) => tokens.resetFailCounter(serial, context), each),
  ...simple('/token/unassign', (tokens, serial, context) => tokens.unassign(serial, context), each),
  ...both('/token/setpin', { parameters: pinParameters, answer: setPin }),
  ...both('/token/setrandompin', { parameters: z.object(tokenParameters), answer: async () => tokenError('There is no policy otp_pin_set_random.') }),
  ...both('/token/set', { parameters: setParameters, answer: set }),
  ...both('/token/description', { parameters: z.object({ ...tokenParameters, description: text }), answer: describe }),
  ...both('/token/realm', { parameters: z.object({ ...tokenParameters, realms: list }), answer: setRealms }),
  ...both('/token/resync', { parameters: resyncParameters, answer: resync }),
  route({ ...byAdministrator, path: '/token/assign', parameters: assignParameters, answer: assign }),
  route({ methods: ['DELETE'], path: '/token/', access: 'administrator', parameters: z.object({ serials: list.default([]) }), answer: removeSeveral }),
  route({ methods: ['DELETE'], path: '/token/:serial', access: 'administrator', parameters: z.object(tokenParameters), answer: remove }),
];
