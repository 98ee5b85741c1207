import type { z } from 'zod';
import { writtenKey } from './definition.js';
import type { Fault } from './gateway.js';

/** Problems read on after the key: "`url` is missing". */
export const inWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}`;
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'has a form that is not known';
    default:
      return undefined;
  }
};

/** Whether something is only not there yet. */
export const isMissing = ({ problem }: Fault): boolean => problem === 'is missing';

/**
 * @param keys our path to the key that the writer knows
 * @param stranger what is said of a key that nobody knows
 */
export const faultsOf = (issue: z.core.$ZodIssue, keys: Readonly<Record<string, string>>, stranger = 'is not an option of this kind of gateway'): Fault[] => {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ key: writtenKey([...path, key].join('.'), keys), problem: stranger }));
  // a name in a record, such as that of a header, reports what is wrong inside the issue
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ key: writtenKey(path.join('.'), keys), problem: message }));
  return [{ key: writtenKey(path.join('.'), keys) || 'options', problem: issue.message }];
};
