import { literally } from '../template.js';
import type { PresetJson } from './preset.js';

/** Parameters by name; undefined for one that was not given. */
export type Given = ReadonlyMap<string, string | undefined>;

/**
 * Puts parameters into a text, in one pass, so that what a parameter holds is never read again. What is not a parameter, such as
 * `{phone}`, stays.
 * @param escape for the place where the text stands
 * @returns undefined for a text that speaks of a parameter that was not given
 */
export const filledText = (text: string, given: Given, escape: (value: string) => string): string | undefined => {
  const parts = text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : given.has(part) ? mapped(given.get(part), escape) : `{${part}}`));
  return parts.includes(undefined) ? undefined : parts.join('');
};

/** The same in all texts of a template of the HTTP gateway. Fields and lists of which nothing is left are left out, too. */
export const filled = (template: PresetJson, given: Given): PresetJson | undefined => {
  if (typeof template === 'string') return filledText(template, given, literally);
  if (typeof template !== 'object') return template;
  if (Array.isArray(template)) {
    const items = (template as readonly PresetJson[]).map((item) => filled(item, given)).filter((item) => item !== undefined);
    return items.length === 0 && template.length > 0 ? undefined : items;
  }
  const entries = Object.entries(template).map(([name, item]) => [name, filled(item as PresetJson, given)] as const).filter(([, item]) => item !== undefined);
  return entries.length === 0 && Object.keys(template).length > 0 ? undefined : (Object.fromEntries(entries) as PresetJson);
};

const mapped = (value: string | undefined, escape: (value: string) => string): string | undefined => (value === undefined ? undefined : escape(value));
