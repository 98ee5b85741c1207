import { XMLValidator } from 'fast-xml-parser';
import { parseTemplate, render, type Template, type Values } from '../template.js';
import { CannotCarry } from './cannotCarry.js';

/**
 * Reads an XML body with placeholders. They may stand in text and in attributes only, where what is put in cannot become markup.
 * @returns the template, or what is wrong with it
 */
export const parseXml = (source: string): Template | { readonly problem: string } => {
  const template = parseTemplate(source);
  if ('problem' in template) return template;
  const declaration = /^\s*<\?xml\s[^?]*\?>/.exec(source)?.[0] ?? '';
  if (/<[!?]/.test(source.slice(declaration.length))) return { problem: 'may hold elements and text only: no comment, CDATA, document type or processing instruction' };
  if (/encoding\s*=\s*["'](?!utf-8["'])/i.test(declaration)) return { problem: 'is sent as UTF-8, and cannot declare another encoding' };
  // a value of two words is well-formed in text and in quotes, and nowhere else
  const sample = template.map((part) => (typeof part === 'string' ? part : 'two words')).join('').trim();
  return XMLValidator.validate(sample) === true ? template : { problem: 'is not well-formed XML with placeholders in texts and attributes' };
};

export const renderXml = (template: Template, values: Values): string => render(template, values, escaped);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** XML 1.0, 2.2 and 2.4; white space is written by its code, for an attribute would turn it into a space. */
const escaped = (value: string): string => {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(value)) throw new CannotCarry('the message holds a character that XML cannot carry');
  return value.replace(/[&<>"'\t\n\r]/g, (character) => entities[character] ?? `&#${character.charCodeAt(0)};`);
};
