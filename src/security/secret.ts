import { inspect } from 'node:util';
import { constantTimeEqual } from './constantTime.js';

/**
 * A value that must not be seen: code, PIN, seed, password, key. Whoever prints, logs, serialises or interpolates it gets `***`;
 * `reveal` is the one way to the value and easy to find.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}

/** Compares without an early exit; not even the lengths show in the time. */
export const sameSecret = (a: Secret, b: Secret): boolean => constantTimeEqual(a.reveal(), b.reveal());
