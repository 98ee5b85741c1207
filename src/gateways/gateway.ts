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
  /** The gateway said no, or this message cannot go this way whenever it is tried; it says nothing about the next message. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /** It was not reached, or says itself that it cannot serve now; nothing was sent. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** It was reached, but what it did is not known. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** What became of a message after a gateway took it. It tells of the message by the gateway's id or by our reference; one of them is there. */
export interface Receipt {
  readonly messageId?: string;
  readonly reference?: string;
  /** `pending`: it is still on its way; nothing is written down. */
  readonly state: 'delivered' | 'undelivered' | 'pending';
  /** The gateway's own word or number for it, without number, text or secret. */
  readonly detail?: string;
}

/** What a gateway may call back into. */
export interface Surroundings {
  /**
   * Takes a receipt that the gateway heard by itself (SMPP, modem). Resolves when it is written down, so that it may be acknowledged.
   * @returns false for a message that nobody knows
   */
  receipt(receipt: Receipt): Promise<boolean>;
  /** Something that an operator should see in the log: a line that dropped, a modem that was unplugged. No secret, no number. */
  warn(problem: string): void;
}

/** A request that a provider makes to us, to tell what became of messages. */
export interface Callback {
  readonly method: string;
  /** Path and query as they were called, without the secret. */
  readonly target: string;
  /** Last piece of the path, where one was called. */
  readonly secret?: Secret;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: readonly (readonly [string, string])[];
  /** As it came; signatures are over the bytes. */
  readonly body: Buffer;
  readonly now: Date;
}

export type ReadCallback =
  | { readonly kind: 'receipts'; readonly receipts: readonly Receipt[] }
  /** Neither secret nor signature is right; nothing of it may be believed. */
  | { readonly kind: 'unauthentic' }
  | { readonly kind: 'malformed'; readonly problem: string };

/** How a gateway with a line of its own stands. */
export interface GatewayStatus {
  readonly state: 'up' | 'down';
  /** For operators, in words: signal, network, time of the last fault. No secret, no number. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** An open gateway. It knows nothing of events, tokens or challenges. */
export interface Gateway {
  /** Never throws and answers within its own time-out; `reason` never holds number, text or password. */
  send(message: Message): Promise<SendOutcome>;
  /** Reads a provider's receipts; absent where the kind or the definition has none. */
  receive?(callback: Callback): ReadCallback;
  /** Asks how the line stands; absent for gateways that have none between messages. */
  status?(): Promise<GatewayStatus>;
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
  /** Whether it has to be open to hear receipts, and is therefore opened at the start and not with the first message. */
  listens?(options: Options): boolean;
  open(name: string, options: Options, surroundings: Surroundings): Gateway;
}
