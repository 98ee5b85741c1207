import type { z } from 'zod';
import type { Context } from '../../commands/context.js';
import type { HttpDependencies } from '../dependencies.js';
import type { Caller } from './caller.js';
import type { Answer } from './envelope.js';

/** Who may call: whoever likes, whoever has signed in, administrators. */
export type Access = 'anyone' | 'holder' | 'administrator';

export interface Call<Parameters> {
  readonly parameters: Parameters;
  readonly caller: Caller;
  /** Envelope of what one command brings about; every command needs its own. */
  readonly context: () => Context;
}

/** One method of one path. Parts of the path are parameters like any other. */
export interface Route<Parameters = unknown> {
  readonly methods: readonly ('GET' | 'POST' | 'DELETE')[];
  readonly path: string;
  readonly access: Access;
  /** What is said when nobody has signed in differs; see `missingHeader`. */
  readonly missingDetail?: Readonly<Record<string, never>>;
  readonly parameters: z.ZodType<Parameters>;
  readonly answer: (call: Call<Parameters>, deps: HttpDependencies) => Promise<Answer>;
}

/** Ties the types of a route together and then forgets them, so that routes fit into one list. */
export const route = <Parameters>(definition: Route<Parameters>): Route => definition as unknown as Route;
