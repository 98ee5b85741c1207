import { z } from 'zod';
import { checked, problemOf } from './checked.js';
import { compilePattern, tooSlow } from './pattern.js';

/** How a gateway wants numbers written; the option `number` of every kind that is given one. */
export const numberRule = z.strictObject({
  /** Keep digits, and one leading plus. */
  digitsOnly: z.boolean().optional(),
  removePrefix: z.string().min(1).optional(),
  replace: checked(z.strictObject({ pattern: z.string().min(1), with: z.string() }), (rule) => problemOf(compilePattern(rule.pattern, rule.with))).optional(),
});
export type NumberRule = z.output<typeof numberRule>;

/**
 * Makes the function that writes a number as the gateway wants it: digits only, then the prefix, then the replacement.
 * @returns the number, or why it cannot be sent to
 */
export const numberWriter = ({ digitsOnly, removePrefix, replace }: NumberRule = {}): ((number: string) => string | { readonly problem: string }) => {
  const compiled = replace && compilePattern(replace.pattern, replace.with);
  if (compiled && 'problem' in compiled) throw new Error(`pattern was not checked: ${compiled.problem}`);
  return (given) => {
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    if (given.length > 64 || /[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(given)) return { problem: 'the number is too long or holds control characters' };
    let number = given;
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
