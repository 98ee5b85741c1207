import type { Append } from './appendable.js';
import type { AppendResult } from './port.js';

/** Where an event id was found. */
export interface Found {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly recordedAt: string;
}

/**
 * The answer to an append whose ids are known: what the first one was told.
 *
 * @param found where each of the ids lies, undefined for an id that is new
 * @returns undefined when all ids are new
 * @throws Error when the ids are not those of one earlier append: two different things were given the same id
 */
export const firstAnswer = ({ stream, records }: Append, found: readonly (Found | undefined)[]): Extract<AppendResult, { kind: 'appended' }> | undefined => {
  if (found.every((one) => one === undefined)) return undefined;
  const first = found[0];
  const isInPlace = (one: Found | undefined, index: number): boolean => one?.stream === stream && one.revision === (first?.revision ?? NaN) + index;
  const known = found.findIndex((one, index) => one !== undefined && !isInPlace(one, index));
  if (known >= 0) throw new Error(`event id ${records[known]!.id} for ${stream} is taken by another append`);
  const fresh = found.indexOf(undefined);
  if (fresh >= 0) throw new Error(`event id ${records[fresh]!.id} for ${stream} was not in the append that is repeated`);
  const { revision, position, recordedAt } = found.at(-1)!;
  return { kind: 'appended', revision, position, recordedAt };
};
