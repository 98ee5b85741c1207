import { initialAccount, isPaused, type Account } from './account.js';

/** Wrong passwords under names that nobody has. They are paused like any other, or the pause would tell which names there are. */
export class Strangers {
  /** The latest last. */
  readonly #failures = new Map<string, Account>();

  /** Counts one more wrong password. @returns false where the name is paused already and none is looked at any more */
  count(name: string, now: Date): boolean {
    const stranger = this.#failures.get(name) ?? initialAccount;
    if (isPaused(stranger, now)) return false;
    this.#failures.delete(name);
    this.#failures.set(name, { ...stranger, failures: stranger.failures + 1, lastFailureAt: now.toISOString() });
    if (this.#failures.size > remembered) this.#failures.delete(this.#failures.keys().next().value!);
    return true;
  }
}

const remembered = 1000;
