import { z } from 'zod';
import { knownSettings, settingName } from '../../commands/settingNames.js';
import type { Context } from '../../commands/context.js';
import type { Setting } from '../../projections/queries.js';
import { censored } from '../../gateways/censoring.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { value, type Answer } from './envelope.js';
import { defaultsUsage } from './errors.js';
import { scalar } from './parameters.js';
import { followProviderConfig, providerKeys, readProviderConfig } from './providerConfig.js';
import { route, type Call } from './route.js';

/** Shown even when nobody set them. */
const alwaysShown = ['PrependPin', 'splitAtSign', 'IncFailCountOnFalsePin'];
const defaults = ['DefaultMaxFailCount', 'DefaultSyncWindow', 'DefaultCountWindow', 'DefaultOtpLen', 'DefaultResetFailCount'];

const shown = ({ value: text, secret }: Setting): string => (secret ? censored : text);

const all = async (_: Call<unknown>, { application: { queries } }: HttpDependencies): Promise<Answer> => {
  const set = await queries.settings();
  return value({
    ...Object.fromEntries(alwaysShown.map((key) => [key, knownSettings[key]!.standard])),
    ...Object.fromEntries(set.map((setting) => [setting.key, shown(setting)])),
  });
};

const keyParameters = z.object({ key: z.string().max(200) });
type KeyCall = Call<z.infer<typeof keyParameters>>;

const find = async (key: string, { application: { queries } }: HttpDependencies): Promise<Setting | undefined> =>
  (await queries.settings()).find((setting) => setting.key === settingName(key));

const one = async ({ parameters: { key } }: KeyCall, deps: HttpDependencies): Promise<Answer> => {
  const found = await find(key, deps);
  return value(found ? shown(found) : alwaysShown.includes(key) ? knownSettings[key]!.standard : null);
};

const remove = async ({ parameters: { key }, context }: KeyCall, deps: HttpDependencies): Promise<Answer> => {
  if (!(await find(key, deps))) return value(false);
  const refused = refusalOf(await deps.application.settings.remove(key, context())) ?? (isProviderKey(key) ? await followProviderConfig(context, deps) : undefined);
  return refused ?? value(true);
};

const anyParameters = z.record(z.string().max(200), z.unknown());

const isProviderKey = (key: string): boolean => (providerKeys as readonly string[]).includes(key);

/** `k.type` and `k.desc` say something about `k`; a password is never shown again. */
const setConfig = async ({ parameters, context }: Call<Readonly<Record<string, unknown>>>, deps: HttpDependencies): Promise<Answer> => {
  const about = (key: string): boolean => /\.(type|desc)$/.test(key) && Object.hasOwn(parameters, key.replace(/\.(type|desc)$/, ''));
  return change(Object.keys(parameters).filter((key) => !about(key)), parameters, context, deps);
};

const setDefaults = async ({ parameters, context }: Call<Readonly<Record<string, unknown>>>, deps: HttpDependencies): Promise<Answer> => {
  const named = defaults.filter((key) => Object.hasOwn(parameters, key));
  return named.length === 0 ? defaultsUsage(defaults) : change(named, parameters, context, deps);
};

/** Says of each whether it was there before. What has no value that a setting could have is passed over. */
const change = async (keys: readonly string[], parameters: Readonly<Record<string, unknown>>, context: () => Context, deps: HttpDependencies): Promise<Answer> => {
  const wishes = keys.flatMap((key) => {
    const sent = parameters[key];
    // a text of any length: one that is too long for a setting has to be refused and not passed over
    const text = typeof sent === 'string' ? sent : scalar.safeParse(sent).data;
    // what was covered comes back as it was shown, and changes nothing
    if (text === undefined || text === censored) return [];
    return [{ key, value: text, secret: parameters[`${key}.type`] === 'password' || key === 'sms.providerConfig' }];
  });
  const definesProvider = wishes.some(({ key }) => isProviderKey(key));
  const provider = definesProvider ? await readProviderConfig(Object.fromEntries(wishes.map(({ key, value: text }) => [key, text])), deps) : undefined;
  if (provider?.kind === 'error') return provider;
  const before = new Set((await deps.application.queries.settings()).map(({ key }) => key));
  const refused = refusalOf(await deps.application.settings.change(wishes, context())) ?? (definesProvider ? await followProviderConfig(context, deps) : undefined);
  return refused ?? value(Object.fromEntries(wishes.map(({ key }) => [key, before.has(settingName(key)) ? 'update' : 'insert'])));
};

const administrator = { access: 'administrator' } as const;
export const systemRoutes = [
  route({ ...administrator, methods: ['POST'], path: '/system/setConfig', parameters: anyParameters, answer: setConfig }),
  route({ ...administrator, methods: ['POST'], path: '/system/setDefault', parameters: anyParameters, answer: setDefaults }),
  ...['/system/', '/system'].map((path) => route({ ...administrator, methods: ['GET'], path, parameters: z.unknown(), answer: all })),
  route({ ...administrator, methods: ['GET'], path: '/system/:key', parameters: keyParameters, answer: one }),
  route({ ...administrator, methods: ['DELETE'], path: '/system/:key', parameters: keyParameters, answer: remove }),
];
