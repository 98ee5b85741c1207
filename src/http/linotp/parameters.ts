import type { Request } from 'express';
import { readBody, type RequestBody } from '../body.js';

/** What a request asks for, by name. A name that was given twice keeps its first value. */
export class Parameters {
  constructor(private readonly values: ReadonlyMap<string, readonly string[]>) {}

  /** Undefined when it was not given at all; LinOTP tells that from an empty value. */
  get(name: string): string | undefined {
    return this.values.get(name)?.[0];
  }

  /** An empty value counts as none. */
  filled(name: string): string | undefined {
    return this.get(name) || undefined;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** The values of `name[]`, or the one of `name`. */
  list(name: string): readonly string[] {
    return this.values.get(`${name}[]`) ?? this.values.get(name)?.slice(0, 1) ?? [];
  }

  entries(): [string, string][] {
    return [...this.values].map(([name, values]) => [name, values[0]!]);
  }

  /** For the few actions that do not mind the case of names. */
  inLowerCase(): Parameters {
    return collected(this.entries().map(([name, value]) => [name.toLowerCase(), value]));
  }
}

export type ParametersResult =
  | { readonly kind: 'read'; readonly parameters: Parameters }
  | { readonly kind: 'malformed' | 'too-large'; readonly message: string };

export const readParameters = async (request: Request): Promise<ParametersResult> => {
  const result = await readBody(request);
  if (result.kind !== 'read') return result;
  const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '';
  return { kind: 'read', parameters: mergeParameters([...new URLSearchParams(query)], result.body) };
};

/** A JSON object is everything that was asked for; else the query wins over the form, as in LinOTP. */
export const mergeParameters = (query: readonly (readonly [string, string])[], body: RequestBody): Parameters => {
  if (body.kind === 'json') return collected(fieldsOf(body.json));
  const inQuery = new Set(query.map(([name]) => name));
  return collected([...query, ...body.fields.filter(([name]) => !inQuery.has(name))]);
};

const collected = (fields: readonly (readonly [string, string])[]): Parameters => {
  const values = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const earlier = values.get(name);
    // a list may have tens of thousands of entries: it must not be copied for each
    if (earlier) earlier.push(value);
    else values.set(name, [value]);
  }
  return new Parameters(values);
};

/** Texts, numbers and booleans as text; what has no form on the wire of a form is passed over. */
const fieldsOf = (json: unknown): [string, string][] => {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return [];
  return Object.entries(json).flatMap(([name, value]): [string, string][] => {
    if (Array.isArray(value)) return value.filter(isScalar).map((item) => [name.endsWith('[]') ? name : `${name}[]`, String(item)]);
    return isScalar(value) ? [[name, String(value)]] : [];
  });
};

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
