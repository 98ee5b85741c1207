import { settingsStream } from '../events/settings.js';
import type { Journal } from '../store/journal.js';
import { refusal } from './change.js';
import type { Context } from './context.js';
import type { Change } from './outcome.js';
import { knownSetting, readSettingName, settingName } from './settingNames.js';
import { writeFacts } from './writeFacts.js';

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
      const name = readSettingName(key);
      if (name && 'problem' in name) return refusal('invalid', `${key.slice(0, 200)} ${name.problem}.`, key.slice(0, 200));
      if (!name && !/^[\x21-\x7e][\x20-\x7e]{0,199}$/.test(key)) return refusal('invalid', 'The name of a setting has 1 to 200 printable ASCII characters.', key.slice(0, 200));
      if (value.length > 20_000) return refusal('invalid', `${key} must have at most 20000 characters.`, key);
      const fault = knownSetting(key)?.fault(value);
      if (fault) return refusal('invalid', `${key} ${fault}.`, key);
    }
    return writeFacts(this.journal, settingsStream, wishes.map(({ key, value, secret = false }) => ({
      type: 'SettingChanged', data: { key: settingName(key), value, secret: secret || holdsPasswords.has(settingName(key)) },
    })), context);
  }

  remove(key: string, context: Context): Promise<Change> {
    return writeFacts(this.journal, settingsStream, [{ type: 'SettingRemoved', data: { key: settingName(key) } }], context);
  }
}

/** Definitions of gateways in the old servers' words: secret whoever sets them, in whichever dialect. */
const holdsPasswords: ReadonlySet<string> = new Set(['SMSProviderConfig', 'sms.providerConfig']);
