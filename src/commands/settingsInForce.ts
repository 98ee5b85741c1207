import { firstFactorOf } from './firstFactor.js';
import type { Settings } from './ports.js';
import { firstFormGateway, isTrue, knownSettings, languagePattern, namesFor, namesIn, type SettingName } from './settingNames.js';

/** The stored text of a setting by the name that it is kept under; undefined where nothing is stored. */
export type StoredValue = (name: string) => string | undefined;

/** The value of a setting for a realm and a language: the most specific one that is stored, else the default, or nothing for one that the service does not read. */
export const inForce = (stored: StoredValue, place: SettingName): string => {
  for (const name of namesFor(place)) {
    const value = stored(name);
    if (value !== undefined) return value;
  }
  return knownSettings[place.base]?.standard ?? '';
};

/** @param realm that of the token which is dealt with; what is in force generally, when it is left out */
export const settingsOf = (stored: StoredValue, realm?: string): Settings => {
  const text = (base: string): string => inForce(stored, { base, realm });
  const textIn = (language: string | undefined): SettingName => ({ base: 'sms.text', language: [language, text('sms.language')].find(isLanguage), realm });
  // a list without names is no list: the next one is asked
  const listed = namesFor({ base: 'sms.identifier', realm }).map((name) => namesIn(stored(name))).find((names) => names.length > 0);
  return {
    challengeLife: Math.min(Number(text('sms.providerTimeout')), Number(text('SmsChallengeValidityTime')) || Infinity),
    nextCode: { atOnce: isTrue(text('smsautosend')), life: Number(text('smsautosend.timeout')) },
    concurrentChallenges: isTrue(text('sms.concurrent_challenges')),
    firstFactor: firstFactorOf(text('otppin')),
    prependPin: isTrue(text('PrependPin')),
    countFalsePin: isTrue(text('IncFailCountOnFalsePin')),
    lockedFor: Number(text('failcounter_clear_timeout')),
    splitAtSign: isTrue(text('splitAtSign')),
    maxFail: Number(text('DefaultMaxFailCount')),
    digits: Number(text('DefaultOtpLen')),
    countWindow: Number(text('DefaultCountWindow')),
    syncWindow: Number(text('DefaultSyncWindow')),
    gateways: listed ?? (stored('sms.providerConfig') ? [firstFormGateway] : []),
    sendWait: Number(text('sms.wait')),
    administrators: { phones: namesIn(text('notify.administrators.phone')), emails: namesIn(text('notify.administrators.email')) },
    smsText: {
      template: (language) => inForce(stored, textIn(language)),
      isSet: (language) => namesFor(textIn(language)).some((name) => stored(name) !== undefined),
      manner: { origin: text('sms.origin').trim(), androidHash: text('sms.androidHash').trim(), transliterate: isTrue(text('sms.transliterate')) },
    },
  };
};

const isLanguage = (text: string | undefined): boolean => text !== undefined && languagePattern.test(text);

/** Settings realm by realm, made once each; a realm without values of its own has the general ones. */
export const settingsByRealm = (names: Iterable<string>, stored: StoredValue): ((realm?: string) => Settings) => {
  const general = settingsOf(stored);
  const own = new Map([...names].flatMap((name) => {
    const realm = name.includes('@') ? name.slice(name.indexOf('@') + 1) : undefined;
    return realm === undefined ? [] : [[realm, settingsOf(stored, realm)] as const];
  }));
  return (realm) => (realm === undefined ? undefined : own.get(realm.toLowerCase())) ?? general;
};
