import { settingsStream, type SettingsDraft } from '../events/settings.js';
import type { Journal } from '../store/journal.js';
import type { Context } from './context.js';
import { storeIsBusy } from './handler.js';
import type { Change } from './outcome.js';
import { knownSetting, settingName } from './settingNames.js';

/** A setting as an administrator gives it. */
export interface SettingWish {
  readonly key: string;
  readonly value: string;
  /** Never shown again. */
  readonly secret?: boolean;
}

/** Settings are facts without rules between them: the stream takes every change, last one wins. */
export class SettingsAdministration {
  constructor(private readonly journal: Journal) {}

  /** Sets all or none. Names that the service does not know are kept for the scripts that know them. */
  async change(wishes: readonly SettingWish[], context: Context): Promise<Change> {
    for (const { key, value } of wishes) {
      if (!/^[\x21-\x7e][\x20-\x7e]{0,199}$/.test(key)) return { kind: 'refused', reason: 'invalid', field: key.slice(0, 200), message: 'The name of a setting has 1 to 200 printable ASCII characters.' };
      if (value.length > 20_000) return { kind: 'refused', reason: 'invalid', field: key, message: `${key} must have at most 20000 characters.` };
      const fault = knownSetting(key)?.fault(value);
      if (fault) return { kind: 'refused', reason: 'invalid', field: key, message: `${key} ${fault}.` };
    }
    return this.write(wishes.map(({ key, value, secret = false }) => ({ type: 'SettingChanged', data: { key: settingName(key), value, secret } })), context);
  }

  remove(key: string, context: Context): Promise<Change> {
    return this.write([{ type: 'SettingRemoved', data: { key: settingName(key) } }], context);
  }

  private async write(drafts: readonly SettingsDraft[], context: Context): Promise<Change> {
    if (drafts.length === 0) return { kind: 'done', changed: false, value: undefined };
    const result = await this.journal.append(settingsStream, 'any', drafts, context);
    if (result.kind === 'appended') return { kind: 'done', changed: true, value: undefined };
    if (result.kind === 'overloaded' || result.kind === 'unavailable') return { kind: 'refused', reason: 'overloaded', message: storeIsBusy };
    throw new Error(`settings could not be written: ${result.kind}`);
  }
}
