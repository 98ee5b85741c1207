import { setImmediate as turn } from 'node:timers/promises';
import { START, streamNameFilter, type AllStreamSubscription, type AllStreamResolvedEvent } from '@eventstore/db-client';
import { BehaviorSubject, Subject } from 'rxjs';
import type { Indexed } from '../../projections/projected.js';
import { isStorageFault } from '../../projections/readModels.js';
import type { IndexOf } from '../opened.js';
import type { StoredRecord, StreamChange } from '../port.js';
import { firstPause, longestPause, withJitter } from './ask.js';
import type { Connection } from './connection.js';
import { inWords } from './faults.js';
import type { LocalFile } from './localFile.js';
import { at, type Log } from './log.js';
import type { Names } from './names.js';
import { positionOf, recordOf } from './recorded.js';
import { Recent, type RecentLimits } from './recent.js';
import { isSameLog } from './sameLog.js';
import { Sightings } from './sightings.js';

export interface FeedParts {
  readonly connection: Connection;
  readonly names: Names;
  readonly log: Log;
  readonly file: LocalFile;
  /** Nothing of this service lies before this place in the log. */
  readonly begins: number;
  /** Called once when nothing can be followed any more: the process had better start anew. */
  readonly onFault: (reason: string) => void;
  readonly warn: (problem: string, detail: object) => void;
  /** Milliseconds between two looks whether a subscription that says nothing has nothing to say. */
  readonly watchEvery: number;
  /** How many of the newest events are kept in memory. */
  readonly recent: RecentLimits;
}

class CannotTakeIn extends Error {}

/** What the subscription brought: an event of this service, or only how far it has come. */
interface Brought {
  readonly position: number;
  readonly record?: StoredRecord;
}

/**
 * Follows the log: one subscription for everything that this instance does. Each event is taken into the local file, then told to whoever
 * waits for it. A subscription that ends, in whichever way, or falls silent, is opened again from the last event that was taken in; what
 * comes twice is passed over.
 */
export class Feed {
  readonly #head: BehaviorSubject<number>;
  readonly #changed = new Subject<StreamChange>();
  readonly changed = this.#changed.asObservable();
  readonly recent: Recent;
  readonly sightings = new Sightings();
  #indexOf: IndexOf = () => ({});
  #queue: Brought[] = [];
  /** Everything of this service up to here was brought, and taken in when the queue is empty. */
  #looked: number;
  #takingIn: Promise<void> | undefined;
  #gate: Promise<void> | undefined;
  #openGate = (): void => undefined;
  #subscription: AllStreamSubscription | undefined;
  /** Ends the current subscription. */
  #drop = (reason: unknown): void => void reason;
  #following: Promise<void> | undefined;
  #closed = false;
  #heardAt = performance.now();
  #fault: string | undefined;
  /** Why the last try to take something in came to nothing; it is repeated until it succeeds. */
  #stuck: string | undefined;

  constructor(private readonly with_: FeedParts) {
    const { head } = with_.file.place();
    this.#head = new BehaviorSubject(head);
    this.#looked = Math.max(head, with_.begins);
    this.recent = new Recent(head, with_.recent);
  }

  get head() {
    return this.#head.asObservable();
  }

  get place(): number {
    return this.#head.value;
  }

  /** Why what is known may be old; undefined when it is not. */
  get problem(): string | undefined {
    const wrong = this.#fault ?? this.#stuck;
    if (wrong !== undefined) return wrong;
    const silence = performance.now() - this.#heardAt;
    return silence > tooLong ? `the event store has not been heard of for ${Math.round(silence / 1000)} s` : undefined;
  }

  start(indexOf: IndexOf): void {
    this.#indexOf = indexOf;
    this.#heardAt = performance.now();
    this.#following = this.#follow();
  }

  /** Resolves when everything that was in the log when it was asked has been taken in. */
  async caughtUp(): Promise<void> {
    const beyond = await this.with_.log.newestBeyond(this.#queue.length === 0 ? this.#looked : Math.max(this.place, this.with_.begins), true);
    if (beyond !== undefined) await this.sightings.reached(beyond, this.place);
    else await this.#takingIn;
  }

  /** Takes nothing in until `resume`; resolves when nothing is under way. */
  async pause(): Promise<void> {
    this.#gate = new Promise((resolve) => (this.#openGate = resolve));
    await this.#takingIn;
  }

  resume(): void {
    this.#gate = undefined;
    this.#openGate();
    this.#wake();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#drop(new Error('closed'));
    this.resume();
    await this.#takingIn;
    await this.#following;
    this.#head.complete();
    this.#changed.complete();
    this.sightings.close();
  }

  async #follow(): Promise<void> {
    for (let pause = firstPause; !this.#closed; ) {
      const before = this.place;
      try {
        if (!(await isSameLog(this.with_.log, this.with_.file.place()))) {
          return this.#giveUp('the log of the event store is not the one that was followed: it was restored from a backup, or is another one. Started anew, this instance reads it from its beginning');
        }
        if (!this.#closed) await this.#subscribe();
      } catch (error) {
        if (this.#closed) return;
        this.with_.warn('the event store is followed anew', { reason: inWords(error) });
      }
      if (this.#fault !== undefined) return;
      pause = this.place > before ? firstPause : Math.min(2 * pause, longestPause);
      await new Promise((resolve) => setTimeout(resolve, withJitter(pause)));
    }
  }

  /** One subscription, for as long as it lives. @throws the reason for which it ended */
  async #subscribe(): Promise<never> {
    const { connection: { client, credentials }, names } = this.with_;
    // what was brought and not yet taken in is brought again
    this.#queue = [];
    this.#looked = Math.max(this.place, this.with_.begins);
    const subscription = client.subscribeToAll({
      fromPosition: this.#looked === 0 ? START : at(this.#looked),
      filter: streamNameFilter({
        regex: names.pattern, maxSearchWindow: searchWindow, checkpointInterval: 1,
        checkpointReached: async (_, { commit }) => {
          // it may overtake events that still lie in the stream's buffer; and some servers name the place of the event that comes next
          if (subscription.readableLength === 0) this.#bring({ position: Number(commit) - 1 });
        },
      }),
      ...credentials,
    });
    const watching = setInterval(() => void this.#watch(), this.with_.watchEvery);
    this.#subscription = subscription;
    try {
      return await new Promise<never>((_, reject) => {
        this.#drop = reject;
        subscription.on('data', (event: AllStreamResolvedEvent) => this.#brought(event));
        subscription.on('confirmation', () => void (this.#heardAt = performance.now()));
        subscription.on('error', reject);
        subscription.on('end', () => reject(new Error('the subscription ended')));
        subscription.on('close', () => reject(new Error('the subscription was closed')));
      });
    } finally {
      clearInterval(watching);
      this.#subscription = undefined;
      subscription.removeAllListeners('data');
      subscription.unsubscribe().catch(() => undefined);
    }
  }

  #brought(event: AllStreamResolvedEvent): void {
    const position = positionOf(event) ?? Number(event.commitPosition);
    const record = recordOf(event, this.with_.names);
    this.#bring(record ? { position, record: { ...record, position } } : { position });
  }

  #bring(brought: Brought): void {
    this.#heardAt = performance.now();
    this.#queue.push(brought);
    if (this.#queue.length >= mostWaiting) this.#subscription?.pause();
    this.#wake();
  }

  #wake(): void {
    this.#takingIn ??= this.#takeIn().finally(() => {
      this.#takingIn = undefined;
      if (this.#queue.length > 0 && !this.#gate && !this.#closed && this.#fault === undefined) this.#wake();
    });
  }

  async #takeIn(): Promise<void> {
    for (;;) {
      // everything that has come in by now in one transaction: whoever has much to read would else pay one for every event
      await turn();
      if (this.#queue.length === 0 || this.#gate || this.#closed) return;
      const queue = this.#queue;
      const batch = queue.slice(0, atOnce);
      const records = this.#fresh(batch);
      try {
        const indexed = await Promise.all(records.map(async (record) => ({ record, index: await this.#indexOf(record) })));
        // a new subscription has begun meanwhile, and brings them again
        if (queue !== this.#queue || this.#closed) continue;
        if (indexed.length > 0) this.#write(indexed);
      } catch (error) {
        if (error instanceof CannotTakeIn) return this.#giveUp(error.message);
        this.#stuck = 'events cannot be taken in for the moment';
        this.with_.warn(this.#stuck, { err: error });
        await new Promise((resolve) => setTimeout(resolve, longestPause));
        continue;
      }
      this.#stuck = undefined;
      queue.splice(0, batch.length);
      this.#looked = Math.max(this.#looked, batch.at(-1)!.position);
      if (records.length > 0) this.#tell(records);
      if (queue.length < atOnce) this.#subscription?.resume();
    }
  }

  /** @throws CannotTakeIn for an event that this program, or one of its projections, does not understand: it would not understand it the next time either */
  #write(indexed: readonly Indexed[]): void {
    try {
      this.with_.file.takeIn(indexed);
    } catch (error) {
      if (isStorageFault(error)) throw error;
      throw new CannotTakeIn(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** Those that were not taken in before. */
  #fresh(batch: readonly Brought[]): StoredRecord[] {
    let last = this.place;
    return batch.flatMap(({ record }) => {
      if (!record || record.position <= last) return [];
      last = record.position;
      return [record];
    });
  }

  #tell(records: readonly StoredRecord[]): void {
    this.recent.add(records);
    this.#head.next(records.at(-1)!.position);
    const revisions = new Map(records.map(({ stream, revision }) => [stream, revision]));
    for (const [stream, revision] of revisions) this.#changed.next({ stream, revision });
    this.sightings.tell(records);
  }

  /** A subscription that is silent although there is something new has been forgotten by the server. */
  async #watch(): Promise<void> {
    const subscription = this.#subscription;
    const { place } = this;
    if (performance.now() - this.#heardAt < this.with_.watchEvery) return;
    const isBehind = async () => (await this.with_.log.newestBeyond(this.#looked)) !== undefined;
    try {
      if (!(await isBehind())) return void (this.#heardAt = performance.now());
      await new Promise((resolve) => setTimeout(resolve, this.with_.watchEvery));
      if (subscription === this.#subscription && place === this.place && this.#queue.length === 0 && (await isBehind())) this.#drop(new Error('the subscription has fallen silent'));
    } catch {
      // the server does not answer: the subscription will end, or be heard again
    }
  }

  #giveUp(reason: string): void {
    this.#fault = reason;
    this.#drop(new Error(reason));
    this.with_.onFault(reason);
  }
}

/** Events in one transaction of the local file; and so many may wait for theirs before the server is asked to wait. */
const atOnce = 500;
const mostWaiting = 2_000;
/** After so many events of others the server says how far it has come. */
const searchWindow = 500;
/** Milliseconds of silence after which this instance does not count on what it knows. */
const tooLong = 10_000;
