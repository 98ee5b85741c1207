import type { Request, Response } from 'express';
import { once } from 'node:events';
import { firstValueFrom, ReplaySubject } from 'rxjs';
import { z } from 'zod';
import type { HttpDependencies } from '../dependencies.js';
import { identify } from './caller.js';
import { eventFilter, eventForm, eventFormOf, oneStream, oneStreamOnly, trailFilter } from './events.js';
import { faultsOf, inWords, invalid } from './faults.js';
import { follow } from './follow.js';
import type { Documented } from './openapi.js';
import { problem, type Problem } from './problem.js';

/** Without `until`: what is to come has no end. */
const { until: _, ...lasting } = eventFilter;
const streamQuery = z.strictObject({
  ...lasting,
  after: z.string().regex(/^\d{1,15}$/, { error: 'must be a position' }).transform(Number).optional().describe('Position after which to begin; the newest when left out. `Last-Event-ID` wins over it'),
}).refine(oneStream, oneStreamOnly);

/** What it is, for the documentation. */
export const eventStreamDocumentation: Documented = {
  method: 'get', path: '/events/stream', tag: 'Trail', access: 'administrator', status: 200, query: streamQuery, result: eventForm, produces: 'text/event-stream',
  summary: 'Follow the trail',
  description: 'Server-sent events: `id` is the position, `event` the type, `data` the event. A client that comes back with the header `Last-Event-ID` goes on where it was.',
};

/** Milliseconds after which a silent stream says that it is alive, and whoever listens has to be somebody still. */
const heartbeat = 15_000;
/** Each stream holds a connection and reads on its own. */
const mostStreams = 100;

/**
 * The trail as it grows, as server-sent events: the id of each is its position, so that a client that comes back with `Last-Event-ID`
 * misses nothing and hears nothing twice.
 * @param stopping aborts when the server is to stop
 */
export const eventStream = ({ application, sessions }: HttpDependencies, stopping: AbortSignal) => {
  let streams = 0;
  return async (request: Request, response: Response): Promise<Problem | undefined> => {
    const read = streamQuery.safeParse(request.query, { error: inWords });
    if (!read.success) return invalid(faultsOf(read.error), 'query');
    if (streams >= mostStreams) return problem(503, 'overloaded', 'Too many others follow the trail.', { headers: { 'Retry-After': '10' } });
    const { after, ...narrowing } = read.data;
    const lastSeen = /^\d{1,15}$/.exec(request.get('last-event-id') ?? '')?.[0];
    const begin = lastSeen === undefined ? (after ?? (await firstValueFrom(application.head))) : Number(lastSeen);

    // remembered, since nobody may be waiting at the moment
    const over = new ReplaySubject<void>(1);
    let isOver = false;
    const end = (): void => { isOver = true; over.next(); };
    const stillAllowed = setInterval(() => {
      if (response.writableNeedDrain) return;
      response.write(': alive\n\n');
      void identify(application, sessions, request.get('authorization')).then((caller) => { if (caller.kind !== 'administrator') end(); }, end);
    }, heartbeat);
    stopping.addEventListener('abort', end);
    response.once('close', end);
    streams += 1;
    try {
      response.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
      response.write('retry: 2000\n\n');
      for await (const entry of follow(application.trail, application.head, trailFilter(narrowing), begin, over)) {
        if (isOver || response.destroyed) break;
        const fits = response.write(`id: ${entry.position}\nevent: ${entry.type}\ndata: ${JSON.stringify(eventFormOf(entry))}\n\n`);
        if (!fits && !response.destroyed) await Promise.race([once(response, 'drain'), once(response, 'close'), once(stopping, 'abort')]);
      }
    } finally {
      streams -= 1;
      clearInterval(stillAllowed);
      stopping.removeEventListener('abort', end);
      response.end();
    }
    return undefined;
  };
};
