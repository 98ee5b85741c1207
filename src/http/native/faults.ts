import type { z } from 'zod';
import { problem, type FieldFault, type Problem } from './problem.js';

/** Problems read on after the name of the field: "`digits` must be at most 10". A value that was sent is never repeated. */
export const inWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'too_small':
      if (issue.origin === 'string') return issue.minimum === 1 ? 'must not be empty' : `must have at least ${issue.minimum} characters`;
      if (issue.origin === 'array') return `must have at least ${issue.minimum} entries`;
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `must have at most ${issue.maximum} characters`;
      if (issue.origin === 'array' || issue.origin === 'record') return `must have at most ${issue.maximum} entries`;
      return `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'invalid_format':
      return issue.format === 'datetime' ? 'must be a time in ISO 8601 with a time zone, such as 2026-01-31T12:00:00Z' : 'has a form that is not allowed';
    case 'invalid_union':
      return 'has a form that is not allowed';
    default:
      return undefined;
  }
};

const kinds: Readonly<Record<string, string>> = {
  string: 'a text', int: 'a whole number', number: 'a number', boolean: 'true or false', object: 'an object', record: 'an object', array: 'a list',
};

/** What is wrong with each field, in the order of the fields. */
export const faultsOf = (error: z.core.$ZodError): FieldFault[] => error.issues.flatMap((issue): FieldFault[] => {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ field: [...path, key].join('.').slice(0, 200), problem: 'is not known here' }));
  if (issue.code === 'invalid_key') return [{ field: path.join('.').slice(0, 200), problem: 'has a name that is not allowed' }];
  return [{ field: path.join('.').slice(0, 200), problem: issue.message }];
});

/** @param of what the fields belong to, for a fault of the whole */
export const invalid = (faults: readonly FieldFault[], of: 'body' | 'query'): Problem => {
  const first = faults[0]!;
  const detail = faults.map(({ field, problem: what }) => `${field === '' ? `The ${of}` : field} ${what}.`).join(' ');
  return problem(400, 'invalid', detail, { ...(first.field === '' ? {} : { field: first.field }), ...(faults.length > 1 ? { errors: faults } : {}) });
};
