/** A fold and the revision of the last event in it; -1 before the first. */
export interface Folded<State> {
  readonly state: State;
  readonly revision: number;
}

/** Folds of streams that were worked on of late. One is dropped as soon as its stream is known to have gone on, whoever wrote to it. */
export class RecentFolds<State> {
  readonly #folds = new Map<string, Folded<State>>();
  /** Streams that are being read or written now, and the last revision that was heard of meanwhile: what comes of it may be old when it comes. */
  readonly #underWay = new Map<string, { works: number; heardOf: number }>();

  /** @param most how many are remembered */
  constructor(private readonly most: number) {}

  get(id: string): Folded<State> | undefined {
    return this.#folds.get(id);
  }

  /** Does work in whose course a fold may be remembered. */
  async during<T>(id: string, work: () => Promise<T>): Promise<T> {
    const underWay = this.#underWay.get(id) ?? { works: 0, heardOf: -1 };
    this.#underWay.set(id, underWay);
    underWay.works += 1;
    try {
      return await work();
    } finally {
      underWay.works -= 1;
      if (underWay.works === 0) this.#underWay.delete(id);
    }
  }

  /** Of a fold that came by work `during` which nothing newer was heard of. */
  remember(id: string, folded: Folded<State>): void {
    this.#folds.delete(id);
    if (folded.revision < (this.#underWay.get(id)?.heardOf ?? -1)) return;
    this.#folds.set(id, folded);
    if (this.#folds.size > this.most) this.#folds.delete(this.#folds.keys().next().value!);
  }

  forget(id: string): void {
    this.#folds.delete(id);
  }

  /** The stream has gone on to a revision. */
  changed(id: string, revision: number): void {
    const known = this.#folds.get(id);
    if (known && known.revision < revision) this.#folds.delete(id);
    const underWay = this.#underWay.get(id);
    if (underWay && underWay.heardOf < revision) underWay.heardOf = revision;
  }
}
