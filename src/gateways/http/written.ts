/** Readers of single values as the old servers' configurations hold them: JSON booleans and numbers, or texts that say the same. */

/** An empty text means that nothing was given. */
export const given = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** @returns undefined for what is neither yes nor no */
export const yesOrNo = (value: unknown): boolean | undefined =>
  /^(true|yes|1|on)$/i.test(String(value)) ? true : /^(false|no|0|off)$/i.test(String(value)) ? false : undefined;

/** Texts, numbers and truth values as text; undefined for everything else. */
export const scalarText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

/**
 * A time-out in seconds: one number for connecting and reading, or `connect,read`.
 * @returns undefined for anything else
 */
export const timeouts = (value: unknown): { connectTimeout: number; timeout: number } | undefined => {
  const parts = String(value).split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [connectTimeout = NaN, timeout = connectTimeout] = parts;
  return parts.length <= 2 && connectTimeout > 0 && timeout > 0 && Number.isFinite(connectTimeout + timeout) ? { connectTimeout, timeout } : undefined;
};

/** The id in replies such as `ID: 12345`, which is what most gateways of these configurations answer. */
export const usualMessageId = { after: 'ID:' } as const;
