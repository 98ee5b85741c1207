/**
 * One after another per key. It only spares conflicts within this process: what makes a guess count once is the
 * expected revision of the append, on which several instances meet too.
 */
export class Turns {
  readonly #lines = new Map<string, { last: Promise<unknown>; length: number }>();

  /** @param longest how many may stand in one line @returns undefined when the line is too long: nothing was done */
  take<T>(key: string, longest: number, work: () => Promise<T>): Promise<T> | undefined {
    const line = this.#lines.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (line.length >= longest) return undefined;
    const mine = line.last.then(work, work);
    line.last = mine;
    line.length++;
    this.#lines.set(key, line);
    const done = () => {
      if (--line.length === 0) this.#lines.delete(key);
    };
    mine.then(done, done);
    return mine;
  }
}

/**
 * Several turns at once, each in the line of its key.
 * @param keys without repeats
 * @returns undefined when one of the lines is too long: nothing was done
 */
export const inAllTurns = async <T>(turns: Turns, keys: readonly string[], longest: number, work: () => Promise<T>): Promise<T | undefined> => {
  // in one order, or two that want the same could wait for each other
  const [first, ...others] = [...keys].sort();
  return first === undefined ? work() : turns.take(first, longest, () => inAllTurns(turns, others, longest, work));
};
