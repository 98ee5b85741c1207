import { sizeOf, type Append } from '../appendable.js';
import type { AppendResult } from '../port.js';
import type { Answer, Flight, Landing } from './messages.js';

/** How much may share a commit, and how much may wait for one. */
export interface Limits {
  /** Appends in one flight. */
  readonly flightAppends: number;
  /** Bytes in one flight. */
  readonly flightBytes: number;
  /** Appends that wait; one more is answered `overloaded`. */
  readonly waitingAppends: number;
  /** Bytes that wait. */
  readonly waitingBytes: number;
}

export const defaultLimits: Limits = { flightAppends: 500, flightBytes: 4_194_304, waitingAppends: 10_000, waitingBytes: 67_108_864 };

interface Passenger {
  readonly append: Append;
  readonly bytes: number;
  readonly done: (result: AppendResult) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Group commit: one flight is in the air at a time, and everyone who arrives meanwhile rides the next one.
 *
 * @param fly writes a flight; a rejection means that nobody knows whether it was written
 * @param onLanded called with the new head, before the callers hear their answers
 */
export class Flights {
  readonly #places = new Map<string, number>();
  #waiting: Passenger[] = [];
  #waitingBytes = 0;
  #inTheAir = false;
  #scheduled = false;
  #paused = false;
  /** Why nothing flies any more. */
  #ended: string | undefined;
  #awaitLanding: (() => void)[] = [];

  constructor(
    private readonly fly: (flight: Flight) => Promise<Landing>,
    private readonly onLanded: (head: number) => void,
    private readonly now: () => Date,
    private readonly limits: Limits,
  ) {}

  append(append: Append): Promise<AppendResult> {
    const bytes = sizeOf(append);
    if (this.#ended !== undefined) return Promise.resolve({ kind: 'unavailable', reason: this.#ended });
    if (this.#waiting.length >= this.limits.waitingAppends || this.#waitingBytes + bytes > this.limits.waitingBytes) {
      return Promise.resolve({ kind: 'overloaded' });
    }
    return new Promise((done, failed) => {
      this.#waiting.push({ append, bytes, done, failed });
      this.#waitingBytes += bytes;
      this.#schedule();
    });
  }

  /** Takes a reactor's place along with the next flight, or on one of its own if none leaves within the second. */
  savePlace(name: string, position: number): void {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    if (this.#places.size === 0) setTimeout(() => this.#schedule(), placesWait).unref();
    this.#places.set(name, position);
  }

  /** A place that is not on disk yet. */
  place(name: string): number | undefined {
    return this.#places.get(name);
  }

  /** Keeps flights on the ground until `resume`; resolves when none is in the air. */
  async pause(): Promise<void> {
    this.#paused = true;
    while (this.#inTheAir) await this.#landing();
  }

  resume(): void {
    this.#paused = false;
    if (this.#isWanted) this.#schedule();
  }

  /** Takes nobody more, and resolves when everybody who waits has been flown. */
  async drain(reason: string): Promise<void> {
    this.#ended ??= reason;
    while (this.#isWanted || this.#inTheAir) {
      this.#schedule();
      await this.#landing();
    }
  }

  /** Nothing will ever fly again: whoever waits has not been written. */
  ground(reason: string): void {
    this.#ended = reason;
    this.#waitingBytes = 0;
    for (const { done } of this.#waiting.splice(0)) done({ kind: 'unavailable', reason });
    this.#places.clear();
    this.#tellLanded();
  }

  get #isWanted(): boolean {
    return this.#waiting.length > 0 || this.#places.size > 0;
  }

  #landing(): Promise<void> {
    return new Promise((resolve) => this.#awaitLanding.push(resolve));
  }

  /** Once round the event loop: callers that were answered together come back together, and ride together. */
  #schedule(): void {
    if (this.#scheduled || this.#inTheAir || this.#paused) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#paused) void this.#depart();
    });
  }

  async #depart(): Promise<void> {
    const passengers = this.#board();
    const places = [...this.#places];
    if (passengers.length === 0 && places.length === 0) return this.#tellLanded();
    this.#inTheAir = true;
    try {
      const { answers, head } = await this.fly({ recordedAt: this.now().toISOString(), appends: passengers.map(({ append }) => append), checkpoints: places });
      this.onLanded(head);
      passengers.forEach((passenger, seat) => tell(passenger, answers[seat]!));
    } catch (error) {
      for (const { done } of passengers) done({ kind: 'unknown', reason: error instanceof Error ? error.message : String(error) });
    }
    this.#unload(places);
    this.#inTheAir = false;
    if (this.#waiting.length > 0) this.#schedule();
    this.#tellLanded();
  }

  #board(): Passenger[] {
    let bytes = 0;
    let seats = 0;
    for (const passenger of this.#waiting) {
      if (seats === this.limits.flightAppends || (seats > 0 && bytes + passenger.bytes > this.limits.flightBytes)) break;
      bytes += passenger.bytes;
      seats++;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, seats);
  }

  /** Places that moved on meanwhile stay for the next flight. One that could not be written is given up: its events come again. */
  #unload(places: readonly (readonly [string, number])[]): void {
    for (const [name, position] of places) if (this.#places.get(name) === position) this.#places.delete(name);
    if (this.#places.size > 0) setTimeout(() => this.#schedule(), placesWait).unref();
  }

  #tellLanded(): void {
    for (const resolve of this.#awaitLanding.splice(0)) resolve();
  }
}

const tell = ({ done, failed }: Passenger, answer: Answer): void => {
  if (answer.kind === 'bug') failed(new Error(answer.message));
  else done(answer);
};

/** Milliseconds. */
const placesWait = 500;
