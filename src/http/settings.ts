import { isTrue } from '../commands/settingNames.js';
import { inForce } from '../commands/settingsInForce.js';
import type { Queries } from '../projections/queries.js';

/** What administrators have set, as front ends read it: by name, with the default where nothing is set. */
export interface SettingTexts {
  /** @param realm where the setting may have a value of its own there */
  text(name: string, realm?: string): string;
  isTrue(name: string): boolean;
}

export const settingTexts = async (queries: Pick<Queries, 'settings'>): Promise<SettingTexts> => {
  const set = new Map((await queries.settings()).map(({ key, value }) => [key, value]));
  const text = (name: string, realm?: string): string => inForce((key) => set.get(key), { base: name, realm });
  return { text, isTrue: (name) => isTrue(text(name)) };
};
