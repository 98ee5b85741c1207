import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import { z } from 'zod';
import { checked, problemOf } from './checked.js';
import { compilePattern, tooSlow } from './pattern.js';

/** How a gateway wants numbers written; the option `number` of every kind that is given one. */
export const numberRule = z.strictObject({
  /** Writes the number anew: `+491701000701`, `491701000701`, `00491701000701`, or `01701000701` as within its country. */
  format: z.enum(['plus', 'digits', '00', 'national']).optional(),
  /** Country of numbers that name none (ISO 3166-1, two letters). */
  country: checked(z.string().transform((country) => country.toUpperCase()), (country) => (isSupportedCountry(country) ? undefined : 'is not a country of ISO 3166-1 such as DE')).optional(),
  /** Keep digits, and one leading plus. */
  digitsOnly: z.boolean().optional(),
  removePrefix: z.string().min(1).optional(),
  replace: checked(z.strictObject({ pattern: z.string().min(1), with: z.string() }), (rule) => problemOf(compilePattern(rule.pattern, rule.with))).optional(),
});
export type NumberRule = z.output<typeof numberRule>;

/**
 * Makes the function that writes a number as the gateway wants it: the format, digits only, then the prefix, then the replacement.
 * @returns the number, or why it cannot be sent to
 */
export const numberWriter = ({ format, country, digitsOnly, removePrefix, replace }: NumberRule = {}): ((number: string) => string | { readonly problem: string }) => {
  const compiled = replace && compilePattern(replace.pattern, replace.with);
  if (compiled && 'problem' in compiled) throw new Error(`pattern was not checked: ${compiled.problem}`);
  return (given) => {
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    if (given.length > 64 || /[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(given)) return { problem: 'the number is too long or holds control characters' };
    const formatted = format ? written(given, format, country as CountryCode | undefined) : given;
    if (formatted === undefined) return { problem: `the number is not a phone number${country === undefined ? ' with its country, such as +49 170 1234567' : ''}` };
    let number = formatted;
    if (digitsOnly) number = `${number.trim().startsWith('+') ? '+' : ''}${number.replace(/\D/g, '')}`;
    if (removePrefix !== undefined) {
      number = number.trimStart();
      if (number.startsWith(removePrefix)) number = number.slice(removePrefix.length);
    }
    if (compiled) {
      const replaced = compiled.replaceAll(number);
      if (replaced === tooSlow) return { problem: 'the regular expression for numbers takes too long' };
      number = replaced;
    }
    return number.trim() === '' ? { problem: 'nothing is left of the number' } : number;
  };
};

/**
 * Numbers are checked by their length only: what a plan of numbers sets apart for tests and films is never a valid number.
 * @returns undefined for what is no phone number
 */
const written = (given: string, format: NonNullable<NumberRule['format']>, country: CountryCode | undefined): string | undefined => {
  const trimmed = given.trim();
  const number = parsePhoneNumberFromString(country === undefined ? trimmed.replace(/^00/, '+') : trimmed, { ...(country ? { defaultCountry: country } : {}), extract: false });
  if (!number?.isPossible() || number.ext !== undefined) return undefined;
  if (format === 'national') return number.formatNational().replace(/\D/g, '');
  return `${{ plus: '+', digits: '', '00': '00' }[format]}${number.number.slice(1)}`;
};
