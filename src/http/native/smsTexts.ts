import { z } from 'zod';
import { languagePattern, readSettingName } from '../../commands/settingNames.js';
import type { Settings } from '../../commands/ports.js';
import { codeText, redactedPhone, retrieverLimit, timeValues } from '../../sms/codeText.js';
import { septetsOf } from '../../sms/alphabet.js';
import { measure } from '../../sms/measure.js';
import { readTemplate, usesTag, type TextTemplate, type TextValues } from '../../sms/textTemplate.js';
import type { HttpDependencies } from '../dependencies.js';
import { answer, endpoint, type Endpoint } from './endpoint.js';
import { invalid } from './faults.js';
import * as field from './fields.js';

const preview = z.strictObject({
  text: z.string().describe('The SMS as it would be sent, with a code and an owner that are made up'),
  encoding: z.enum(['gsm-7', 'ucs-2']),
  length: z.int().describe('Septets of GSM-7, or code units of UCS-2'),
  segments: z.int().describe('How many SMS it takes'),
  foreign: z.array(z.string()).describe('Characters that the default alphabet of SMS does not have: they force UCS-2'),
  problems: z.array(z.string()).describe('What is wrong with the text, or may not be meant so'),
}).meta({ id: 'SmsPreview' });

/** What an SMS would be, before anybody gets it. */
export const smsTextEndpoints = ({ application: { queries, now } }: HttpDependencies): Endpoint[] => [
  endpoint({
    method: 'post', path: '/sms-texts/preview', tag: 'Settings', access: 'administrator', status: 200,
    summary: 'See what an SMS would look like',
    description: 'A `text` to try; or the one in force for a `realm` and a `language`; or that of a `setting` such as `sms.text.de@sales`. Nothing is sent or kept.',
    body: z.strictObject({
      text: field.longText(1000).optional().describe('A text with tags (docs/texts.md)'),
      setting: z.string().max(200).optional().describe('Name of a setting: `sms.text`, for a language and a realm'),
      realm: field.realm.optional().describe('Realm of a token; lines for machines are those of this realm'),
      language: z.string().regex(languagePattern, { error: 'must be a language as in de or pt-br' }).optional().describe('Language of a token'),
    }),
    result: preview,
    handle: async ({ body: { text, setting, ...wanted } }) => {
      const named = setting === undefined ? undefined : readSettingName(setting);
      if (named && 'problem' in named) return invalid([{ field: 'setting', problem: named.problem }], 'body');
      if (setting !== undefined && named?.base !== 'sms.text') return invalid([{ field: 'setting', problem: 'must be sms.text, with a language and a realm where they are meant' }], 'body');
      if (setting !== undefined && text !== undefined) return invalid([{ field: 'setting', problem: 'does not go together with text' }], 'body');
      const { realm, language } = named ?? wanted;
      return answer(shown(text, await queries.current(realm), { realm, language, now: now() }));
    },
  }),
];

interface Sample {
  readonly realm?: string;
  readonly language?: string;
  readonly now: Date;
}

const shown = (text: string | undefined, settings: Settings, { realm, language, now }: Sample): z.infer<typeof preview> => {
  const { template, manner } = settings.smsText;
  const read = readTemplate(text ?? template(language));
  const sent = codeText(read, sampleValues(settings, realm, now), manner);
  const tooLong = manner.androidHash !== '' && Buffer.byteLength(sent) > retrieverLimit;
  return {
    text: sent, ...measure(sent), foreign: [...new Set([...sent].filter((character) => !septetsOf(character)))],
    problems: [...problemsOf(read), ...(tooLong ? [`has more than the ${retrieverLimit} octets that Android's SMS Retriever reads`] : [])],
  };
};

const problemsOf = (template: TextTemplate): string[] => [
  ...[...new Set(template.unknown)].map((tag) => `${tag} is no tag`),
  ...(usesTag(template, 'otp') ? [] : ['holds no {otp}: the code is put in front']),
];

const sampleValues = ({ digits, challengeLife }: Settings, realm: string | undefined, now: Date): TextValues => ({
  otp: '1234567890'.slice(0, digits), serial: 'TNGR1A2B3C4D', transactionid: '30921867554460212217', tokentype: 'sms',
  user: 'Ada', givenname: 'Ada', surname: 'Lovelace', recipient_givenname: 'Ada', recipient_surname: 'Lovelace', username: 'ada', userrealm: realm ?? 'realm1',
  phone_redacted: redactedPhone('+44 7700 900123'), ...timeValues(now), validity: String(Math.ceil(challengeLife / 60)),
});
