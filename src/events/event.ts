import { z } from 'zod';

/**
 * A field that must one day be forgotten: seed, phone number, login, client address, gateway password.
 * In a draft it is plain text; in a recorded event it is ciphertext under the data key of its stream
 * (see security/vault.ts). The brand keeps the two apart: `z.input` is plain, `z.output` is sealed.
 */
export type Sealed = string & z.BRAND<'Sealed'>;

const sealedFields = z.registry<{ sealed: true }>();

/** Declares a sealed field; `meaning` goes into docs/events.md. */
export const sealed = (meaning: string) => {
  const field = z.string().brand<'Sealed'>().describe(meaning);
  sealedFields.add(field, { sealed: true });
  return field;
};

/** One kind of event: its stable name is the key under which a stream family lists it. */
export interface EventDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** Schema version of what is written today; older versions are lifted by `upcast`. */
  readonly version: number;
  /** What happened, one sentence, for docs/events.md. */
  readonly meaning: string;
  readonly schema: z.ZodObject<Shape>;
  /** The names of the sealed fields (always at the top level of the data). */
  readonly sealedFields: readonly string[];
  /** `upcast[n]` turns data of version n into data of version n + 1. */
  readonly upcast: Readonly<Record<number, (data: Record<string, unknown>) => Record<string, unknown>>>;
}

const unwrapped = (field: unknown): z.ZodType => {
  const type = field as z.ZodType;
  return type instanceof z.ZodOptional ? unwrapped(type.unwrap()) : type;
};

/** Defines an event; fields are flat, optional ones are left out rather than null. */
export const event = <Shape extends z.ZodRawShape>(
  meaning: string,
  shape: Shape,
  { version = 1, upcast = {} }: { version?: number; upcast?: EventDefinition['upcast'] } = {},
): EventDefinition<Shape> => ({
  version,
  meaning,
  schema: z.object(shape),
  sealedFields: Object.keys(shape).filter((name) => sealedFields.has(unwrapped(shape[name]))),
  upcast,
});

/** The event types of one stream family. */
export type Family = Readonly<Record<string, EventDefinition>>;

/** What a command emits: plain text in the sealed fields. */
export type Draft<F extends Family> = {
  [T in keyof F & string]: { readonly type: T; readonly data: z.input<F[T]['schema']> };
}[keyof F & string];

/** What a stream gives back: sealed fields sealed, and the envelope around it. */
export type Recorded<F extends Family> = {
  [T in keyof F & string]: Envelope & { readonly type: T; readonly data: z.output<F[T]['schema']> };
}[keyof F & string];

/** Who caused an event. Users are never named here: their login is personal data and sealed in the data. */
export interface Actor {
  readonly kind: 'administrator' | 'api-key' | 'user' | 'system';
  /** The account, the API key's id, or the reactor; absent for users. */
  readonly name?: string;
}

/** Who, from where, when, in which transaction: around every event. */
interface Envelope {
  readonly id: string;
  readonly version: number;
  readonly stream: string;
  /** 0 for the first event of a stream. */
  readonly revision: number;
  /** Place in the order of all events; the only order that counts. */
  readonly position: number;
  /** ISO 8601, UTC. Data, never used for order. */
  readonly recordedAt: string;
  readonly actor: Actor;
  /** Network address of the client, sealed like personal data of the stream. */
  readonly client?: Sealed;
  /** What was called: method and path of the request. */
  readonly action?: string;
  /** The transaction id where there is one, else the id of the request. */
  readonly correlationId: string;
  /** The command, or the event that a reactor acted on. */
  readonly causationId: string;
  /** The instance that wrote it. */
  readonly origin: string;
}
