import { z } from 'zod';
import { knownSettings, settingName } from '../../commands/settingNames.js';
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
  set: z.boolean().describe('Whether it was set; else the default is in force'),
  default: z.string().optional(),
  meaning: z.string().optional().describe('Absent for a setting that only other programs read'),
  aliases: z.array(z.string()).describe('Other names that mean the same'),
}).meta({ id: 'Setting' });
type SettingForm = z.infer<typeof settingForm>;

/** What administrators change while the service runs. */
export const settingEndpoints = ({ application: { settings, queries } }: HttpDependencies): Endpoint[] => {
  const one = async (key: string): Promise<SettingForm | undefined> => all(await queries.settings()).find(({ name }) => name === settingName(key));
  return [
    endpoint({
      method: 'get', path: '/settings', tag, access: 'administrator', status: 200,
      summary: 'All settings, with defaults and meaning', result: z.strictObject({ settings: z.array(settingForm) }),
      handle: async () => answer({ settings: all(await queries.settings()) }),
    }),
    endpoint({
      method: 'get', path: '/settings/{name}', tag, access: 'administrator', status: 200,
      summary: 'Read a setting', parameters, result: settingForm,
      handle: async ({ path: { name } }) => {
        const found = await one(name);
        return found ? answer(found) : unknownSetting;
      },
    }),
    endpoint({
      method: 'put', path: '/settings/{name}', tag, access: 'administrator', status: 200,
      summary: 'Set a setting',
      description: 'Takes effect at once. Names that the service does not read are kept for the programs that do.',
      parameters,
      body: z.strictObject({
        value: z.union([longText(20_000), z.number(), z.boolean()], { error: 'must be a text, a number, or true or false' }),
        secret: z.boolean().optional().describe('Whether the value is never shown again'),
      }),
      result: settingForm,
      handle: async ({ path: { name }, body: { value, secret }, context }) => {
        const refused = refusalOf(await settings.change([{ key: name, value: String(value), ...(secret === undefined ? {} : { secret }) }], context));
        if (refused) return refused.field === undefined ? refused : { ...refused, field: 'value' };
        return answer((await one(name))!);
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

const all = (stored: readonly Setting[]): SettingForm[] => {
  const set = new Map(stored.map((setting) => [setting.key, setting]));
  const known = Object.entries(knownSettings).map(([name, { standard, meaning, aliases }]) => ({
    name, value: shown(set.get(name)) ?? standard, set: set.has(name), default: standard, meaning, aliases: [...aliases],
  }));
  const others = stored.filter(({ key }) => !Object.hasOwn(knownSettings, key)).map((setting) => ({ name: setting.key, value: shown(setting)!, set: true, aliases: [] }));
  return [...known, ...others];
};

const shown = (setting: Setting | undefined): string | undefined => (setting?.secret ? '***' : setting?.value);
