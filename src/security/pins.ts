import { hash as argon2, verify as argon2Verify } from '@node-rs/argon2';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Pins } from '../commands/ports.js';
import type { Secret } from './secret.js';
import { Turnstile } from './turnstile.js';

/** What one hash costs. */
export interface PinCost {
  /** KiB */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

/** OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB, two passes, one lane. */
export const owaspCost: PinCost = { memory: 19_456, passes: 2, lanes: 1 };

export interface PinParts {
  /** 32 bytes, of the master key: without it not even a short PIN can be guessed from its hash. */
  readonly pepper: Uint8Array;
  readonly cost?: PinCost;
  /** How many hashes are computed at a time. They use the threads of libuv, of which one is left to everybody else. */
  readonly concurrent?: number;
  /** How many may wait; at 20 ms each they wait for seconds. */
  readonly queue?: number;
  /** How many right PINs are remembered, and for how many milliseconds. */
  readonly remembered?: number;
  readonly rememberedFor?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly clock?: () => number;
}

/** The default number of threads of libuv. */
const threads = 4;
/** Characters. */
const longest = 512;

/**
 * PIN and password hashing: Argon2id with the pepper as its secret parameter K (RFC 9106, section 3.1), which is made for it;
 * a MAC in front would be a construction of our own.
 *
 * PINs are brought to NFC (RFC 8265, OpaqueString), since keyboards differ in how they write one and the same letter.
 * All methods throw `Overloaded` when too many wait already, also for a PIN that is remembered: where there is no room to pay for a wrong
 * guess, a right one must not be told from it for nothing.
 */
export const argonPins = ({
  pepper,
  cost = owaspCost,
  concurrent = Math.max(1, Math.min(availableParallelism(), threads - 1)),
  queue = 200,
  remembered = 10_000,
  rememberedFor = 300_000,
  clock = () => performance.now(),
}: PinParts): Pins => {
  const turnstile = new Turnstile('a PIN to be checked', concurrent, queue);
  const options = { memoryCost: cost.memory, timeCost: cost.passes, parallelism: cost.lanes, secret: Uint8Array.from(pepper) };
  const nobody = hashOfNobody(cost);
  // dies with the process: what is remembered says nothing to whoever reads the memory later
  const memoryKey = randomBytes(32);
  const rightOnes = new Map<string, number>();

  const mark = (hash: string, pin: Secret): string => createHmac('sha256', memoryKey).update(`${hash}\0`).update(input(pin)).digest('base64');

  const remember = (marked: string): void => {
    rightOnes.delete(marked);
    rightOnes.set(marked, clock() + rememberedFor);
    for (const [oldest, until] of rightOnes) {
      if (rightOnes.size <= remembered && until > clock()) break;
      rightOnes.delete(oldest);
    }
  };

  const isRemembered = (marked: string): boolean => (rightOnes.get(marked) ?? -Infinity) > clock();

  /** Place of the right one, where each that is looked at before it is paid for. */
  const compute = async (hash: string | undefined, candidates: readonly Secret[]): Promise<number> => {
    for (const [place, pin] of candidates.entries()) {
      const right = await argon2Verify(hash ?? nobody, input(pin), options);
      if (!right || hash === undefined) continue;
      remember(mark(hash, pin));
      return place;
    }
    return -1;
  };

  const find: Pins['find'] = (hash, candidates) =>
    turnstile.run(() => compute(hash, candidates), () => {
      const place = hash === undefined ? -1 : candidates.findIndex((pin) => isRemembered(mark(hash, pin)));
      return place < 0 ? undefined : place;
    });

  return {
    hash: (pin) => turnstile.run(() => argon2(input(pin), options)),
    find,
    verify: async (hash, pin) => (await find(hash, [pin])) === 0,
  };
};

/** What is hashed: the PIN in NFC; one that is absurdly long goes in as its digest, so that no PIN costs more than another. */
const input = (pin: Secret): string => {
  const text = pin.reveal().normalize('NFC');
  return text.length <= longest ? text : createHash('sha512').update(text, 'utf8').digest('base64');
};

/** A hash that no PIN has, for users that do not exist; to check a PIN against it takes as long as against any other. */
const hashOfNobody = ({ memory, passes, lanes }: PinCost): string => {
  const [salt, digest] = [16, 32].map((length) => randomBytes(length).toString('base64').replaceAll('=', ''));
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${salt}$${digest}`;
};
