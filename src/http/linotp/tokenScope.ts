import type { AdjustToken } from '../../commands/adjustToken.js';
import type { Action, Call } from './call.js';
import { codes, failure, missing, refusedChange, unknownToken } from './errors.js';
import type { Parameters } from './parameters.js';
import { result, type Failure } from './reply.js';
import { selectionOf } from './selection.js';

/** POST /admin/tokenrealm: the realms that a token belongs to, all of them. */
export const setRealms: Action = async (call) => {
  const realms = call.parameters.get('realms');
  if (realms === undefined) return missing('realms');
  const selection = await selectionOf(call.parameters, call.application);
  if (selection.kind === 'failure') return selection;
  const wish = { realms: realms.split(',').map((realm) => realm.trim()).filter(Boolean) };
  return (await adjustAll(selection.serials, wish, call)) ?? result(selection.serials.length);
};

/** POST /admin/setValidity: until when, and how often, tokens are good. `unlimited` takes a limit away. */
export const setValidity: Action = async (call) => {
  const serials = call.parameters.list('tokens').filter((serial) => serial !== '');
  if (serials.length === 0) return missing('tokens[]');
  const wish = validityOf(call.parameters.inLowerCase());
  if ('code' in wish) return wish;
  return (await adjustAll(serials, wish, call)) ?? result(serials);
};

const adjustAll = async (serials: readonly string[], wish: AdjustToken, { application: { tokens }, context }: Call): Promise<Failure | undefined> => {
  for (const serial of serials) {
    const change = await tokens.adjust(serial, wish, context());
    if (change.kind === 'refused') return change.reason === 'unknown-token' ? unknownToken(serial) : refusedChange(change);
  }
  return undefined;
};

const unlimited = 'unlimited';
const limits: Readonly<Record<string, (value: string) => AdjustToken | undefined>> = {
  countAuthMax: (value) => count(value, (maxLogins) => ({ maxLogins })),
  countAuthSuccessMax: (value) => count(value, (maxSuccesses) => ({ maxSuccesses })),
  validityPeriodStart: (value) => instant(value, (validFrom) => ({ validFrom })),
  validityPeriodEnd: (value) => instant(value, (validUntil) => ({ validUntil })),
};

const validityOf = (given: Parameters): AdjustToken | Failure => {
  let wish: AdjustToken = {};
  for (const [name, limit] of Object.entries(limits)) {
    const value = given.get(name.toLowerCase());
    const wanted = value === undefined ? {} : limit(value);
    if (wanted === undefined) return failure(codes.other, `${name} must be a whole number or ${unlimited}`);
    wish = { ...wish, ...wanted };
  }
  return wish;
};

const count = (value: string, wish: (count: number) => AdjustToken): AdjustToken | undefined =>
  (value === unlimited ? wish(0) : /^\d{1,9}$/.test(value) ? wish(Number(value)) : undefined);
/** Seconds since 1970. */
const instant = (value: string, wish: (instant: string) => AdjustToken): AdjustToken | undefined =>
  (value === unlimited ? wish('') : /^\d{1,10}$/.test(value) ? wish(new Date(Number(value) * 1000).toISOString()) : undefined);
