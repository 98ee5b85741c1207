import { z } from 'zod';
import { checked, problemOf } from '../checked.js';
import { checkedTemplate, parseTemplate, placeholders, render, uses, type Placeholder, type Template, type Values } from '../template.js';
import { CannotCarry } from './cannotCarry.js';
import { formEncoded, type Encode } from './charset.js';

/** A text with placeholders. */
export const template = checked(z.string().max(10_000), (source) => problemOf(parseTemplate(source)));
const jsonText = checked(z.string().max(10_000), (source) => problemOf(parseTemplate(source, { numbers: true })));

/** A JSON value whose texts are templates; names are literal. */
export type JsonTemplate = string | number | boolean | null | readonly JsonTemplate[] | { readonly [name: string]: JsonTemplate };
const json: z.ZodType<JsonTemplate> = z.lazy(() =>
  z.union([jsonText, z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)], {
    error: 'must be JSON; texts in it may hold placeholders such as {phone} and {text}',
  }),
);
export const jsonObject = z.record(z.string(), json);
export const jsonBody = z.union([jsonObject, z.array(json)], { error: 'must be a JSON object or list; texts in it may hold placeholders such as {phone} and {text}' });

/** A field of a query or a form. A list repeats the name; `json` is sent as JSON text. */
export type Field = string | readonly string[] | { readonly json: JsonTemplate };
export type Fields = Readonly<Record<string, Field>>;
export const fields: z.ZodType<Fields> = z.record(
  z.string().min(1),
  z.union([template, z.array(template), z.strictObject({ json })], { error: 'must be a text, a list of texts, or {"json": …}; texts may hold placeholders such as {phone} and {text}' }),
);

/** A part of a request that was read once and is written for every message. */
export interface Compiled<T> {
  uses(placeholder: Placeholder): boolean;
  /** @throws CannotCarry */
  write(values: Values): T;
}

/** application/x-www-form-urlencoded, in the order in which the fields are given. */
export const compileFields = (given: Fields, encode: Encode): Compiled<string> => {
  const pairs = Object.entries(given).flatMap(([name, field]): { name: string; value: Compiled<string> }[] => {
    if (typeof field === 'string') return [{ name, value: compileText(field) }];
    if (!('json' in field)) return field.map((each) => ({ name, value: compileText(each) }));
    const value = compileJson(field.json);
    return [{ name, value: { uses: value.uses, write: (values) => JSON.stringify(value.write(values)) } }];
  });
  return {
    uses: (placeholder) => pairs.some(({ value }) => value.uses(placeholder)),
    write: (values) => pairs.map(({ name, value }) => `${formEncoded(name, encode)}=${formEncoded(value.write(values), encode)}`).join('&'),
  };
};

/** Names of the fields whose fixed texts the character set cannot write, so that no message ever could be sent. */
export const unwritable = (given: Fields, encode: Encode): string[] => {
  const nothing = Object.fromEntries(placeholders.map((name) => [name, '0'])) as Values;
  return Object.entries(given).filter(([name, field]) => {
    try {
      compileFields({ [name]: field }, encode).write(nothing);
      return false;
    } catch (error) {
      // a template that is none is told of already
      return error instanceof CannotCarry;
    }
  }).map(([name]) => name);
};

const compileText = (source: string): Compiled<string> => {
  const parts = checkedTemplate(source);
  return { uses: (placeholder) => uses(parts, placeholder), write: (values) => render(parts, values) };
};

/** Values go into texts, or become a number where the template says so; whatever they hold, the shape stays. */
export const compileJson = (value: JsonTemplate): Compiled<unknown> => {
  if (typeof value === 'string') return compileJsonText(checkedTemplate(value, { numbers: true }));
  if (Array.isArray(value)) {
    const items = (value as readonly JsonTemplate[]).map(compileJson);
    return { uses: (placeholder) => items.some((item) => item.uses(placeholder)), write: (values) => items.map((item) => item.write(values)) };
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([name, item]) => [name, compileJson(item as JsonTemplate)] as const);
    return {
      uses: (placeholder) => entries.some(([, item]) => item.uses(placeholder)),
      write: (values) => Object.fromEntries(entries.map(([name, item]) => [name, item.write(values)])),
    };
  }
  return { uses: () => false, write: () => value };
};

const compileJsonText = (parts: Template): Compiled<string | number> => {
  const [first] = parts;
  const number = typeof first === 'object' && first.as === 'number';
  return {
    uses: (placeholder) => uses(parts, placeholder),
    write: (values) => {
      const text = render(parts, values);
      if (!number) return text;
      // 15 digits are what every reader of JSON keeps to the last one
      if (!/^(0|[1-9]\d{0,14})$/.test(text)) throw new CannotCarry('the phone number cannot be written as a JSON number');
      return Number(text);
    },
  };
};
