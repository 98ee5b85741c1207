import { EMPTY, catchError, concatMap, defer, filter, from, map, merge, mergeMap, Subject, type Observable } from 'rxjs';
import { gatewayStream, nameOfGateway } from '../events/gateway.js';
import type { Callback, Message, ReadCallback, SendOutcome } from '../gateways/gateway.js';
import type { OpenGateways, StoredDefinition } from '../gateways/openGateways.js';
import type { Standing } from '../gateways/standing.js';
import type { GatewayDetails } from '../projections/queries.js';
import type { Journal } from '../store/journal.js';

export interface DefinedGatewaysDependencies {
  readonly gateways: OpenGateways;
  readonly journal: Journal;
  readonly queries: {
    gateway(name: string): Promise<GatewayDetails | undefined>;
    gateways(): Promise<readonly GatewayDetails[]>;
  };
  /** A gateway that is there without a definition, where there is one. */
  readonly undefinedOne?: StoredDefinition;
  readonly warn: (problem: string, detail: object) => void;
}

/** Added to the time-outs of the gateways, in milliseconds. */
const leaseMargin = 5_000;

/** The gateways by their names, as they are defined at the moment. */
export class DefinedGateways {
  readonly #sends = new Subject<{ readonly gateway: string; readonly outcome: SendOutcome['kind'] }>();
  /** Every send that ended on this instance. */
  readonly sends = this.#sends.asObservable();

  #undefinedOne: StoredDefinition | undefined;

  constructor(private readonly with_: DefinedGatewaysDependencies) {
    this.#undefinedOne = with_.undefinedOne;
  }

  /** As it is stored; undefined where there is none of this name. */
  async definition(name: string): Promise<StoredDefinition | undefined> {
    const found = await this.with_.queries.gateway(name);
    if (found) return stored(found);
    return this.#undefinedOne?.name === name ? this.#undefinedOne : undefined;
  }

  async send(name: string, message: Message): Promise<SendOutcome> {
    const definition = await this.definition(name);
    const outcome: SendOutcome = definition ? await this.with_.gateways.send(definition, message) : { kind: 'rejected', reason: 'there is no gateway of this name' };
    return this.counted(name, outcome);
  }

  /** Sends even where the gateway is passed over; undefined where there is none of this name. */
  async try(name: string, message: Message): Promise<SendOutcome | undefined> {
    const definition = await this.definition(name);
    return definition && this.counted(name, await this.with_.gateways.try(definition, message));
  }

  /** Undefined where there is none of this name. */
  async status(name: string): Promise<Standing | undefined> {
    const definition = await this.definition(name);
    return definition && this.with_.gateways.status(definition);
  }

  /** Undefined where there is none of this name, or one that is told nothing. */
  async receive(name: string, callback: Callback): Promise<ReadCallback | undefined> {
    const definition = await this.definition(name);
    return definition && this.with_.gateways.receive(definition, callback);
  }

  /** Milliseconds that a list of gateways may take at the most. */
  async leaseFor(names: readonly string[]): Promise<number> {
    const longest = await Promise.all(names.map(async (name) => {
      const definition = await this.definition(name);
      return definition ? this.with_.gateways.timeout(definition) : 0;
    }));
    return longest.reduce((sum, timeout) => sum + timeout, leaseMargin);
  }

  /** Those that hear receipts are open from the start on and from every change; one that was removed or changed lets go of its connections. */
  keepOpen(): Observable<unknown> {
    const { gateways, journal, queries, warn } = this.with_;
    const changed = journal.changed.pipe(map(({ stream }) => stream), filter((stream) => stream.startsWith(gatewayStream(''))), map(nameOfGateway));
    const follow = async (gateway: string): Promise<void> => {
      try {
        const definition = await this.definition(gateway);
        if (!definition) return void gateways.forget(gateway);
        gateways.announce(definition);
        // when the definition of this name is removed, what is there without one comes after it
        if (definition !== this.#undefinedOne && gateway === this.#undefinedOne?.name) this.#undefinedOne = { ...this.#undefinedOne, revision: definition.revision + 1 };
      } catch (error) {
        warn('the definition of a gateway cannot be read', { gateway, err: error });
      }
    };
    const all = defer(() => from(queries.gateways())).pipe(
      mergeMap((found) => found.map(({ name }) => name)),
      catchError((error: unknown) => { warn('the definitions of the gateways cannot be read', { err: error }); return EMPTY; }),
    );
    // one after another: what was read last is what holds
    return merge(changed, all).pipe(concatMap(follow));
  }

  close(): void {
    this.#sends.complete();
  }

  private counted<Outcome extends SendOutcome>(gateway: string, outcome: Outcome): Outcome {
    this.#sends.next({ gateway, outcome: outcome.kind });
    return outcome;
  }
}

const stored = ({ name, revision, kind, module, options, headers, secrets, limits }: GatewayDetails): StoredDefinition => ({
  name, revision, options, ...(module === null ? { kind } : { module }), ...(headers ? { headers } : {}), ...(secrets ? { secrets } : {}), ...(limits ? { limits } : {}),
});
