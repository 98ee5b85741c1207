import { CannotExpire, expireStreams, leastDays, type Expired } from '../expireStreams.js';
import { printable } from './audit/printable.js';
import { command, exitCodes, Misuse } from './command.js';
import { configOf } from './configuration.js';
import { progressLine } from './store/progressLine.js';

export const storeExpire = command({
  description: `Deletes old streams from a cluster that lie in an archive: refusals of past days, notifications that are over, and
which token won a transaction over several. Tokens, gateways, settings and accounts are never touched.`,
  options: {
    'older-than': { type: 'string', value: 'DAYS', meaning: `only streams that got no event for so many days, as in 400d; at least ${leastDays}d` },
    'archived-in': { type: 'string', value: 'FOLDER', meaning: 'an archive that tanager store copy --to sqlite:FOLDER has made' },
    'dry-run': { type: 'boolean', meaning: 'say what would be deleted, and delete nothing' },
    json: { type: 'boolean', meaning: 'print JSON' },
  },
  details: `Every event of a stream, and its data keys, must be found in the archive as they are on the cluster; else the stream
stays. An event says what was deleted, and a list of it is put into the archive. More: docs/stores.md.
Exit code 1 when a stream stays that is old enough.`,
  async run({ 'older-than': age, 'archived-in': archive, 'dry-run': dryRun = false, json }, terminal) {
    if (age === undefined) throw new Misuse('--older-than is missing: how many days?');
    if (archive === undefined) throw new Misuse('--archived-in is missing: where is the archive?');
    const days = daysOf(age);
    const { config } = configOf(terminal);
    const line = progressLine(terminal);
    try {
      const expired = await expireStreams(config, {
        archive, dryRun, signal: terminal.stopped(), olderThan: new Date(terminal.now().getTime() - days * 24 * 3600_000),
        progress: (events, share) => line.show({ phase: 'looking', events, share }),
      });
      await line.end();
      await terminal.out(json ? `${JSON.stringify({ dryRun, ...expired }, undefined, 2)}\n` : inWords(expired, dryRun));
      return expired.staying.length === 0 ? exitCodes.done : exitCodes.failed;
    } catch (error) {
      if (!(error instanceof CannotExpire)) throw error;
      await line.end();
      await terminal.err(`tanager: ${printable(error.message)}\n`);
      return exitCodes.failed;
    }
  },
});

const daysOf = (text: string): number => {
  const days = Number(/^(\d{1,5})d$/.exec(text.trim())?.[1] ?? NaN);
  if (!(days >= leastDays)) throw new Misuse(`--older-than must be a number of days from ${leastDays}d on, as in 400d`);
  return days;
};

const inWords = ({ olderThan, streams, events, families, newest, staying }: Expired, dryRun: boolean): string => [
  streams === 0
    ? `No stream of before ${olderThan} ${dryRun ? 'would be' : 'was'} deleted`
    : `${dryRun ? 'Would delete' : 'Deleted'} ${streams} streams with ${events} events, the newest of ${newest}`,
  ...Object.entries(families).map(([family, count]) => `  ${printable(family)}  ${count}`),
  ...(staying.length === 0 ? [] : [`${staying.length} streams stay, though they are old enough:`]),
  ...staying.slice(0, mostShown).map(({ stream, reason }) => `  ${printable(stream)}: ${reason}`),
  ...(staying.length > mostShown ? ['  …'] : []),
].map((text) => `${text}\n`).join('');

const mostShown = 20;
