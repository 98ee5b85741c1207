import type { z } from 'zod';
import { writtenKey, type Definition } from './definition.js';
import type { Fault, Gateway, GatewayKind, Surroundings } from './gateway.js';

/** A definition that can be opened. */
export interface ReadDefinition {
  readonly kind: string;
  /** In our own words, as the kind's schema gives them. Holds secrets. */
  readonly options: unknown;
  /** Keys that mean nothing to this kind and were passed over. */
  readonly ignored: readonly string[];
  /** Longest time in milliseconds that a send may take. */
  readonly timeout: number;
  /** How many messages the gateway takes at once. */
  readonly concurrency: number;
  /** Whether it has to be open to hear receipts. */
  readonly listens: boolean;
  open(name: string, surroundings: Surroundings): Gateway;
}

export interface Registry {
  /** Names of the kinds. */
  readonly kinds: readonly { readonly kind: string; readonly description: string; readonly modules: readonly string[] }[];
  /** The kind that a class name of an old server means; undefined for an unknown one. */
  kindOf(module: string): string | undefined;
  /** Reads a definition, in our words or an old server's. Every fault names the key as it was written, and never a value. */
  parseDefinition(definition: Definition): ReadDefinition | { readonly faults: readonly Fault[] };
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
      const faults = [...reading.faults, ...(checked.success ? [] : checked.error.issues.flatMap((issue) => faultsOf(issue, reading.keys)))];
      // what the reader found already is not said again in other words
      const once = faults.filter(({ key }, index) => faults.findIndex((other) => other.key === key) === index);
      if (!checked.success || once.length > 0) return { faults: once };
      const options = checked.data;
      return {
        kind: kind.kind,
        options,
        ignored: reading.ignored,
        timeout: kind.timeout(options),
        concurrency: kind.concurrency?.(options) ?? usualConcurrency,
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

/** Problems read on after the key: "`url` is missing". */
const inWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}`;
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'has a form that is not known';
    default:
      return undefined;
  }
};

const faultsOf = (issue: z.core.$ZodIssue, keys: Readonly<Record<string, string>>): Fault[] => {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ key: writtenKey([...path, key].join('.'), keys), problem: 'is not an option of this kind of gateway' }));
  // a name in a record, such as that of a header, reports what is wrong inside the issue
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ key: writtenKey(path.join('.'), keys), problem: message }));
  return [{ key: writtenKey(path.join('.'), keys) || 'options', problem: issue.message }];
};
