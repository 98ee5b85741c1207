import type { Callback } from '../gateway.js';
import { valuesAt } from '../pointer.js';

/** What a callback holds. */
export interface Content {
  /** The JSON body, where it is one. */
  readonly json?: unknown;
  /** Fields of query and form; of a name that comes twice, the first. */
  readonly fields: ReadonlyMap<string, string>;
}

/** The fields of a form body, in their order; none for any other body. */
export const formOf = ({ headers, body }: Callback): [string, string][] =>
  /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '') ? [...new URLSearchParams(body.toString())] : [];

/** @returns undefined for a body that calls itself JSON and is none */
export const contentOf = (callback: Callback): Content | undefined => {
  const fields = new Map([...callback.query, ...formOf(callback)].reverse());
  if (callback.body.length === 0 || !/^[\w.+-]+\/(?:[\w.+-]+\+)?json\b/i.test(callback.headers['content-type'] ?? '')) return { fields };
  try {
    return { fields, json: JSON.parse(callback.body.toString()) as unknown };
  } catch {
    return undefined;
  }
};

/** The text at a place: behind a pointer, or the field of that name in the object, the query or the form. */
export const textAt = (place: string, object: unknown, fields: Content['fields']): string | undefined => {
  const named = place.startsWith('/') ? valuesAt(object, place)[0]
    : object !== null && typeof object === 'object' && Object.hasOwn(object, place) ? (object as Record<string, unknown>)[place]
      : fields.get(place);
  // a number that JavaScript cannot hold to the last digit would be another one
  return typeof named === 'string' || Number.isSafeInteger(named) ? String(named) : undefined;
};
