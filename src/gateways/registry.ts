import type { Definition } from './definition.js';
import { faultsOf, inWords, isMissing } from './faults.js';
import type { Fault, Gateway, GatewayKind, Surroundings } from './gateway.js';
import { readLimits, type Limits } from './limits.js';

/** A definition that can be opened. */
export interface ReadDefinition {
  readonly kind: string;
  /** In our own words, as the kind's schema gives them. Holds secrets. */
  readonly options: unknown;
  /** Keys that mean nothing to this kind and were passed over. */
  readonly ignored: readonly string[];
  /** Longest time in milliseconds that a send may take. */
  readonly timeout: number;
  /** How many messages the gateway takes at once, and how often, and when it is passed over. */
  readonly limits: Limits & { readonly concurrency: number };
  /** Whether it has to be open to hear receipts. */
  readonly listens: boolean;
  open(name: string, surroundings: Surroundings): Gateway;
}

/** A definition that cannot be opened. */
export interface Unreadable {
  readonly faults: readonly Fault[];
  /** The kind, where nothing is wrong but that something is not there yet. */
  readonly incomplete?: string;
}

export interface Registry {
  /** Names of the kinds. */
  readonly kinds: readonly { readonly kind: string; readonly description: string; readonly modules: readonly string[] }[];
  /** The kind that a class name of an old server means; undefined for an unknown one. */
  kindOf(module: string): string | undefined;
  /** Reads a definition, in our words or an old server's. Every fault names the key as it was written, and never a value. */
  parseDefinition(definition: Definition): ReadDefinition | Unreadable;
}

const usualConcurrency = 20;

/** All kinds of gateway that there are; a new kind is one more element. */
export const gatewayRegistry = (kinds: readonly GatewayKind[]): Registry => {
  const byModule = new Map(kinds.flatMap((kind) => kind.forms.flatMap((form) => form.modules.map((module) => [module, { kind, form }] as const))));
  const names = kinds.map(({ kind }) => kind).join(', ');

  const read = (definition: Definition): { kind: GatewayKind; reading: Pick<ReturnType<typeof readNative>, 'options' | 'keys' | 'faults' | 'ignored'> } | { faults: Fault[] } => {
    if (definition.module !== undefined) {
      const found = byModule.get(definition.module);
      if (!found) return { faults: [{ key: 'module', problem: `is not the class of any kind of gateway; there are ${[...byModule.keys()].join(', ')}` }] };
      return { kind: found.kind, reading: found.form.read(definition) };
    }
    const kind = kinds.find((each) => each.kind === definition.kind);
    if (!kind) return { faults: [{ key: 'kind', problem: `is no kind of gateway; there are ${names}` }] };
    return { kind, reading: readNative(definition) };
  };

  return {
    kinds: kinds.map(({ kind, description, forms }) => ({ kind, description, modules: forms.flatMap(({ modules }) => modules) })),
    kindOf: (module) => byModule.get(module)?.kind.kind,
    parseDefinition: (definition) => {
      const result = read(definition);
      if ('faults' in result) return result;
      const { kind, reading } = result;
      const checked = kind.schema.safeParse(reading.options, { error: inWords });
      const limited = readLimits(definition.limits);
      const faults = [
        ...reading.faults, ...(checked.success ? [] : checked.error.issues.flatMap((issue) => faultsOf(issue, reading.keys))), ...('faults' in limited ? limited.faults : []),
      ];
      // what the reader found already is not said again in other words
      const once = faults.filter(({ key }, index) => faults.findIndex((other) => other.key === key) === index);
      if (!checked.success || 'faults' in limited || once.length > 0) return { faults: once, ...(!('faults' in limited) && once.every(isMissing) ? { incomplete: kind.kind } : {}) };
      const options = checked.data;
      const most = kind.concurrency?.(options);
      return {
        kind: kind.kind,
        options,
        ignored: reading.ignored,
        timeout: kind.timeout(options),
        limits: { ...limited.limits, concurrency: Math.min(limited.limits.concurrency ?? most ?? usualConcurrency, most ?? Infinity) },
        listens: kind.listens?.(options) ?? false,
        open: (name, surroundings) => kind.open(name, options, surroundings),
      };
    },
  };
};

/** In our own words there is nothing to translate; headers that were given apart belong to the options. */
const readNative = ({ options, headers }: Definition) => ({
  options: headers && Object.keys(headers).length > 0 ? { ...options, headers: { ...(options['headers'] as object | undefined), ...headers } } : options,
  keys: {} as Readonly<Record<string, string>>,
  faults: [] as readonly Fault[],
  ignored: [] as readonly string[],
});
