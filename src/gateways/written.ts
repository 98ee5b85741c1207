import type { Fault } from './gateway.js';

/** Readers of single values as the old servers' configurations hold them: JSON booleans and numbers, or texts that say the same. */

/** An empty text means that nothing was given. */
export const given = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** @returns undefined for what is neither yes nor no */
export const yesOrNo = (value: unknown): boolean | undefined =>
  /^(true|yes|1|on)$/i.test(String(value)) ? true : /^(false|no|0|off)$/i.test(String(value)) ? false : undefined;

/** Texts, numbers and truth values as text; undefined for everything else. */
export const scalarText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

/** Reads a configuration of an old server key by key, and notes what is wrong. */
export interface KeyReader {
  readonly faults: Fault[];
  fault(key: string, problem: string): void;
  /** Undefined for what is not given, and for what is no text, which is a fault. */
  text(key: string): string | undefined;
  /** Undefined for what is not given, and for what is neither yes nor no, which is a fault. */
  flag(key: string): boolean | undefined;
}

/** @param truth how the two truth values are named to the writer */
export const keyReader = (config: Readonly<Record<string, unknown>>, truth = 'true or false'): KeyReader => {
  const faults: Fault[] = [];
  const fault = (key: string, problem: string): void => void faults.push({ key, problem });
  const read = <T>(key: string, reader: (value: unknown) => T | undefined, what: string): T | undefined => {
    if (!given(config[key])) return undefined;
    const value = reader(config[key]);
    if (value === undefined) fault(key, `must be ${what}`);
    return value;
  };
  return { faults, fault, text: (key) => read(key, scalarText, 'a text'), flag: (key) => read(key, yesOrNo, truth) };
};

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

/**
 * privacyIDEA's `REGEXP`, `/search/replacement/`: the last slash that is not escaped parts the two, so that classes may hold one.
 * @returns null for what is not written so
 */
export const readRegexp = (text: string): { pattern: string; with: string } | null => {
  if (!/^\/.*\/$/s.test(text) || text.length < 3) return null;
  const inner = text.slice(1, -1);
  for (let at = inner.length - 1; at >= 0; at -= 1) {
    const escapes = /\\*$/.exec(inner.slice(0, at))![0].length;
    if (inner[at] === '/' && escapes % 2 === 0) return { pattern: inner.slice(0, at), with: inner.slice(at + 1) };
  }
  return null;
};
