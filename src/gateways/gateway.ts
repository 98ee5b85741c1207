import type { z } from 'zod';
import type { Secret } from '../security/secret.js';
import type { OldForm } from './definition.js';

/** A message that is to leave. */
export interface Message {
  /** Number as it is stored; a gateway normalises it as its options say. */
  readonly to: string;
  /** Whole text; holds the code, hence secret. */
  readonly text: Secret;
  /** Our id of this message, the same for every repeat of it. */
  readonly reference: string;
  /** How long the code still lives, in seconds; passed on where the gateway takes a validity. */
  readonly validity: number;
}

/** The three ways a send can fail differ in what may be done next; see docs/gateways.md. */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly messageId?: string }
  /** The gateway said no. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /** It was not reached, or says itself that it cannot serve now; nothing was sent. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** It was reached, but what it did is not known. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** An open gateway. It knows nothing of events, tokens or challenges. */
export interface Gateway {
  /** Never throws and answers within its own time-out; `reason` never holds number, text or password. */
  send(message: Message): Promise<SendOutcome>;
  /** Lets messages that are on their way finish, then lets go of everything. */
  close(): Promise<void>;
}

/** One fault of a configuration: the key, and what is wrong with it. */
export interface Fault {
  readonly key: string;
  readonly problem: string;
}

/** A kind of gateway: how its options are checked and how it is opened. */
export interface GatewayKind<Options = unknown> {
  readonly kind: string;
  /** One line for operators. */
  readonly description: string;
  /** Checks the options in our own words. */
  readonly schema: z.ZodType<Options>;
  /** How the old servers wrote such a gateway down. */
  readonly forms: readonly OldForm[];
  /** Longest time in milliseconds that a send may take, for leases. */
  timeout(options: Options): number;
  /** How many messages it takes at once; 20 where nothing is said. */
  concurrency?(options: Options): number;
  open(name: string, options: Options): Gateway;
}
