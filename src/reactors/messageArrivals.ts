import type { MessageArrivals } from '../commands/ports.js';

/** Receipts that may wait; of what comes on top, the provider tells again. */
const mostWaiting = 200;

/** Where what sends and the receipts that are faster than its record meet, within one process. */
export class WrittenMessages implements MessageArrivals {
  readonly #waiting = new Map<string, Set<() => void>>();
  #count = 0;

  expect(gateway: string, messageId: string): ReturnType<MessageArrivals['expect']> {
    if (this.#count >= mostWaiting) return { within: async () => false, forget: () => undefined };
    const key = keyOf(gateway, messageId);
    let written: (() => void) | undefined;
    const arrived = new Promise<true>((resolve) => { written = () => resolve(true); });
    const others = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, others.add(written!));
    this.#count += 1;
    let timer: NodeJS.Timeout | undefined;
    return {
      within: (milliseconds) => Promise.race([arrived, new Promise<false>((resolve) => { timer = setTimeout(resolve, milliseconds, false); })]),
      forget: () => {
        clearTimeout(timer);
        if (!others.delete(written!)) return;
        this.#count -= 1;
        if (others.size === 0) this.#waiting.delete(key);
      },
    };
  }

  /** It is written down that a gateway took this message. */
  written(gateway: string, messageId: string): void {
    for (const tell of this.#waiting.get(keyOf(gateway, messageId)) ?? []) tell();
  }
}

const keyOf = (gateway: string, messageId: string): string => `${gateway}\0${messageId}`;
