import { z } from 'zod';
import { event, sealed, type Recorded } from './event.js';

/** What administrators change while the service runs. */
export const settingsStream = 'settings';

export const settingsEvents = {
  SettingChanged: event('A setting got a value.', {
    key: z.string().describe("Name of the setting, in the old servers' words where they have one"),
    value: sealed('The value, as text'),
    secret: z.boolean().describe('Whether the value is never shown again'),
  }),
  SettingRemoved: event('A setting fell back to its default.', { key: z.string().describe('Name of the setting') }),
} as const;

export type SettingsEvent = Recorded<typeof settingsEvents>;
