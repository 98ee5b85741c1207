import { circuitBreaker, type Breaker } from './breaker.js';
import type { Definition } from './definition.js';
import type { Callback, Gateway, GatewayStatus, Message, ReadCallback, SendOutcome, Surroundings } from './gateway.js';
import { standing, turnedAway, type Standing } from './standing.js';
import type { ReadDefinition, Registry } from './registry.js';
import { takingTurns, type Turn, type Turns } from './turns.js';

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
  /** Sends even where the gateway is passed over: an operator wants to know how it stands now. */
  try(definition: StoredDefinition, message: Message): Promise<SendOutcome>;
  /** A definition that is new or has changed: opened where it has to hear receipts; one that is open in an older form is closed. */
  announce(definition: StoredDefinition): void;
  /** What a provider tells; undefined where this gateway is told nothing. */
  receive(definition: StoredDefinition, callback: Callback): ReadCallback | undefined;
  /** How it stands. Asks the line where the gateway has one, and opens it for that. */
  status(definition: StoredDefinition): Promise<Standing>;
  /** Longest time in milliseconds from `send` to its answer, waiting included; for leases. */
  timeout(definition: StoredDefinition): number;
  /** The definition was removed: what is on its way ends, then the gateway is closed. */
  forget(name: string): Promise<void>;
  close(): Promise<void>;
}

/** One gateway that is open, or the reason why it cannot be. */
type Open = { readonly revision: number } & ({ readonly problem: string } | {
  readonly read: ReadDefinition;
  readonly gateway: Gateway;
  readonly turns: Turns;
  readonly breaker: Breaker;
});

/** Milliseconds that the lease of a gateway without usable options lasts; nothing is sent meanwhile. */
const nothingToWaitFor = 1_000;

/** Time as gateways see it. */
export interface Clock {
  /** Milliseconds of a clock that is never set back. */
  elapsed(): number;
  now(): Date;
}

/**
 * The gateways that are in use. Each takes a bounded number of messages at once, as its limits, its kind or its options say; a bounded number
 * more waits, for no longer than one send may take. So a gateway that hangs costs its own messages and nothing else, and one that fails again and
 * again is passed over for a while.
 *
 * @param mostWaiting messages that may wait for one gateway
 * @param report is told of a gateway that threw, which is a bug in its kind
 * @param surroundings what the gateway of a name may call back into
 */
export const openGateways = (
  registry: Registry,
  { mostWaiting = 500, report = () => undefined, surroundings = () => alone, clock = usualClock }: {
    mostWaiting?: number; report?: (name: string, error: unknown) => void; surroundings?: (name: string) => Surroundings; clock?: Clock;
  } = {},
): OpenGateways => {
  const gateways = new Map<string, Open>();
  const removed = new Map<string, number>();
  const closing = new Set<Promise<void>>();
  let closed = false;

  const opened = (definition: StoredDefinition): Open => {
    if (closed) return { revision: definition.revision, problem: stopped.reason };
    if (definition.revision <= (removed.get(definition.name) ?? -1)) return { revision: definition.revision, problem: gone.reason };
    const current = gateways.get(definition.name);
    // a reader that lags behind may still come with an older revision
    if (current && current.revision >= definition.revision) return current;
    if (current) void retire(definition.name, current, 'again');
    const open = openOne(definition);
    gateways.set(definition.name, open);
    return open;
  };

  const openOne = (definition: StoredDefinition): Open => {
    const { name, revision } = definition;
    const read = registry.parseDefinition(definition);
    if ('faults' in read) return { revision, problem: `the definition is not usable: ${read.faults.map(({ key, problem }) => `${key} ${problem}`).join('; ')}` };
    try {
      return {
        revision, read, gateway: read.open(name, surroundings(name)),
        turns: takingTurns({ ...read.limits, longestWait: read.timeout, mostWaiting }, clock.elapsed),
        breaker: circuitBreaker(read.limits.breaker, clock.elapsed),
      };
    } catch (error) {
      report(name, error);
      return { revision, problem: 'the gateway could not be opened' };
    }
  };

  const retire = (name: string, open: Open, turn: Turn): Promise<void> => {
    if ('problem' in open) return Promise.resolve();
    open.turns.dismiss(turn);
    const done = open.gateway.close().catch((error: unknown) => report(name, error)).finally(() => closing.delete(done));
    closing.add(done);
    return done;
  };

  const send = async (definition: StoredDefinition, message: Message, whateverComes: boolean): Promise<SendOutcome> => {
    const open = opened(definition);
    if ('problem' in open) return { kind: 'unavailable', reason: open.problem };
    const { turns, breaker, gateway } = open;
    const shut = whateverComes ? undefined : breaker.shut();
    if (shut) return { kind: 'unavailable', reason: turnedAway(shut, clock.now()) };
    const turn = await turns.take();
    if (turn === 'again') return send(definition, message, whateverComes);
    if (turn !== 'go') return { kind: 'unavailable', reason: turn.reason };
    try {
      // it may have been closed between the turn and now
      if (gateways.get(definition.name) !== open) return await send(definition, message, whateverComes);
      const passed = whateverComes ? 'go' : breaker.pass();
      if (typeof passed === 'object') return { kind: 'unavailable', reason: turnedAway(passed, clock.now()) };
      const outcome = await attempt(definition.name, gateway, message);
      breaker.settle(outcome.kind, passed);
      return outcome;
    } finally {
      turns.leave();
    }
  };

  const attempt = async (name: string, gateway: Gateway, message: Message): Promise<SendOutcome> => {
    try {
      return await gateway.send(message);
    } catch (error) {
      report(name, error);
      return { kind: 'unknown', reason: 'the gateway failed in a way that is not known' };
    }
  };

  return {
    send: (definition, message) => send(definition, message, false),
    try: (definition, message) => send(definition, message, true),
    announce: (definition) => {
      const current = gateways.get(definition.name);
      const read = registry.parseDefinition(definition);
      if (!('faults' in read) && read.listens) opened(definition);
      else if (current && current.revision < definition.revision) {
        gateways.delete(definition.name);
        void retire(definition.name, current, 'again');
      }
    },
    receive: (definition, callback) => {
      const open = opened(definition);
      if ('problem' in open) return undefined;
      try {
        return open.gateway.receive?.(callback);
      } catch (error) {
        report(definition.name, error);
        return { kind: 'malformed', problem: 'it could not be read' };
      }
    },
    status: async (definition) => {
      const open = opened(definition);
      if ('problem' in open) return { state: 'unusable', problem: open.problem };
      const line = await open.gateway.status?.().catch((error: unknown): GatewayStatus => {
        report(definition.name, error);
        return { state: 'down', details: {} };
      });
      return standing(open.breaker.state(), open.turns, line, clock.now());
    },
    timeout: (definition) => {
      const open = opened(definition);
      return 'problem' in open ? nothingToWaitFor : 2 * open.read.timeout;
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

const usualClock: Clock = { elapsed: () => performance.now(), now: () => new Date() };

/** Nobody listens. */
const alone: Surroundings = { receipt: async () => false, warn: () => undefined };

const stopped = { reason: 'the service is being stopped' };
const gone = { reason: 'the gateway was removed' };
