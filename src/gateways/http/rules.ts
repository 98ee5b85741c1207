import { z } from 'zod';
import { checked, problemOf } from '../checked.js';
import { compilePattern } from '../pattern.js';

const pattern = checked(z.string().min(1), (source) => problemOf(compilePattern(source)));
const status = z.array(z.int().min(100).max(599)).min(1);
/** RFC 6901. */
const pointer = z.string().startsWith('/', { error: 'must be a JSON pointer such as /messages/0/id' });
/** Numbers, truth values and null are compared as they are written in JSON. */
const asText = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'must be a text, a number, true, false or null' }).transform(String);

const jsonRule = z
  .strictObject({
    /** A step `*` means every element of a list or an object; there has to be one, and the rule has to hold for all. */
    pointer,
    equals: asText.optional(),
    in: z.array(asText).min(1).optional(),
    matches: pattern.optional(),
  })
  .superRefine((rule, context) => {
    const given = [rule.equals, rule.in, rule.matches].filter((each) => each !== undefined).length;
    if (given !== 1) context.addIssue({ code: 'custom', message: 'wants one of equals, in and matches beside the pointer' });
  });
export type JsonRule = z.output<typeof jsonRule>;

const contentRules = {
  /** The first characters of the reply. */
  startsWith: z.string().min(1).optional(),
  /** Somewhere in the reply. */
  contains: z.string().min(1).optional(),
  /** Regular expression, found somewhere in the reply. */
  matches: pattern.optional(),
  json: z.array(jsonRule).min(1).optional(),
};

/** All that is given has to hold. */
export const successRule = z.strictObject({
  /** Which HTTP status a success may have; 2xx where nothing is said. */
  status: z.union([z.literal('any'), status], { error: 'must be "any" or a list of HTTP status codes' }).optional(),
  ...contentRules,
});
/** One that holds is enough. */
export const failureRule = z.strictObject(contentRules);
/** The reply says that the provider cannot serve now. One that holds is enough. */
export const unavailableRule = z.strictObject({ status: status.optional(), ...contentRules });
export type ContentRules = z.output<typeof failureRule>;

/** Where the reply holds the gateway's own id: the word after a text that the reply begins with, a group of an expression, a place in JSON. */
export const messageIdRule = z.union([z.strictObject({ after: z.string().min(1) }), z.strictObject({ matches: pattern }), z.strictObject({ pointer: z.string().startsWith('/') })], {
  error: 'must be {"after": a text that the reply begins with}, {"matches": a regular expression} or {"pointer": a JSON pointer such as /messages/0/id}',
});
