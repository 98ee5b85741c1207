import type { Application } from '../../application.js';
import type { Outcome } from '../../commands/outcome.js';
import type { User } from '../../commands/ports.js';
import { realmOf } from '../../commands/token.js';
import type { TokenDetails } from '../../projections/queries.js';
import { redactedPhone } from '../../sms/codeText.js';
import { promptText } from '../../sms/promptText.js';
import { settingTexts } from '../settings.js';

/** What is said when SMS were sent: to each token in its own words, and what stands around all of them. */
export interface Prompts {
  readonly bySerial: ReadonlyMap<string, string>;
  readonly header: string;
  readonly footer: string;
}

/** Every token speaks as the settings of its realm say. */
export const promptsFor = async (outcome: Outcome, application: Application): Promise<Prompts> => {
  const challenges = outcome.kind === 'challenged' ? outcome.challenges : [];
  const { text } = await settingTexts(application.queries);
  const spoken = await Promise.all(challenges.map(async ({ serial }) => {
    const token = await application.queries.token(serial);
    const realm = token && realmOf(token.token);
    return { serial, realm, prompt: await promptText(text('sms_challenge_text', realm), token ? valuesOf(token, application) : {}) };
  }));
  const realm = spoken.at(-1)?.realm;
  return { bySerial: new Map(spoken.map(({ serial, prompt }) => [serial, prompt])), header: text('challenge_text_header', realm), footer: text('challenge_text_footer', realm) };
};

/** The tags of privacyIDEA's challenge texts. The directory is asked only where a text wants to know who the owner is. */
const valuesOf = ({ serial, token, phone, owner }: TokenDetails, { users }: Pick<Application, 'users'>): Parameters<typeof promptText>[1] => {
  let found: Promise<User | undefined> | undefined;
  // who asked for the code gets his prompt, whether or not the directory can be asked
  const user = (): Promise<User | undefined> => (found ??= owner?.login === undefined ? Promise.resolve(undefined) : users.find(owner.login, owner.realm).catch(() => undefined));
  const number = async (): Promise<string | undefined> => (token.dynamicPhone ? (await user())?.mobile : phone);
  return {
    serial: () => serial, tokentype: () => 'sms', username: () => owner?.login, userrealm: () => owner?.realm,
    user: async () => (await user())?.givenName, givenname: async () => (await user())?.givenName, surname: async () => (await user())?.surname,
    phone: number, phone_redacted: async () => { const to = await number(); return to === undefined ? undefined : redactedPhone(to); },
  };
};
