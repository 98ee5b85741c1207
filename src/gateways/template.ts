import type { Message } from './gateway.js';

/** What a template may speak of. */
export const placeholders = ['phone', 'text', 'reference', 'validity', 'validityMinutes', 'validityMilliseconds', 'expiresAt', 'receiptUrl', 'ucs2Hex'] as const;
export type Placeholder = (typeof placeholders)[number];

/** Those that may become a number in JSON. */
const numeric: readonly Placeholder[] = ['phone', 'validity', 'validityMinutes', 'validityMilliseconds'];

/** Values for the placeholders; `phone` as the gateway wants it. */
export type Values = Readonly<Record<Placeholder, string>>;

/** Literal text and placeholders in turn. */
export type Template = readonly (string | { readonly put: Placeholder; readonly as?: 'number' })[];

/**
 * Reads a template: placeholders such as `{phone}` and `{text}` are put in; `{{` and `}}` stand for single braces.
 * @param numbers whether the template may be one placeholder that becomes a number, such as `{validity:number}`
 * @returns the template, or what is wrong with it
 */
export const parseTemplate = (source: string, { numbers = false }: { numbers?: boolean } = {}): Template | { readonly problem: string } => {
  const parts: (string | { put: Placeholder; as?: 'number' })[] = [];
  let literal = '';
  for (const [piece, name, number] of source.matchAll(/\{\{|\}\}|\{(\w*)(:number)?\}|[^{}]+|[{}]/g)) {
    if (piece === '{{' || piece === '}}') literal += piece[0];
    else if (name !== undefined) {
      const put = placeholders.find((known) => known === name);
      if (put === undefined) return { problem: `{${name}} is unknown; there are ${placeholders.map((known) => `{${known}}`).join(', ')}` };
      if (number && (!numbers || piece !== source)) return { problem: `${piece} may only be the whole of a text in JSON` };
      if (number && !numeric.includes(put)) return { problem: `{${put}} is no number` };
      if (literal) parts.push(literal);
      parts.push(number ? { put, as: 'number' } : { put });
      literal = '';
    } else if (piece === '{' || piece === '}') return { problem: 'has a brace without its fellow; {{ and }} stand for the characters themselves' };
    else literal += piece;
  }
  if (literal || parts.length === 0) parts.push(literal);
  return parts;
};

/** Reads a template of options that have passed their schema; a bad one is a bug. */
export const checkedTemplate = (source: string, rules?: { numbers?: boolean }): Template => {
  const parsed = parseTemplate(source, rules);
  if ('problem' in parsed) throw new Error(`template was not checked: ${parsed.problem}`);
  return parsed;
};

/** Writes literal text so that a template means exactly it. */
export const literally = (text: string): string => text.replace(/[{}]/g, (brace) => brace + brace);

/** Puts the values in, in one pass: a value that looks like a placeholder stays what it is. */
export const render = (template: Template, values: Values, escape: (value: string) => string = (value) => value): string =>
  template.map((part) => (typeof part === 'string' ? part : escape(values[part.put]))).join('');

export const uses = (template: Template, placeholder: Placeholder): boolean =>
  template.some((part) => typeof part !== 'string' && part.put === placeholder);

/** What is put in besides the message itself. */
export interface Circumstances {
  readonly now: Date;
  /** Where the provider may send receipts. */
  readonly receiptUrl?: string | undefined;
  /** Range of validities that the provider takes, in seconds. */
  readonly least?: number | undefined;
  readonly most?: number | undefined;
}

/** @param phone the number as the gateway wants it */
export const valuesOf = (message: Message, phone: string, { now, receiptUrl = '', least = 0, most = Infinity }: Circumstances): Values => {
  const text = message.text.reveal();
  const validity = Math.floor(Math.min(Math.max(0, least, message.validity), most));
  return {
    phone,
    text,
    reference: message.reference,
    validity: String(validity),
    validityMinutes: String(Math.max(1, Math.floor(validity / 60))),
    validityMilliseconds: String(validity * 1000),
    expiresAt: `${new Date(now.getTime() + validity * 1000).toISOString().slice(0, 19)}Z`,
    receiptUrl,
    ucs2Hex: Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase(),
  };
};
