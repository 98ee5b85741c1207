/**
 * Too many wait already; nothing was done. Thrown rather than returned, for a caller that forgets about it must not
 * mistake it for a verdict. Whoever answers requests turns it into `overloaded`.
 */
export class Overloaded extends Error {
  constructor(what: string) {
    super(`too many wait for ${what}`);
    this.name = 'Overloaded';
  }
}

/** Lets in a few at a time and a bounded number wait, in the order in which they came: for work that costs memory or a core. */
export class Turnstile {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param what the work, for the error
   * @param inside how many work at the same time
   * @param queue how many may wait
   */
  constructor(
    private readonly what: string,
    inside: number,
    private readonly queue: number,
  ) {
    this.#free = inside;
  }

  /**
   * @param known an answer that needs no work, if there is one; asked for only where there is room for the work, so that nobody can
   *   have what is known without being ready to pay for what is not
   * @throws Overloaded when the queue is full
   */
  async run<T>(work: () => Promise<T>, known: () => T | undefined = () => undefined): Promise<T> {
    if (this.#free === 0 && this.#waiting.length >= this.queue) throw new Overloaded(this.what);
    const answer = known();
    if (answer !== undefined) return answer;
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((letIn) => this.#waiting.push(letIn));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // the place is handed on, so that nobody who comes now can slip in between
      if (next) next();
      else this.#free++;
    }
  }
}
