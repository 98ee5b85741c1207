/**
 * Runs work for many events at once and remembers the place up to which all of it is done, so that a restart begins with the first event
 * whose work did not end, and skips none.
 */
export class InOrder {
  readonly #running = new Set<number>();
  readonly #free: (() => void)[] = [];
  #started: number;
  #saved: number;
  #saving = false;

  /**
   * @param after position up to which everything was done before
   * @param most how many may run at once
   * @param save makes a place durable
   */
  constructor(after: number, private readonly most: number, private readonly save: (position: number) => Promise<void>) {
    this.#started = after;
    this.#saved = after;
  }

  /** Begins the work and comes back when there is room for more of it; the work itself goes on. Work that fails was not done: the place stays before it. */
  async start(position: number, work: () => Promise<void>): Promise<never[]> {
    this.#started = position;
    this.#running.add(position);
    const done = (): void => {
      this.#running.delete(position);
      if (!this.#saving) void this.keep();
    };
    void work().then(done, () => undefined).finally(() => this.#free.shift()?.());
    if (this.#running.size >= this.most) await new Promise<void>((resolve) => this.#free.push(resolve));
    return [];
  }

  /** Position up to which everything is done. */
  get done(): number {
    return this.#running.size === 0 ? this.#started : Math.min(...this.#running) - 1;
  }

  private async keep(): Promise<void> {
    this.#saving = true;
    // one save at a time; what was done meanwhile goes with the next
    while (this.done > this.#saved) {
      const position = this.done;
      await this.save(position).catch(() => undefined);
      this.#saved = position;
      await new Promise((resolve) => setTimeout(resolve, saveEvery).unref());
    }
    this.#saving = false;
  }
}

/** A place that is a little old costs a look at a few events that were done, nothing else. */
const saveEvery = 200;
