import { z } from 'zod';
import { Misuse } from '../command.js';

const form = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i;
const instant = z.iso.datetime({ offset: true });

/**
 * Reads an instant in ISO 8601: `2026-03-01T12:00:05.250Z`, with an offset, without seconds, or a date alone, which means its last
 * millisecond. What has no zone is UTC, like every time that we print.
 *
 * @param option names the option in the message
 * @returns ISO 8601, UTC, milliseconds
 * @throws Misuse
 */
export const readInstant = (text: string, option: string): string => {
  const [, date, minutes, seconds, zone] = form.exec(text.trim()) ?? [];
  const whole = minutes === undefined ? `${date}T23:59:59.999Z` : `${date}T${minutes}${seconds ?? ':00'}${zone?.toUpperCase() ?? 'Z'}`;
  if (date === undefined || !instant.safeParse(whole).success) throw new Misuse(`${option} must be an instant such as 2026-03-01T12:00:00Z, or a date`);
  return new Date(whole).toISOString();
};

/** @returns a whole number from `least` on. @throws Misuse */
export const readCount = (text: string, option: string, least = 0): number => {
  if (!/^\d{1,15}$/.test(text) || Number(text) < least) throw new Misuse(`${option} must be a whole number from ${least} on`);
  return Number(text);
};
