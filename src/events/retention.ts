import { z } from 'zod';
import { event, type Draft, type Recorded } from './event.js';
import { notificationStream } from './notification.js';
import { notificationRuleStream } from './notificationRule.js';
import { refusalsPrefix } from './refusals.js';
import { transactionStream } from './transaction.js';

/** What was given up of the log, and where it lies since. */
export const retentionStream = 'retention';

export const retentionEvents = {
  StreamsExpired: event('Old streams on which nothing hangs were found in an archive, event by event, and are deleted from the cluster.', {
    streams: z.int().min(1).describe('How many'),
    events: z.int().min(1).describe('How many events were in them'),
    olderThan: z.iso.datetime().describe('Only such streams as got no event since'),
    newest: z.iso.datetime().describe('When the newest of the events was recorded'),
    archive: z.string().describe('Identity of the log of the archive'),
    digest: z.string().regex(/^[0-9a-f]{64}$/).describe('SHA-256 of the list of the streams, which lies beside the archive: a line for each with its name, its last revision and the id of its last event'),
  }),
} as const;

export type RetentionDraft = Draft<typeof retentionEvents>;
export type RetentionEvent = Recorded<typeof retentionEvents>;

/**
 * Whether a stream is of a family that can be given up once it is old and lies in an archive: no state hangs on it. What hangs on
 * tokens, gateways, settings and accounts stays.
 */
export const canExpire = (stream: string): boolean =>
  expiringPrefixes.some((prefix) => stream.startsWith(prefix)) && !stream.startsWith(notificationRuleStream(''));

/** How the names of such streams begin, and those of a few others. */
export const expiringPrefixes: readonly string[] = [refusalsPrefix, transactionStream(''), notificationStream('')];
