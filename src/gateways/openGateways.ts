import type { Definition } from './definition.js';
import type { Gateway, Message, SendOutcome, Surroundings } from './gateway.js';
import type { ReadDefinition, Registry } from './registry.js';

/** A definition as it is stored. */
export interface StoredDefinition extends Definition {
  readonly name: string;
  /** Grows with every change, also when the name is defined again after it was removed. */
  readonly revision: number;
}

export interface OpenGateways {
  /**
   * Sends through the gateway of this definition, which is opened when the first message comes and opened anew when the definition
   * has changed. Never throws; a definition that cannot be opened is `unavailable`.
   */
  send(definition: StoredDefinition, message: Message): Promise<SendOutcome>;
  /** Longest time in milliseconds from `send` to its answer, waiting included; for leases. */
  timeout(definition: StoredDefinition): number;
  /** The definition was removed: what is on its way ends, then the gateway is closed. */
  forget(name: string): Promise<void>;
  close(): Promise<void>;
}

/** One gateway that is open, or the reason why it cannot be. */
interface Open {
  readonly revision: number;
  readonly read: ReadDefinition | { readonly problem: string };
  readonly gateway?: Gateway;
  /** Messages that the gateway has now. */
  busy: number;
  readonly waiting: ((turn: Turn) => void)[];
}

/** `again`: the definition has changed meanwhile. Anything else but `go` is the reason why it is never this message's turn. */
type Turn = 'go' | 'again' | { readonly reason: string };

/** Milliseconds that the lease of a gateway without usable options lasts; nothing is sent meanwhile. */
const nothingToWaitFor = 1_000;

/**
 * The gateways that are in use. Each takes a bounded number of messages at once, as its kind or its options say; a bounded number more
 * waits, for no longer than one send may take. So a gateway that hangs costs its own messages and nothing else.
 *
 * @param mostWaiting messages that may wait for one gateway
 * @param report is told of a gateway that threw, which is a bug in its kind
 * @param surroundings what the gateway of a name may call back into
 */
export const openGateways = (
  registry: Registry,
  { mostWaiting = 500, report = () => undefined, surroundings = () => alone }: {
    mostWaiting?: number; report?: (name: string, error: unknown) => void; surroundings?: (name: string) => Surroundings;
  } = {},
): OpenGateways => {
  const gateways = new Map<string, Open>();
  const removed = new Map<string, number>();
  const closing = new Set<Promise<void>>();
  let closed = false;

  const opened = (definition: StoredDefinition): Open => {
    const current = gateways.get(definition.name);
    // a reader that lags behind may still come with an older revision
    if (current && current.revision >= definition.revision) return current;
    if (current) void retire(definition.name, current, 'again');
    const open = openOne(registry, definition, report, surroundings);
    gateways.set(definition.name, open);
    return open;
  };

  const retire = (name: string, { gateway, waiting }: Open, turn: Turn): Promise<void> => {
    for (const waiter of waiting.splice(0)) waiter(turn);
    const done = (gateway?.close() ?? Promise.resolve()).catch((error: unknown) => report(name, error)).finally(() => closing.delete(done));
    closing.add(done);
    return done;
  };

  const send = async (definition: StoredDefinition, message: Message): Promise<SendOutcome> => {
    if (closed) return { kind: 'unavailable', reason: stopped.reason };
    if (definition.revision <= (removed.get(definition.name) ?? -1)) return { kind: 'unavailable', reason: gone.reason };
    const open = opened(definition);
    if ('problem' in open.read || !open.gateway) return { kind: 'unavailable', reason: 'problem' in open.read ? open.read.problem : 'the gateway could not be opened' };
    const turn = await waitForTurn(open, open.read, mostWaiting);
    if (turn === 'again') return send(definition, message);
    if (turn !== 'go') return { kind: 'unavailable', reason: turn.reason };
    try {
      // it may have been closed between the turn and now
      if (gateways.get(definition.name) !== open) return await send(definition, message);
      return await open.gateway.send(message);
    } catch (error) {
      report(definition.name, error);
      return { kind: 'unknown', reason: 'the gateway failed in a way that is not known' };
    } finally {
      open.busy -= 1;
      open.waiting.shift()?.('go');
    }
  };

  return {
    send,
    timeout: (definition) => {
      const { read } = opened(definition);
      return 'problem' in read ? nothingToWaitFor : 2 * read.timeout;
    },
    forget: async (name) => {
      const open = gateways.get(name);
      gateways.delete(name);
      if (!open) return;
      removed.set(name, open.revision);
      await retire(name, open, gone);
    },
    close: async () => {
      closed = true;
      for (const [name, open] of gateways) void retire(name, open, stopped);
      gateways.clear();
      await Promise.all(closing);
    },
  };
};

/** Nobody listens. */
const alone: Surroundings = { receipt: async () => false, warn: () => undefined };

const stopped = { reason: 'the service is being stopped' };
const gone = { reason: 'the gateway was removed' };

const openOne = (registry: Registry, definition: StoredDefinition, report: (name: string, error: unknown) => void, surroundings: (name: string) => Surroundings): Open => {
  const { name, revision } = definition;
  const read = registry.parseDefinition(definition);
  const idle = { revision, busy: 0, waiting: [] };
  if ('faults' in read) {
    return { ...idle, read: { problem: `the definition is not usable: ${read.faults.map(({ key, problem }) => `${key} ${problem}`).join('; ')}` } };
  }
  try {
    return { ...idle, read, gateway: read.open(name, surroundings(name)) };
  } catch (error) {
    report(name, error);
    return { ...idle, read: { problem: 'the gateway could not be opened' } };
  }
};

/** Takes one of the gateway's places, now or when one becomes free; first come, first served. */
const waitForTurn = async (open: Open, { concurrency, timeout }: ReadDefinition, mostWaiting: number): Promise<Turn> => {
  if (open.busy < concurrency && open.waiting.length === 0) {
    open.busy += 1;
    return 'go';
  }
  if (open.waiting.length >= mostWaiting) return { reason: 'too many messages wait for this gateway' };
  return new Promise((resolve) => {
    const waiter = (turn: Turn): void => {
      clearTimeout(timer);
      if (turn === 'go') open.busy += 1;
      resolve(turn);
    };
    const timer = setTimeout(() => {
      open.waiting.splice(open.waiting.indexOf(waiter), 1);
      resolve({ reason: 'the gateway was busy for too long' });
    }, timeout);
    open.waiting.push(waiter);
  });
};
