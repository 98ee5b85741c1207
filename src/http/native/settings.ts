import { z } from 'zod';
import { knownSetting, knownSettings, readSettingName, settingName } from '../../commands/settingNames.js';
import { inForce } from '../../commands/settingsInForce.js';
import type { Setting } from '../../projections/queries.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { answer, endpoint, nothing, type Endpoint } from './endpoint.js';
import { longText } from './fields.js';
import { problem } from './problem.js';

const tag = 'Settings';
const parameters = z.strictObject({ name: z.string().min(1).max(200) });
const settingForm = z.strictObject({
  name: z.string(),
  value: z.string().describe('The value in force; `***` for one that is secret'),
  set: z.boolean().describe('Whether it was set; else the value of the next more general one, or the default, is in force'),
  default: z.string().optional(),
  meaning: z.string().optional().describe('Absent for a setting that only other programs read'),
  aliases: z.array(z.string()).describe('Other names that mean the same'),
  warning: z.string().optional().describe('What is wrong with the value as things are now; it was taken all the same'),
  per: z.array(z.enum(['realm', 'language'])).optional().describe('By what it may be set apart: `name@realm`, `name.language`, `name.language@realm`'),
}).meta({ id: 'Setting' });
type SettingForm = z.infer<typeof settingForm>;

/** What administrators change while the service runs. */
export const settingEndpoints = ({ application: { settings, queries, unknownGateways } }: HttpDependencies): Endpoint[] => {
  const one = async (key: string): Promise<SettingForm | undefined> => formOf(settingName(key), byName(await queries.settings()));
  /** Gateways may be named before they are defined, but a typing error should be seen. */
  const withWarning = async (form: SettingForm): Promise<SettingForm> => {
    const read = readSettingName(form.name);
    const unknown = read && 'base' in read && read.base === 'sms.identifier' ? await unknownGateways(form.value) : [];
    return unknown.length === 0 ? form : { ...form, warning: `There is no gateway named ${unknown.join(' or ')}.` };
  };
  return [
    endpoint({
      method: 'get', path: '/settings', tag, access: 'administrator', status: 200,
      summary: 'All settings, with defaults and meaning', result: z.strictObject({ settings: z.array(settingForm) }),
      handle: async () => {
        const stored = byName(await queries.settings());
        return answer({ settings: [...new Set([...Object.keys(knownSettings), ...stored.keys()])].map((name) => formOf(name, stored)!) });
      },
    }),
    endpoint({
      method: 'get', path: '/settings/{name}', tag, access: 'administrator', status: 200,
      summary: 'Read a setting', parameters, result: settingForm,
      handle: async ({ path: { name } }) => {
        const found = await one(name);
        return found ? answer(await withWarning(found)) : unknownSetting;
      },
    }),
    endpoint({
      method: 'put', path: '/settings/{name}', tag, access: 'administrator', status: 200,
      summary: 'Set a setting',
      description: 'Takes effect at once. Behind the name of a setting may stand for which language and realm the value is (`sms.text.de@sales`), where `per` says so. Names that the service does not read are kept for the programs that do.',
      parameters,
      body: z.strictObject({
        value: z.union([longText(20_000), z.number(), z.boolean()], { error: 'must be a text, a number, or true or false' }),
        secret: z.boolean().optional().describe('Whether the value is never shown again'),
      }),
      result: settingForm,
      handle: async ({ path: { name }, body: { value, secret }, context }) => {
        const refused = refusalOf(await settings.change([{ key: name, value: String(value), ...(secret === undefined ? {} : { secret }) }], context));
        if (refused) return refused.field === undefined ? refused : { ...refused, field: isFaulty(name) ? 'name' : 'value' };
        return answer(await withWarning((await one(name))!));
      },
    }),
    endpoint({
      method: 'delete', path: '/settings/{name}', tag, access: 'administrator', status: 204,
      summary: 'Let a setting fall back to its default', parameters,
      handle: async ({ path: { name }, context }) => {
        if (!(await one(name))?.set) return unknownSetting;
        return refusalOf(await settings.remove(name, context)) ?? nothing;
      },
    }),
  ];
};

const unknownSetting = problem(404, 'unknown-setting', 'There is no setting of this name that was set.');

const isFaulty = (name: string): boolean => {
  const read = readSettingName(name);
  return read !== undefined && 'problem' in read;
};

const byName = (stored: readonly Setting[]): ReadonlyMap<string, Setting> => new Map(stored.map((setting) => [setting.key, setting]));

/** @returns undefined for one that nobody reads and nobody has set */
const formOf = (name: string, stored: ReadonlyMap<string, Setting>): SettingForm | undefined => {
  const [known, read, set] = [knownSetting(name), readSettingName(name), stored.get(name)];
  if (!known || !read || 'problem' in read) return set && { name, value: shown(set)!, set: true, aliases: [] };
  return {
    name, value: shown(set) ?? inForce((key) => shown(stored.get(key)), read), set: set !== undefined, default: known.standard, meaning: known.meaning,
    ...(read.base === name ? { aliases: [...known.aliases], per: [...(known.per ?? [])] } : { aliases: [] }),
  };
};

const shown = (setting: Setting | undefined): string | undefined => (setting?.secret ? '***' : setting?.value);
