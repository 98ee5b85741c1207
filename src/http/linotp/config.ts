import { settingName } from '../../commands/settingNames.js';
import type { SettingWish } from '../../commands/settingsAdministration.js';
import { censored } from '../../gateways/censoring.js';
import type { Action, Call } from './call.js';
import { codes, failure, refusedChange } from './errors.js';
import { followLegacyKeys, legacyKeys } from './legacyProvider.js';
import { followNamedKeys, namedKey } from './namedProviderKeys.js';
import type { Parameters } from './parameters.js';
import { providerFault } from './provider.js';
import { result, type Failure } from './reply.js';

/** Actions of /system on single keys. */
export const configActions = {
  setConfig: async (call) => {
    const wishes = wishesOf(call.parameters);
    if ('code' in wishes) return wishes;
    const fault = wishes.map(({ key, value }) => legacyFault(key, value)).find((each) => each !== undefined);
    if (fault) return fault;
    const changed = await change(wishes, call);
    if ('code' in changed) return changed;
    const value = Object.fromEntries(wishes.map(({ sent, key, value, secret }) => [call.parameters.has('key') ? `setConfig ${sent}` : `setConfig ${sent}:${secret || isSealed(key) ? '***' : value}`, true]));
    return result(value, { detail: changed.problem === undefined ? undefined : { message: changed.problem } });
  },

  getConfig: async ({ parameters, application: { queries } }) => {
    const settings = (await queries.settings()).map(({ key, value, secret }) => [key, secret ? censored : value] as const);
    const key = parameters.filled('key');
    if (key !== undefined) return result({ [`getConfig ${key}`]: new Map(settings).get(kept(key)) ?? null });
    return result(Object.fromEntries(settings.map(([name, value]) => [linotpName(name), value])));
  },

  setDefault: async ({ parameters, context, application: { settings } }) => {
    const given = parameters.inLowerCase();
    const wishes = defaults.flatMap((key) => { const value = given.get(key.toLowerCase()); return value === undefined ? [] : [{ key, value }]; });
    if (wishes.length === 0) return failure(codes.usage, `usage: at least one of ${defaults.join(', ')}`);
    const changed = await settings.change(wishes, context());
    return changed.kind === 'refused' ? refusedChange(changed) : result(Object.fromEntries(wishes.map(({ key }) => [`set ${key}`, true])));
  },

  delConfig: async (call) => {
    const { parameters, application: { settings }, context } = call;
    const key = parameters.filled('key');
    if (key === undefined) return failure(codes.parameter, "Missing parameter: 'key'");
    const removed = await settings.remove(kept(key), context());
    if (removed.kind === 'refused') return refusedChange(removed);
    if (legacyKeys.has(kept(key))) await followLegacyKeys(call);
    return result({ [`delConfig ${key}`]: true });
  },
} satisfies Readonly<Record<string, Action>>;

/** What new tokens get. */
const defaults = ['DefaultMaxFailCount', 'DefaultSyncWindow', 'DefaultCountWindow', 'DefaultOtpLen', 'DefaultResetFailCount'];

/** Keys that are kept under another name than LinOTP's, in a list of all. */
const linotpNames: ReadonlyMap<string, string> = new Map([['sms.providerTimeout', 'SMSProviderTimeout'], ['sms.identifier', 'Provider.Default.sms_provider'], ['OverrideAuthorizationClient', 'mayOverwriteClient']]);

/** Also with a realm behind it. */
const linotpName = (kept: string): string => {
  const [base = '', ...realm] = kept.split('@');
  return [linotpNames.get(base) ?? base, ...realm].join('@');
};

/** The name of a setting; LinOTP puts `linotp.` before all of them, and lets it be left out. */
const kept = (key: string): string => settingName(key.replace(/^linotp\./, ''));

interface Wish extends SettingWish {
  /** The key as the client wrote it. */
  readonly sent: string;
}

/** Parameters that are never configuration. */
const reserved: ReadonlySet<string> = new Set(['session', 'httperror', 'csrf_token']);

/** One key as `key` and `value`, or any number of them by their names; `name.type` says that a value is a password. */
const wishesOf = (parameters: Parameters): readonly Wish[] | Failure => {
  if (parameters.has('key') || parameters.has('value')) {
    const [key, value] = [parameters.filled('key'), parameters.get('value')];
    if (key === undefined || value === undefined) return failure(codes.parameter, 'Required parameters: value and key');
    return [wish(key, value, parameters.get('type'))];
  }
  const attribute = /^(.+)\.(type|desc)$/;
  return parameters.entries()
    .filter(([name]) => !reserved.has(name) && !(attribute.test(name) && parameters.has(attribute.exec(name)![1]!)))
    .map(([name, value]) => wish(name, value, parameters.get(`${name}.type`)));
};

const wish = (sent: string, value: string, type: string | undefined): Wish =>
  ({ sent, key: kept(sent), value, secret: type?.toLowerCase() === 'password' || isSealed(kept(sent)) });

/** Values that hold passwords, or by their name may well be one. */
const isSealed = (key: string): boolean => key === 'SMSProviderConfig' || namedKey(key)?.part === 'Config' || /passw|secret/i.test(key);

const legacyFault = (key: string, value: string): Failure | undefined => {
  if (value === censored) return undefined;
  if (key === 'SMSProvider') return providerFault(key, { module: value });
  return key === 'SMSProviderConfig' ? providerFault(key, { config: value }) : undefined;
};

const change = async (wishes: readonly Wish[], call: Call): Promise<Failure | { readonly problem?: string }> => {
  const { application: { settings }, context } = call;
  const named = wishes.filter(({ key }) => namedKey(key) !== undefined);
  // what getConfig covered comes back as it was shown, and changes nothing
  const plain = wishes.filter(({ key, value }) => namedKey(key) === undefined && value !== censored);
  const changed = await settings.change(plain.map(({ key, value, secret }) => ({ key, value, secret })), context());
  if (changed.kind === 'refused') return refusedChange(changed);
  const legacy = plain.some(({ key }) => legacyKeys.has(key)) ? await followLegacyKeys(call) : {};
  if ('code' in legacy) return legacy;
  const followed = await followNamedKeys(named, call);
  if ('code' in followed) return followed;
  const problem = [legacy.problem, followed.problem].filter(Boolean).join('; ');
  return problem === '' ? {} : { problem };
};
