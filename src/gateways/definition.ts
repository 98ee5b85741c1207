import type { Fault } from './gateway.js';

/**
 * A gateway as somebody wrote it down: by its kind, in our own words, or by a class name of one of the old servers, in theirs.
 * It is kept as it was written, so that it can be shown to its writer again; it is read anew whenever it is opened.
 */
export interface Definition {
  readonly kind?: string;
  /** Class name of an old server; decides in whose words the options are. */
  readonly module?: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Headers where they are kept apart from the options, as privacyIDEA does. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Names that were marked as secret by hand; most are known by their name. */
  readonly secrets?: { readonly options?: readonly string[]; readonly headers?: readonly string[] };
  /** What may be asked of it, whatever its kind: see limits.ts. */
  readonly limits?: Readonly<Record<string, unknown>>;
}

/** An old server's way to write one kind of gateway down. */
export interface OldForm {
  /** Class names that mean this kind in this form. */
  readonly modules: readonly string[];
  /** Turns the old words into ours. What it gives still has to pass the kind's schema. */
  read(definition: Definition): Reading;
}

export interface Reading {
  readonly options: Readonly<Record<string, unknown>>;
  /** Our path to the key that the writer knows, so that a fault speaks of `RETURN_SUCCESS` and not of `success.startsWith`. */
  readonly keys: Readonly<Record<string, string>>;
  readonly faults: readonly Fault[];
  /** Keys that mean nothing here; the old servers passed over them too. */
  readonly ignored: readonly string[];
}

/** The key that the writer of the configuration knows, for a path in our own words. */
export const writtenKey = (path: string, keys: Readonly<Record<string, string>>): string => {
  const known = Object.keys(keys).filter((ours) => path === ours || path.startsWith(`${ours}.`)).sort((a, b) => b.length - a.length)[0];
  return known === undefined ? path : `${keys[known]}${path.slice(known.length)}`;
};
