/**
 * Lets so much work go on at once and so much wait, and no more. A connection carries at most 100 calls at a time; whoever comes on top of
 * what may wait is turned away rather than kept.
 */
export class Lanes {
  #running = 0;
  #waitingBytes = 0;
  readonly #waiting: (() => void)[] = [];
  #idle: (() => void)[] = [];

  constructor(private readonly limits: { readonly atOnce: number; readonly waiting: number; readonly waitingBytes: number }) {}

  /** @returns undefined when too much waits: nothing was done */
  take<T>(bytes: number, work: () => Promise<T>): Promise<T> | undefined {
    if (this.#waiting.length >= this.limits.waiting || this.#waitingBytes + bytes > this.limits.waitingBytes) return undefined;
    return this.#run(bytes, work);
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.limits.atOnce) {
      this.#waitingBytes += bytes;
      // whoever leaves hands his place over
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.#waitingBytes -= bytes;
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
      if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}
