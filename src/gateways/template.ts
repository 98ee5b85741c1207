import type { Message } from './gateway.js';

/** What a template may speak of. */
const placeholders = ['phone', 'text', 'reference', 'validity'] as const;
export type Placeholder = (typeof placeholders)[number];

/** Values for the placeholders; `phone` as the gateway wants it. */
export type Values = Readonly<Record<Placeholder, string>>;

/** Literal text and placeholders in turn. */
export type Template = readonly (string | { readonly put: Placeholder })[];

/**
 * Reads a template: `{phone}`, `{text}`, `{reference}` and `{validity}` (seconds that the code still lives) are put in; `{{` and `}}`
 * stand for single braces.
 * @returns the template, or what is wrong with it
 */
export const parseTemplate = (source: string): Template | { readonly problem: string } => {
  const parts: (string | { put: Placeholder })[] = [];
  let literal = '';
  for (const [piece, name] of source.matchAll(/\{\{|\}\}|\{(\w*)\}|[^{}]+|[{}]/g)) {
    if (piece === '{{' || piece === '}}') literal += piece[0];
    else if (name !== undefined) {
      if (!placeholders.includes(name as Placeholder)) return { problem: `{${name}} is unknown; there are ${placeholders.map((known) => `{${known}}`).join(', ')}` };
      if (literal) parts.push(literal);
      parts.push({ put: name as Placeholder });
      literal = '';
    } else if (piece === '{' || piece === '}') return { problem: 'has a brace without its fellow; {{ and }} stand for the characters themselves' };
    else literal += piece;
  }
  if (literal || parts.length === 0) parts.push(literal);
  return parts;
};

/** Writes literal text so that a template means exactly it. */
export const literally = (text: string): string => text.replace(/[{}]/g, (brace) => brace + brace);

/** Puts the values in, in one pass: a value that looks like a placeholder stays what it is. */
export const render = (template: Template, values: Values, escape: (value: string) => string = (value) => value): string =>
  template.map((part) => (typeof part === 'string' ? part : escape(values[part.put]))).join('');

export const uses = (template: Template, placeholder: Placeholder): boolean =>
  template.some((part) => typeof part !== 'string' && part.put === placeholder);

export const valuesOf = (message: Message, phone: string): Values =>
  ({ phone, text: message.text.reveal(), reference: message.reference, validity: String(Math.max(0, Math.floor(message.validity))) });
