import { androidHashFault, originFault } from '../sms/codeText.js';
import { templateFault } from '../sms/textTemplate.js';
import { firstFactorFault } from './firstFactor.js';
import { isAddress, isNumber } from './notificationRule.js';
import { mostFailures } from './tokenLimits.js';

/** A setting that the service itself reads. */
export interface KnownSetting {
  /** Other names of the same setting. */
  readonly aliases: readonly string[];
  readonly meaning: string;
  readonly standard: string;
  /** By what it may be set apart: `name@realm`, `name.language`, `name.language@realm`. */
  readonly per?: readonly ('realm' | 'language')[];
  /** What is wrong with a value; undefined when it is good. */
  readonly fault: (value: string) => string | undefined;
}

/** A language as RFC 5646 writes it, such as de or pt-BR. */
export const languagePattern = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i;

const whole = (least: number, most: number) => (value: string) =>
  /^\d{1,9}$/.test(value.trim()) && Number(value) >= least && Number(value) <= most ? undefined : `must be a whole number from ${least} to ${most}`;
const optionally = (fault: (value: string) => string | undefined) => (value: string) => (value.trim() === '' ? undefined : fault(value));
const truth = (value: string) => (/^(true|false|1|0|yes|no)$/i.test(value.trim()) ? undefined : 'must be true or false');
const anything = () => undefined;
const listOf = (isOne: (value: string) => boolean, what: string) => (value: string) =>
  (namesIn(value).every(isOne) ? undefined : `must be ${what}, separated by commas`);
const promptFault = (value: string) => (value.length <= 200 && !/\p{Cc}/u.test(value) ? undefined : 'must be one line of at most 200 characters');

/** By the name under which they are kept: the old servers' where they have one. */
export const knownSettings: Readonly<Record<string, KnownSetting>> = {
  'sms.providerTimeout': { aliases: ['SMSProviderTimeout'], per: ['realm'], meaning: 'Seconds that a code lives', standard: '300', fault: whole(1, 3600) },
  SmsChallengeValidityTime: { aliases: ['SMSChallengeValidityTime', 'smsChallengeValidityTime'], per: ['realm'], meaning: 'Seconds that a challenge can be answered, where that is to be shorter than the life of its code', standard: '', fault: optionally(whole(1, 3600)) },
  SMSBlockingTimeout: { aliases: [], meaning: "LinOTP's clients: seconds after an SMS within which the same challenge is answered with and no other SMS is sent", standard: '30', fault: whole(0, 3600) },
  TransactionIdLength: { aliases: [], meaning: "Digits of the transaction ids that LinOTP's clients get", standard: '17', fault: whole(12, 17) },
  'sms.concurrent_challenges': { aliases: [], per: ['realm'], meaning: 'Whether older challenges stay alive beside a new one', standard: 'False', fault: truth },
  smsautosend: { aliases: ['autosms'], per: ['realm'], meaning: 'Whether a success sends the next code at once, so that the next login needs PIN and code only', standard: 'False', fault: truth },
  'smsautosend.timeout': { aliases: [], per: ['realm'], meaning: 'Seconds that a code lives which a success has sent', standard: '86400', fault: whole(1, 2_592_000) },
  'sms.identifier': { aliases: ['Provider.Default.sms_provider'], per: ['realm'], meaning: 'Gateways for tokens without one of their own, separated by commas, tried in this order', standard: '', fault: anything },
  'sms.text': { aliases: [], per: ['realm', 'language'], meaning: 'Text of the SMS; {otp} stands for the code, further tags are in docs/texts.md', standard: '<otp>', fault: (value) => (value.length > 1000 ? 'must have at most 1000 characters' : templateFault(value)) },
  'sms.language': { aliases: [], per: ['realm'], meaning: 'Language of the SMS to tokens without one of their own (attribute `language`), as in de or pt-br', standard: '', fault: optionally((value) => (languagePattern.test(value.trim()) ? undefined : 'must be a language as in de or pt-br')) },
  'sms.origin': { aliases: [], per: ['realm'], meaning: 'Host name that the code is for: browsers on that site fill it in', standard: '', fault: optionally((value) => originFault(value.trim())) },
  'sms.androidHash': { aliases: [], per: ['realm'], meaning: "Hash by which Android's SMS Retriever finds the app that the code is for", standard: '', fault: optionally((value) => androidHashFault(value.trim())) },
  'sms.transliterate': { aliases: [], per: ['realm'], meaning: 'Whether typographic characters and foreign accents give way to look-alikes of the default alphabet of SMS', standard: 'False', fault: truth },
  'sms.wait': { aliases: [], meaning: 'Milliseconds that a request waits for the gateway', standard: '5000', fault: whole(0, 60_000) },
  'notify.administrators.phone': { aliases: [], per: ['realm'], meaning: 'Where SMS to the administrators go: numbers, separated by commas', standard: '', fault: listOf(isNumber, 'phone numbers') },
  'notify.administrators.email': { aliases: [], per: ['realm'], meaning: 'Where e-mails to the administrators go: addresses, separated by commas', standard: '', fault: listOf(isAddress, 'e-mail addresses') },
  SMS_CHALLENGE_PROMPT: { aliases: [], per: ['realm'], meaning: "LinOTP's clients: what is said when an SMS was sent", standard: 'sms submitted', fault: promptFault },
  sms_challenge_text: { aliases: [], per: ['realm'], meaning: "privacyIDEA's clients: what is said when an SMS was sent", standard: 'Enter the OTP from the SMS:', fault: promptFault },
  challenge_text_header: { aliases: [], per: ['realm'], meaning: "privacyIDEA's clients: what stands before the challenge texts; after <ul> or <ol> they are a list", standard: '', fault: promptFault },
  challenge_text_footer: { aliases: [], per: ['realm'], meaning: "privacyIDEA's clients: what stands behind the challenge texts", standard: '', fault: promptFault },
  ReturnSamlAttributes: { aliases: [], meaning: "Whether privacyIDEA's samlcheck tells who the user is", standard: 'True', fault: truth },
  ReturnSamlAttributesOnFail: { aliases: [], meaning: "Whether privacyIDEA's samlcheck tells who the user is even when he is turned down", standard: 'False', fault: truth },
  enforce_smstext: { aliases: [], meaning: "Whether the text that LinOTP's clients want in the SMS is passed over", standard: 'False', fault: truth },
  allowSamlAttributes: { aliases: [], meaning: "Whether LinOTP's samlcheck tells who the user is", standard: 'False', fault: truth },
  OverrideAuthorizationClient: { aliases: ['mayOverwriteClient'], meaning: 'RADIUS servers and others that are believed when they say for which client they ask: addresses and networks, separated by commas', standard: '', fault: (value) => (/^[\da-fA-F.:/>,\s]*$/.test(value) ? undefined : 'must be addresses and networks, as in 10.0.0.5, 10.1.0.0/16') },
  'hide.reasons': { aliases: [], meaning: 'Whether nobody but administrators is told why an attempt was refused', standard: 'False', fault: truth },
  otppin: { aliases: [], per: ['realm'], meaning: 'First factor: the PIN of the token (tokenpin), the password of the user directory (userstore), or none', standard: 'tokenpin', fault: firstFactorFault },
  PrependPin: { aliases: [], meaning: 'Whether the PIN stands before the code', standard: 'True', fault: truth },
  IncFailCountOnFalsePin: { aliases: [], meaning: 'Whether a wrong PIN counts on every token of the user', standard: 'True', fault: truth },
  failcounter_clear_timeout: { aliases: [], per: ['realm'], meaning: 'Minutes after which the next attempt finds a locked token unlocked; 0 for never', standard: '0', fault: whole(0, 525_600) },
  splitAtSign: { aliases: [], meaning: 'Whether login@realm is taken apart', standard: 'True', fault: truth },
  DefaultMaxFailCount: { aliases: [], meaning: 'Wrong attempts that lock a new token', standard: '10', fault: whole(1, mostFailures) },
  DefaultCountWindow: { aliases: [], meaning: 'Look-ahead of a new token, as the old servers show it; only codes that were sent are taken', standard: '10', fault: whole(1, 10_000) },
  DefaultSyncWindow: { aliases: [], meaning: 'How far ahead a resync looks for the codes of a new token', standard: '1000', fault: whole(1, 10_000) },
  DefaultOtpLen: { aliases: [], meaning: 'Digits of the codes of a new token', standard: '6', fault: whole(6, 10) },
};

const byAlias = new Map(Object.entries(knownSettings).flatMap(([name, { aliases }]) => [name, ...aliases].map((alias) => [alias, name] as const)));

/** A name taken apart: `sms.text.de@sales` is the setting `sms.text`, in German, for the realm sales. Languages and realms are in lower case. */
export interface SettingName {
  readonly base: string;
  readonly language?: string;
  readonly realm?: string;
}

const realmPattern = /^[^\p{C}\p{Z}@]{1,100}$/u;

/** @returns undefined for a setting that the service does not read; the problem of a name that begins like one that it does */
export const readSettingName = (key: string): SettingName | { readonly problem: string } | undefined => {
  const [left, realm] = key.includes('@') ? [key.slice(0, key.indexOf('@')), key.slice(key.indexOf('@') + 1)] : [key];
  const written = byAlias.has(left) ? left : [...byAlias.keys()].find((known) => left.startsWith(`${known}.`));
  if (written === undefined) return undefined;
  const base = byAlias.get(written)!;
  const { per = [] } = knownSettings[base]!;
  const language = left === written ? undefined : left.slice(written.length + 1);
  if (language !== undefined && !per.includes('language')) return languagePattern.test(language) ? { problem: `cannot be set: ${base} is the same in every language` } : undefined;
  if (language !== undefined && !languagePattern.test(language)) return { problem: `must name a language as in ${base}.de or ${base}.pt-br` };
  if (realm !== undefined && !per.includes('realm')) return { problem: `cannot be set: ${base} is the same in every realm` };
  if (realm !== undefined && !realmPattern.test(realm)) return { problem: `must name a realm as in ${base}@sales, with 1 to 100 characters and no blanks` };
  return { base, ...(language === undefined ? {} : { language: language.toLowerCase() }), ...(realm === undefined ? {} : { realm: realm.toLowerCase() }) };
};

const known = (key: string): SettingName | undefined => {
  const read = readSettingName(key);
  return read && 'base' in read ? read : undefined;
};

/** The setting of that name, or alias, if the service reads it. */
export const knownSetting = (key: string): KnownSetting | undefined => knownSettings[known(key)?.base ?? ''];

/** The name under which a setting is kept. */
export const settingName = (key: string): string => {
  const read = known(key);
  return read ? writtenName(read) : key;
};

const writtenName = ({ base, language, realm }: SettingName): string => `${base}${language === undefined ? '' : `.${language}`}${realm === undefined ? '' : `@${realm}`}`;

/** Under which names the value for a realm and a language may be set, the first of them winning: language and realm, realm, language, general. */
export const namesFor = ({ base, language, realm }: SettingName): string[] => {
  const parts = language?.toLowerCase().split('-') ?? [];
  const languages = [...parts.map((_, index) => parts.slice(0, parts.length - index).join('-')), undefined];
  return [...(realm === undefined ? [] : [realm.toLowerCase()]), undefined].flatMap((each) => languages.map((one) =>
    writtenName({ base, ...(one === undefined ? {} : { language: one }), ...(each === undefined ? {} : { realm: each }) })));
};

export const isTrue = (value: string): boolean => /^(true|1|yes)$/i.test(value.trim());

/** The gateway that `sms.provider` and `sms.providerConfig` define, from before gateways had names; for when none is named. */
export const firstFormGateway = 'sms.provider';

/** The names of a list with commas. */
export const namesIn = (list: string | undefined): string[] => (list ?? '').split(',').map((name) => name.trim()).filter(Boolean);
