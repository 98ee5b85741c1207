import { z } from 'zod';
import type { RequestBody } from '../body.js';
import { readJson } from '../json.js';

/** What a client sent, by name: query, form and JSON body in one. Values of a JSON body keep their types. */
export type Parameters = Readonly<Record<string, unknown>>;

/** These encode once; all other clients of privacyIDEA encode twice or send nothing that a second decoding would change. */
const encodeOnce = new Set(['privacyidea-cp', 'privacyidea-ldap-proxy', 'simplesamlphp']);

/** Whether what this client sends in query, form and path is percent-decoded a second time. */
export const decodesTwice = (userAgent: string | undefined): boolean =>
  !encodeOnce.has((userAgent ?? '').split(/[/\s]/)[0]!.toLowerCase());

/** Decodes `%41`; a plus sign and what is no escape stay as they are, what is not UTF-8 becomes U+FFFD. */
export const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'));

/**
 * Merges as privacyIDEA does: of names that come twice the first counts, the query before the form; a JSON body goes over both and is
 * not decoded. A body of another type counts where it is JSON.
 * @param query in order, decoded once
 * @returns undefined when a JSON body is no object
 */
export const mergeParameters = (query: readonly (readonly [string, string])[], body: RequestBody, userAgent: string | undefined): Parameters | undefined => {
  const merged = new Map<string, unknown>();
  const decoded = decodesTwice(userAgent) ? percentDecoded : (text: string) => text;
  for (const [name, value] of [...query, ...body.fields]) if (!merged.has(name)) merged.set(name, decoded(value));
  const json = body.kind === 'text' ? objectIn(body.text ?? '') : body.kind === 'json' ? body.json : {};
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined;
  for (const [name, value] of Object.entries(json)) {
    // null says as much as leaving it out
    if (value === null) merged.delete(name);
    else merged.set(name, value);
  }
  return Object.fromEntries(merged);
};

const objectIn = (text: string): unknown => {
  const read = readJson(text);
  return read.kind === 'read' && typeof read.value === 'object' && !Array.isArray(read.value) ? read.value ?? {} : {};
};

// ---- what a parameter can be

const longest = 4_000;

export const text = z.string().max(longest);
/** Surrounding blanks mean nothing, and neither does an empty text. */
export const name = z.string().max(255).transform((value) => value.trim() || undefined);
/** True only for what privacyIDEA takes for true; `yes` is not. */
const isTrue = (value: unknown): boolean => value === 1 || value === true || ['1', 'true', 'True', 'TRUE'].includes(value as string);
export const flag = z.unknown().optional().transform(isTrue);
/** Undefined where it is not sent. */
export const flagIfSent = z.unknown().optional().transform((value) => (value === undefined ? undefined : isTrue(value)));
export const wholeNumber = z.union([z.int().min(0), z.string().regex(/^\s*\d{1,9}\s*$/)]).transform(Number);
/** A list of JSON, or texts with commas between them. */
export const list = z.union([z.array(z.string().max(255)).max(500), z.string().max(longest).transform((value) => value.split(','))])
  .transform((values) => values.map((value) => value.trim()).filter(Boolean));
/** A text, or what JSON has for one. */
export const scalar = z.union([z.string().max(20_000), z.number(), z.boolean()]).transform((value) => (value === true ? 'True' : value === false ? 'False' : String(value)));
