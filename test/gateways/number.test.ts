import fc from 'fast-check';
import { numberRule, numberWriter } from '../../src/gateways/number.js';

const write = (rule: Record<string, unknown>, number: string): unknown => numberWriter(numberRule.parse(rule))(number);

it.each([
  ['plus', '+49 (170) 100-0701', '+491701000701'], ['digits', '+49 (170) 100-0701', '491701000701'], ['00', '+49 (170) 100-0701', '00491701000701'],
  ['national', '+49 (170) 100-0701', '01701000701'], ['national', '+1 213 373 4253', '2133734253'], ['plus', '0049 170 1000701', '+491701000701'], ['digits', '+49(0)170 1000701', '491701000701'],
])('writes as %s: %s as %s', (format, number, expected) => {
  expect(write({ format }, number)).toBe(expected);
});

it('takes the country for numbers that name none', () => {
  expect(write({ format: 'plus', country: 'de' }, '0170 / 100 07 01')).toBe('+491701000701');
  expect(write({ format: 'plus', country: 'US' }, '0114917 01000701')).toBe('+491701000701');
  expect(write({ format: 'plus', country: 'FR' }, '+49 170 1000701')).toBe('+491701000701');
});

it.each(['+1 202 555 0143', '+44 7700 900123', '+61 491 570 006', '+49 152 28817386', '+33 6 39 98 00 01'])('takes %s, a number of films and tests', (number) => {
  expect(write({ format: 'digits' }, number)).toBe(number.replace(/\D/g, ''));
});

it.each(['0170 1000701', 'me', '+49 1', '+999 1234567', '+49 170 1000701 ext. 5', 'call +49 170 1000701', '', '+49170100070112345678'])('refuses %j, which is no phone number', (number) => {
  expect(write({ format: 'plus' }, number)).toEqual({ problem: 'the number is not a phone number with its country, such as +49 170 1234567' });
  expect(write({ format: 'plus', country: 'CH' }, number === '0170 1000701' ? '01' : number)).toEqual({ problem: 'the number is not a phone number' });
});

it('applies the other rules to what the format gives', () => {
  expect(write({ format: 'plus', removePrefix: '+49', replace: { pattern: '^', with: '0' } }, '+49 170 1000701')).toBe('01701000701');
});

it('gives digits and one plus at most, whatever the number', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'+0123456789 -()/;=&<"a') }), fc.constantFrom('plus', 'digits', '00', 'national'), (number, format) => {
    const given = write({ format, country: 'DE' }, number);
    if (typeof given === 'string') expect(given).toMatch(format === 'plus' ? /^\+\d+$/ : /^\d+$/);
  }));
});

it('refuses a country that is none', () => {
  expect(numberRule.safeParse({ country: 'XX' }).error?.issues[0]?.message).toBe('is not a country of ISO 3166-1 such as DE');
});
