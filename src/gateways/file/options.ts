import { z } from 'zod';
import { checked, problemOf } from '../checked.js';
import { numberRule } from '../number.js';
import { fileWithin, folderWithin } from './place.js';

/**
 * Options of the file gateway in our own words; docs/gateways/file.md explains each.
 * @param root the only folder that may be written in
 */
export const fileOptions = (root: string) => {
  const file = checked(z.string().min(1), (path) => problemOf(fileWithin(root, path)));
  const number = numberRule.optional();
  return z.discriminatedUnion('format', [
    z.strictObject({ format: z.literal('last'), file, number }),
    z.strictObject({ format: z.literal('lines'), file, number }),
    z.strictObject({
      format: z.literal('gammu'),
      folder: checked(z.string().min(1), (path) => problemOf(folderWithin(root, path))).default('.'),
      /** Asks the network for a report, which the daemon gets and not we. */
      deliveryReport: z.boolean().default(false),
      number,
    }),
  ], { error: 'must be last, lines or gammu' });
};

export type FileOptions = z.output<ReturnType<typeof fileOptions>>;
