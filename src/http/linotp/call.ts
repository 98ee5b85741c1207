import type { Context } from '../../commands/context.js';
import type { Session } from '../../security/sessions.js';
import type { HttpDependencies } from '../dependencies.js';
import type { Parameters } from './parameters.js';
import type { Reply } from './reply.js';

/** What every action gets: the service, and one request. */
export interface Call extends Pick<HttpDependencies, 'application' | 'gatewayKinds' | 'sessions' | 'log'> {
  readonly parameters: Parameters;
  /** A new one for every command: what a command writes is known by the command's id, and a second time is taken for a repeat. */
  context(): Context;
  /** Of the administrator; there is one wherever an action asks for it. */
  readonly session?: Session;
  /** Whether the request came by TLS. */
  readonly secure: boolean;
}

/** One action of a controller, such as `check` of `/validate`. */
export type Action = (call: Call) => Promise<Reply>;
