import { z } from 'zod';
import { catalogue } from '../../events/catalogue.js';
import { tokenStream } from '../../events/token.js';
import type { TrailEntry, TrailFilter } from '../../projections/trail.js';
import type { HttpDependencies } from '../dependencies.js';
import { answer, endpoint, type Endpoint } from './endpoint.js';
import * as field from './fields.js';

export const eventForm = z.strictObject({
  position: z.int().describe('Place in the order of all events; the only order that counts'),
  id: z.string(),
  type: z.string(),
  stream: z.string(),
  revision: z.int().describe('Place in the stream; 0 is the first'),
  recordedAt: z.string(),
  actor: z.strictObject({ kind: z.enum(['administrator', 'api-key', 'user', 'system']), name: z.string().optional() }).describe('Who caused it'),
  client: z.string().optional().describe('Network address of the client'),
  action: z.string().optional().describe('Method and path of the request that caused it'),
  correlationId: z.string().describe('The transaction id where there is one, else the id of the request'),
  causationId: z.string(),
  origin: z.string().describe('The instance that wrote it'),
  data: z.record(z.string(), z.unknown()).describe('docs/events.md says what is in it; secrets read `***`, and what belonged to a person who was erased `(erased)`'),
}).meta({ id: 'Event' });

const time = field.instant.transform((value) => new Date(value).toISOString());

/** What narrows the trail; the same for pages and for the stream. */
export const eventFilter = {
  type: z.string().max(2000).transform((value) => value.split(',').map((each) => each.trim()).filter((each) => each !== ''))
    .refine((types) => types.every((type) => Object.hasOwn(catalogue, type)), { error: 'must be names of events of docs/events.md, separated by commas' })
    .optional().describe('Names of events, separated by commas'),
  stream: z.string().min(1).max(200).regex(/^[^\p{Cc}\p{Cs}]+$/u).optional().describe('Name of a stream: `token-<serial>`, `settings`, …'),
  serial: field.serial.optional().describe('The same as `stream=token-<serial>`'),
  transactionId: field.transactionId.optional(),
  since: time.optional().describe('From this time on, ISO 8601'),
  until: time.optional().describe('Up to this time, ISO 8601'),
};
export const oneStream = ({ stream, serial }: { stream?: string; serial?: string }): boolean => stream === undefined || serial === undefined;
export const oneStreamOnly = { path: ['serial'], error: 'does not go together with stream' };

type Narrowing = { readonly [K in keyof typeof eventFilter]?: z.output<(typeof eventFilter)[K]> };

export const trailFilter = ({ type, stream, serial, transactionId, since, until }: Narrowing): TrailFilter => ({
  ...(type && type.length > 0 ? { types: type } : {}),
  ...(serial !== undefined ? { stream: tokenStream(serial) } : stream !== undefined ? { stream } : {}),
  ...(transactionId === undefined ? {} : { transactionId }), ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }),
});

export const eventEndpoints = ({ application: { trail } }: HttpDependencies): Endpoint[] => [
  endpoint({
    method: 'get', path: '/events', tag: 'Trail', access: 'administrator', status: 200,
    summary: 'Read the trail',
    description: 'Everything that ever happened. Hand `next` back as `cursor` to read on; a page may hold fewer events than asked for, or none, and still have a `next`.',
    query: z.strictObject({
      ...eventFilter,
      order: z.enum(['asc', 'desc']).optional().describe('Oldest first (`asc`), or newest first (`desc`, when left out)'),
      limit: field.count(1, 1000, 100),
      cursor: z.string().regex(/^\d{1,15}$/, { error: 'must be the `next` of the page before' }).transform(Number).optional().describe('`next` of the page before'),
    }).refine(oneStream, oneStreamOnly),
    result: z.strictObject({ events: z.array(eventForm), next: z.string().optional() }),
    handle: async ({ query: { order = 'desc', limit, cursor, ...narrowing } }) => {
      const { events, next } = await trail.page(trailFilter(narrowing), { limit, order, ...(cursor === undefined ? {} : { cursor }) });
      return answer({ events: events.map(eventFormOf), ...(next === undefined ? {} : { next: String(next) }) });
    },
  }),
];

export const eventFormOf = (entry: TrailEntry): z.infer<typeof eventForm> => ({ ...entry, actor: { ...entry.actor }, data: { ...entry.data } });
