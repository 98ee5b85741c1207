import { z } from 'zod';
import { checked, problemOf } from '../checked.js';
import { numberRule } from '../number.js';
import { findProgram } from './program.js';

/**
 * Options of the script gateway in our own words; docs/gateways/script.md explains each. Times are in seconds.
 * @param folder the only one that programs may be in
 */
export const scriptOptions = (folder: string) =>
  z.strictObject({
    script: checked(z.string().min(1), (name) => problemOf(findProgram(folder, name))),
    /** Whether the exit status decides; otherwise a program that was started is taken as one that sends. */
    wait: z.boolean().default(true),
    timeout: z.number().positive().max(600).default(10),
    number: numberRule.optional(),
  });

export type ScriptOptions = z.output<ReturnType<typeof scriptOptions>>;
