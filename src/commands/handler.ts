import type { TanagerEvent } from '../events/catalogue.js';
import type { AnyDraft, Journal } from '../store/journal.js';
import type { Context } from './context.js';
import type { Clock } from './ports.js';
import { RecentFolds, type Folded } from './recentFolds.js';
import { StoreInDoubt } from './storeInDoubt.js';
import { Turns } from './turns.js';

/** What a decision came to: events to write, and the answer if they could be written. */
export interface Decision<Answer, Draft extends AnyDraft = AnyDraft> {
  readonly events: readonly Draft[];
  readonly answer: Answer;
}

/** Nothing was decided: too many others were faster, or the store takes no more. */
export interface Undecided {
  readonly kind: 'refused';
  readonly reason: 'busy' | 'overloaded';
  readonly message: string;
}

/** One kind of stream: how it is named and folded, and where a recent fold of it lies. */
export interface Kind<State, Event extends TanagerEvent> {
  readonly stream: (id: string) => string;
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
  readonly snapshot: (id: string) => Promise<Folded<State> | undefined>;
}

/**
 * Loads, decides, appends at the revision that the decision was made on, and answers only then. Whoever comes second finds the revision
 * taken, loads what is new and decides again: a guess is paid for before its verdict is known to anybody.
 */
export class Handler<State, Event extends TanagerEvent, Draft extends AnyDraft> {
  readonly #turns = new Turns();
  /** By id. For a decision that writes, a stale one does no harm: its revision is refused. */
  readonly #known = new RecentFolds<State>(remembered);

  constructor(
    private readonly kind: Kind<State, Event>,
    private readonly journal: Journal,
    private readonly clock: Clock,
  ) {
    const prefix = kind.stream('');
    journal.changed.subscribe(({ stream, revision }) => {
      if (stream.startsWith(prefix)) this.#known.changed(stream.slice(prefix.length), revision);
    });
  }

  /** @param decide called anew after a conflict; must not act on the outside but through idempotent appends */
  handle<Answer>(
    id: string,
    context: Context,
    decide: (state: State, now: Date, revision: number) => Decision<Answer, Draft> | Promise<Decision<Answer, Draft>>,
  ): Promise<Answer | Undecided> {
    const stream = this.kind.stream(id);
    const turn = this.#turns.take<Answer | Undecided>(stream, longestLine, () => this.#known.during(id, async () => {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const { state, revision } = await this.load(id);
        const { events, answer } = await decide(state, this.clock.now(), revision);
        if (events.length === 0) return answer;
        const result = await this.journal.append(stream, revision < 0 ? 'none' : revision, events, context);
        if (result.kind === 'appended') {
          // a repeat of what was written before: others may have written since
          if (result.events[0]!.revision !== revision + 1) this.forget(id);
          else this.#known.remember(id, { state: (result.events as unknown as readonly Event[]).reduce(this.kind.evolve, state), revision: revision + events.length });
          return answer;
        }
        this.forget(id);
        if (result.kind === 'overloaded' || result.kind === 'unavailable') return { kind: 'refused', reason: 'overloaded', message: storeIsBusy };
        if (result.kind === 'unknown') throw new StoreInDoubt(stream, result.reason);
      }
      return busy;
    }));
    return turn ?? Promise.resolve(busy);
  }

  /** The fold as it stands, without a decision. */
  async load(id: string): Promise<Folded<State>> {
    return this.#known.get(id) ?? this.#known.during(id, () => this.read(id));
  }

  /** To be called of a stream that will not be asked for again soon. */
  forget(id: string): void {
    this.#known.forget(id);
  }

  private async read(id: string): Promise<Folded<State>> {
    const snapshot = (await this.kind.snapshot(id)) ?? { state: this.kind.initial, revision: -1 };
    const newer = (await this.journal.read(this.kind.stream(id), snapshot.revision + 1)) as Event[];
    const loaded = { state: newer.reduce(this.kind.evolve, snapshot.state), revision: snapshot.revision + newer.length };
    // names that nobody has are of any number and length
    if (loaded.revision >= 0) this.#known.remember(id, loaded);
    return loaded;
  }
}

export const storeIsBusy = 'The event store takes nothing for the moment.';

const busy: Undecided = { kind: 'refused', reason: 'busy', message: 'Too many others want to change the same thing at the same time.' };

/** So many requests may wait for their turn at one stream. */
const longestLine = 1000;
/** Conflicts that one decision lives through. Whoever wrote last on another instance has a start with its next one, until its line is through. */
const attempts = 100;
const remembered = 20_000;
