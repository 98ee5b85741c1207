import { eventTable } from './audit/eventLines.js';
import { readCount, readInstant } from './audit/instant.js';
import { streamOf, streamOptions, withAudit } from './audit/opened.js';
import { printable } from './audit/printable.js';
import { lastEvents, replayStream, type Reader } from './audit/replay.js';
import { tokenText } from './audit/tokenText.js';
import { command, exitCodes, Misuse, type ExitCode, type Terminal } from './command.js';
import type { Extent } from '../projections/history.js';

export const auditReplay = command({
  description: `Shows what a token and each of its challenges were at an instant, by replaying its events up to then.
Reads the data folder, or the cluster, itself, whether the service runs or not. Other streams are shown event by event;
without a stream, the last events of all.`,
  options: {
    ...streamOptions,
    until: { type: 'string', value: 'TIME', meaning: 'replay up to and at this instant (default: now)' },
    'until-revision': { type: 'string', value: 'N', meaning: 'replay up to and with this revision of the stream, counted from 0' },
    limit: { type: 'string', value: 'N', meaning: 'how many events of all streams (default: 50)' },
    json: { type: 'boolean', meaning: 'print JSON' },
  },
  details: `TIME is ISO 8601: 2026-03-01T12:00:05.250Z, 2026-03-01T13:00+01:00, 2026-03-01 12:00, or a date, which means its
end. What has no zone is UTC, like all times that are printed. Secrets are never shown; what was erased is
shown as (erased).`,
  async run(given, terminal) {
    const stream = streamOf(given);
    const extent: Extent = {
      ...(given.until === undefined ? {} : { until: readInstant(given.until, '--until') }),
      ...(given['until-revision'] === undefined ? {} : { untilRevision: readCount(given['until-revision'], '--until-revision') }),
    };
    if (extent.until !== undefined && extent.untilRevision !== undefined) throw new Misuse('--until and --until-revision cannot be given together');
    if (stream === undefined && extent.untilRevision !== undefined) throw new Misuse('--until-revision needs a stream: give --stream or --serial');
    if (stream !== undefined && given.limit !== undefined) throw new Misuse('--limit is for the events of all streams; a stream is always replayed from its first');
    const limit = given.limit === undefined ? 50 : readCount(given.limit, '--limit', 1);
    return withAudit(terminal, (audit) => (stream === undefined
      ? showAll(audit, extent.until, limit, given.json === true, terminal)
      : showStream(audit, stream, extent, given.json === true, terminal)));
  },
});

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const showStream = async (reader: Reader, stream: string, extent: Extent, asJson: boolean, { out, err, now }: Terminal): Promise<ExitCode> => {
  const replay = await replayStream(reader, stream, extent, now());
  if (replay.kind === 'nothing') {
    await err(`tanager: ${replay.exists ? `every event of ${printable(stream)} is later` : `there is no stream ${printable(stream)}`}\n`);
    return exitCodes.notFound;
  }
  if (replay.kind === 'token') await out(asJson ? json(replay.report) : tokenText(replay.report));
  else {
    const { events, lastRevision } = replay;
    await out(asJson ? json({ stream, lastRevision, events }) : `Stream ${printable(stream)}: ${events.length} of ${lastRevision + 1} events\n\n${eventTable(events, { withStream: false })}`);
  }
  return exitCodes.done;
};

const showAll = async (reader: Reader, until: string | undefined, limit: number, asJson: boolean, { out }: Terminal): Promise<ExitCode> => {
  const events = await lastEvents(reader, until, limit);
  await out(asJson ? json({ ...(until === undefined ? {} : { asOf: until }), events }) : events.length === 0 ? 'No events\n' : eventTable(events, { withStream: true }));
  return exitCodes.done;
};
