import type { z } from 'zod';
import type { Context } from '../../commands/context.js';
import type { Caller } from './caller.js';
import type { Problem } from './problem.js';

/** Who may call: whoever likes, administrators and their API keys, or administrators who signed in themselves. */
export type Access = 'anyone' | 'administrator' | 'session';

interface Call<Path, Query, Body> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** The envelope of whatever the call brings about. */
  readonly context: Context;
}

export interface Answer<Body> {
  readonly kind: 'answer';
  readonly body: Body;
  readonly headers?: Readonly<Record<string, string>>;
}

export const answer = <Body>(body: Body, headers: Readonly<Record<string, string>> = {}): Answer<Body> => ({ kind: 'answer', body, headers });

/** The answer without a body: 204. */
export const nothing: Answer<undefined> = { kind: 'answer', body: undefined };

/** One method of one path: its documentation, its checks, and what it does. The OpenAPI document is made from it. */
export interface Endpoint<Path = unknown, Query = unknown, Body = unknown, Result = unknown> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below /v1, parameters as in `/tokens/{serial}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** A path that does not fit is a place that does not exist. */
  readonly parameters?: z.ZodType<Path>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** Status of a good answer; 204 has no body. */
  readonly status: 200 | 201 | 204;
  readonly result?: z.ZodType<Result>;
  readonly handle: (call: Call<Path, Query, Body>) => Promise<Answer<Result> | Problem>;
}

/** Ties the types of an endpoint together and then forgets them, so that endpoints fit into one list. */
export const endpoint = <Path = undefined, Query = undefined, Body = undefined, Result = undefined>(definition: Endpoint<Path, Query, Body, Result>): Endpoint =>
  definition as unknown as Endpoint;
