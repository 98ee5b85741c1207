import type { Deliveries } from '../commands/ports.js';

type State = 'sent' | 'unknown' | 'failed';

/** Where the reactor that sends and the requests that wait for it meet, within one process. */
export class DeliveryReports implements Deliveries {
  readonly #waiting = new Map<string, (state: State) => void>();
  readonly #underWay = new Set<Promise<unknown>>();

  expect(transactionId: string, serial: string): ReturnType<Deliveries['expect']> {
    const key = keyOf(transactionId, serial);
    const reported = new Promise<State>((resolve) => this.#waiting.set(key, resolve));
    const forget = () => void this.#waiting.delete(key);
    return {
      forget,
      async settled(milliseconds) {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<'pending'>((resolve) => { timer = setTimeout(resolve, milliseconds, 'pending'); });
        try {
          return await Promise.race([reported, late]);
        } finally {
          clearTimeout(timer);
          forget();
        }
      },
    };
  }

  /** A send that is under way: what came of it must be written down before the store is closed. */
  awaitBeforeClosing(sending: Promise<unknown>): void {
    const done = (): void => void this.#underWay.delete(sending);
    this.#underWay.add(sending);
    sending.then(done, done);
  }

  /** Resolves when no send is under way any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** Tells whoever waits how the send ended. */
  report(transactionId: string, serial: string, state: State): void {
    this.#waiting.get(keyOf(transactionId, serial))?.(state);
  }
}

const keyOf = (transactionId: string, serial: string): string => `${transactionId}\0${serial}`;
