import { z } from 'zod';

/** Adds what `check` finds wrong with a value. */
export const checked = <T extends z.ZodType>(type: T, check: (value: z.output<T>) => string | undefined) =>
  type.superRefine((value, context) => {
    const problem = check(value);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

/** What is wrong with something that was read, for `checked`. */
export const problemOf = (result: object): string | undefined => ('problem' in result ? (result.problem as string) : undefined);

/** The schema of a kind that cannot be had here: whatever the options are, the one fault is that of the kind. */
export const refused = <Options>(problem: string): z.ZodType<Options> =>
  z.unknown().superRefine((_, context) => context.addIssue({ code: 'custom', path: ['kind'], message: problem })) as z.ZodType<unknown> as z.ZodType<Options>;
