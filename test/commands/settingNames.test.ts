import fc from 'fast-check';
import { knownSetting, namesFor, readSettingName, settingName } from '../../src/commands/settingNames.js';
import { inForce, settingsByRealm, settingsOf } from '../../src/commands/settingsInForce.js';

const stored = (values: Readonly<Record<string, string>>) => (name: string): string | undefined => values[name];

describe('the name of a setting', () => {
  it.each([
    ['sms.text', { base: 'sms.text' }],
    ['SMSProviderTimeout', { base: 'sms.providerTimeout' }],
    ['sms.text.de', { base: 'sms.text', language: 'de' }],
    ['sms.text.pt-BR@Sales', { base: 'sms.text', language: 'pt-br', realm: 'sales' }],
    ['sms.identifier@Öffentlich', { base: 'sms.identifier', realm: 'öffentlich' }],
    ['Provider.Default.sms_provider@sales', { base: 'sms.identifier', realm: 'sales' }],
    ['sms.identifier.type', undefined],
    ['sms.textual', undefined],
    ['their.own@sales', undefined],
    ['toString@sales', undefined],
  ])('%s is read as it is meant', (key, meant) => expect(readSettingName(key)).toEqual(meant));

  it.each([
    ['sms.text.german', 'must name a language as in sms.text.de or sms.text.pt-br'],
    ['sms.text.', 'must name a language as in sms.text.de or sms.text.pt-br'],
    ['sms.identifier.de', 'cannot be set: sms.identifier is the same in every language'],
    ['PrependPin@sales', 'cannot be set: PrependPin is the same in every realm'],
    ['sms.text@', 'must name a realm as in sms.text@sales, with 1 to 100 characters and no blanks'],
    ['sms.text@a@b', 'must name a realm as in sms.text@sales, with 1 to 100 characters and no blanks'],
    ['sms.text@the sales', 'must name a realm as in sms.text@sales, with 1 to 100 characters and no blanks'],
  ])('%s is refused', (key, problem) => expect(readSettingName(key)).toEqual({ problem }));

  it('is kept in one form, whatever the case of realm and language', () => {
    expect(settingName('SMSProviderTimeout@SALES')).toBe('sms.providerTimeout@sales');
    expect(settingName('Their.Own@Sales')).toBe('Their.Own@Sales');
    expect(knownSetting('sms.text.de@sales')).toBe(knownSetting('sms.text'));
    fc.assert(fc.property(fc.string(), (key) => settingName(settingName(key)) === settingName(key)));
  });
});

describe('the value in force', () => {
  const place = { base: 'sms.text', language: 'de-AT', realm: 'Sales' };

  it('is the most specific one that is set', () => {
    const inOrder = ['sms.text.de-at@sales', 'sms.text.de@sales', 'sms.text@sales', 'sms.text.de-at', 'sms.text.de', 'sms.text'];
    expect(namesFor(place)).toEqual(inOrder);
    inOrder.forEach((_, first) => expect(inForce(stored(Object.fromEntries(inOrder.slice(first).map((name) => [name, name]))), place)).toBe(inOrder[first]));
    expect(inForce(stored({}), place)).toBe('<otp>');
  });

  it('for a token is that of its realm', () => {
    const values = { 'sms.providerTimeout': '300', 'sms.providerTimeout@sales': '60', 'SmsChallengeValidityTime@sales': '90', 'sms.concurrent_challenges@sales': 'true' };
    const settings = settingsByRealm(Object.keys(values), stored(values));
    expect(settings('SALES')).toMatchObject({ challengeLife: 60, concurrentChallenges: true });
    for (const other of [undefined, 'support']) expect(settings(other)).toMatchObject({ challengeLife: 300, concurrentChallenges: false });
    expect(settings('sales')).toBe(settings('Sales'));
  });

  it('of gateways is the first list that names any', () => {
    const gateways = (values: Readonly<Record<string, string>>, realm?: string) => settingsOf(stored(values), realm).gateways;
    expect(gateways({ 'sms.identifier': 'a, b', 'sms.identifier@sales': 'c,a' }, 'sales')).toEqual(['c', 'a']);
    expect(gateways({ 'sms.identifier': 'a, b', 'sms.identifier@sales': ' , ' }, 'sales')).toEqual(['a', 'b']);
    expect(gateways({ 'sms.providerConfig': '{}', 'sms.identifier@sales': 'c' }, 'support')).toEqual(['sms.provider']);
    expect(gateways({})).toEqual([]);
  });

  it('of a text is in the language that is wanted, else in that of the realm', () => {
    const values = { 'sms.text': 'en', 'sms.text.de': 'de', 'sms.text.fr': 'fr', 'sms.language@sales': 'fr', 'sms.text@support': 'support' };
    const text = (realm?: string, language?: string) => settingsOf(stored(values), realm).smsText.template(language);
    expect([text(), text(undefined, 'DE'), text('sales'), text('sales', 'de'), text('sales', 'it'), text('support', 'de')]).toEqual(['en', 'de', 'fr', 'de', 'en', 'support']);
    expect(text('sales', 'no language@support')).toBe('fr');
    expect(settingsOf(stored({ 'sms.text.de': 'x' })).smsText.isSet('de')).toBe(true);
    expect(settingsOf(stored({ 'sms.text.de': 'x' })).smsText.isSet('fr')).toBe(false);
  });
});
