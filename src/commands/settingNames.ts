import type { Settings } from './ports.js';
import { mostFailures } from './tokenLimits.js';

/** A setting that the service itself reads. */
export interface KnownSetting {
  /** Other names of the same setting. */
  readonly aliases: readonly string[];
  readonly meaning: string;
  readonly standard: string;
  /** What is wrong with a value; undefined when it is good. */
  readonly fault: (value: string) => string | undefined;
}

const whole = (least: number, most: number) => (value: string) =>
  /^\d{1,9}$/.test(value.trim()) && Number(value) >= least && Number(value) <= most ? undefined : `must be a whole number from ${least} to ${most}`;
const optionally = (fault: (value: string) => string | undefined) => (value: string) => (value.trim() === '' ? undefined : fault(value));
const truth = (value: string) => (/^(true|false|1|0|yes|no)$/i.test(value.trim()) ? undefined : 'must be true or false');
const anything = () => undefined;
const promptFault = (value: string) => (value.length <= 200 && !/\p{Cc}/u.test(value) ? undefined : 'must be one line of at most 200 characters');

/** By the name under which they are kept: the old servers' where they have one. */
export const knownSettings: Readonly<Record<string, KnownSetting>> = {
  'sms.providerTimeout': { aliases: ['SMSProviderTimeout'], meaning: 'Seconds that a code lives', standard: '300', fault: whole(1, 3600) },
  SmsChallengeValidityTime: { aliases: ['SMSChallengeValidityTime', 'smsChallengeValidityTime'], meaning: 'Seconds that a challenge can be answered, where that is to be shorter than the life of its code', standard: '', fault: optionally(whole(1, 3600)) },
  SMSBlockingTimeout: { aliases: [], meaning: "LinOTP's clients: seconds after an SMS within which the same challenge is answered with and no other SMS is sent", standard: '30', fault: whole(0, 3600) },
  'sms.concurrent_challenges': { aliases: [], meaning: 'Whether older challenges stay alive beside a new one', standard: 'False', fault: truth },
  'sms.identifier': { aliases: ['Provider.Default.sms_provider'], meaning: 'Gateways for tokens without one of their own, separated by commas, tried in this order', standard: '', fault: anything },
  'sms.text': { aliases: [], meaning: 'Text of the SMS; <otp> stands for the code, <serial> for the token', standard: '<otp>', fault: (value) => (value.length > 1000 ? 'must have at most 1000 characters' : undefined) },
  'sms.wait': { aliases: [], meaning: 'Milliseconds that a request waits for the gateway', standard: '5000', fault: whole(0, 60_000) },
  SMS_CHALLENGE_PROMPT: { aliases: [], meaning: "LinOTP's clients: what is said when an SMS was sent", standard: 'sms submitted', fault: promptFault },
  sms_challenge_text: { aliases: [], meaning: "privacyIDEA's clients: what is said when an SMS was sent", standard: 'Enter the OTP from the SMS:', fault: promptFault },
  ReturnSamlAttributes: { aliases: [], meaning: "Whether privacyIDEA's samlcheck tells who the user is", standard: 'True', fault: truth },
  ReturnSamlAttributesOnFail: { aliases: [], meaning: "Whether privacyIDEA's samlcheck tells who the user is even when he is turned down", standard: 'False', fault: truth },
  enforce_smstext: { aliases: [], meaning: "Whether the text that LinOTP's clients want in the SMS is passed over", standard: 'False', fault: truth },
  allowSamlAttributes: { aliases: [], meaning: "Whether LinOTP's samlcheck tells who the user is", standard: 'False', fault: truth },
  'hide.reasons': { aliases: [], meaning: 'Whether nobody but administrators is told why an attempt was refused', standard: 'False', fault: truth },
  PrependPin: { aliases: [], meaning: 'Whether the PIN stands before the code', standard: 'True', fault: truth },
  IncFailCountOnFalsePin: { aliases: [], meaning: 'Whether a wrong PIN counts on every token of the user', standard: 'True', fault: truth },
  splitAtSign: { aliases: [], meaning: 'Whether login@realm is taken apart', standard: 'True', fault: truth },
  DefaultMaxFailCount: { aliases: [], meaning: 'Wrong attempts that lock a new token', standard: '10', fault: whole(1, mostFailures) },
  DefaultCountWindow: { aliases: [], meaning: 'Look-ahead of a new token, as the old servers show it; only codes that were sent are taken', standard: '10', fault: whole(1, 10_000) },
  DefaultSyncWindow: { aliases: [], meaning: 'How far ahead a resync looks for the codes of a new token', standard: '1000', fault: whole(1, 10_000) },
  DefaultOtpLen: { aliases: [], meaning: 'Digits of the codes of a new token', standard: '6', fault: whole(6, 10) },
};

const byAlias = new Map(Object.entries(knownSettings).flatMap(([name, { aliases }]) => aliases.map((alias) => [alias, name] as const)));

/** The setting of that name, or alias, if the service reads it. */
export const knownSetting = (key: string): KnownSetting | undefined => (Object.hasOwn(knownSettings, settingName(key)) ? knownSettings[settingName(key)] : undefined);

/** The name under which a setting is kept. */
export const settingName = (key: string): string => byAlias.get(key) ?? key;

export const isTrue = (value: string): boolean => /^(true|1|yes)$/i.test(value.trim());

/** The gateway that `sms.provider` and `sms.providerConfig` define, from before gateways had names; for when none is named. */
export const firstFormGateway = 'sms.provider';

const namesIn = (list: string): string[] | undefined => {
  const names = list.split(',').map((name) => name.trim()).filter(Boolean);
  return names.length > 0 ? names : undefined;
};

/** @param value gives the stored text of a setting, undefined where nothing is stored */
export const settingsOf = (value: (name: string) => string | undefined): Settings => {
  const text = (name: string): string => value(name) ?? knownSettings[name]!.standard;
  return {
    challengeLife: Math.min(Number(text('sms.providerTimeout')), Number(text('SmsChallengeValidityTime')) || Infinity),
    concurrentChallenges: isTrue(text('sms.concurrent_challenges')),
    prependPin: isTrue(text('PrependPin')),
    countFalsePin: isTrue(text('IncFailCountOnFalsePin')),
    splitAtSign: isTrue(text('splitAtSign')),
    maxFail: Number(text('DefaultMaxFailCount')),
    digits: Number(text('DefaultOtpLen')),
    countWindow: Number(text('DefaultCountWindow')),
    syncWindow: Number(text('DefaultSyncWindow')),
    gateways: namesIn(text('sms.identifier')) ?? (value('sms.providerConfig') ? [firstFormGateway] : []),
    smsText: text('sms.text'),
    sendWait: Number(text('sms.wait')),
  };
};
