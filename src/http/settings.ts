import { isTrue, knownSettings } from '../commands/settingNames.js';
import type { Queries } from '../projections/queries.js';

/** What administrators have set, as front ends read it: by name, with the default where nothing is set. */
export interface SettingTexts {
  text(name: string): string;
  isTrue(name: string): boolean;
  isSet(name: string): boolean;
}

export const settingTexts = async (queries: Pick<Queries, 'settings'>): Promise<SettingTexts> => {
  const set = new Map((await queries.settings()).map(({ key, value }) => [key, value]));
  const text = (name: string): string => set.get(name) ?? knownSettings[name]?.standard ?? '';
  return { text, isTrue: (name) => isTrue(text(name)), isSet: (name) => set.has(name) };
};
