import { fromEvent } from 'rxjs';
import { eventLine } from './audit/eventLines.js';
import { before, beforeLast, follow } from './audit/follow.js';
import { readCount } from './audit/instant.js';
import { streamOf, streamOptions, withAudit } from './audit/opened.js';
import { command, exitCodes, Misuse } from './command.js';

export const auditTail = command({
  description: `Prints the last events and then every new one as it is recorded, until Ctrl-C.
Reads the data folder, or the cluster, itself; the service may be stopped and started meanwhile.`,
  options: {
    ...streamOptions,
    from: { type: 'string', value: 'POSITION', meaning: 'begin with the event at this position' },
    after: { type: 'string', value: 'POSITION', meaning: 'begin after the event at this position; 0 for all' },
    last: { type: 'string', value: 'N', meaning: 'begin with the last N events (default: 10)' },
    json: { type: 'boolean', meaning: 'print one JSON object a line' },
  },
  details: `To read on later where a reading ended, give --after with the position that was printed last.
Secrets are never shown; what was erased is shown as (erased).`,
  async run(given, terminal) {
    const stream = streamOf(given);
    if ([given.from, given.after, given.last].filter((each) => each !== undefined).length > 1) throw new Misuse('--from, --after and --last cannot be given together');
    const first = given.from === undefined ? undefined : readCount(given.from, '--from', 1);
    const known = given.after === undefined ? undefined : readCount(given.after, '--after');
    const last = given.last === undefined ? 10 : readCount(given.last, '--last');
    return withAudit(terminal, async (audit) => {
      const stopped = terminal.stopped();
      if (stopped.aborted) return exitCodes.done;
      const after = known ?? (first === undefined ? await beforeLast(audit, stream, last) : await before(audit, first));
      await follow(audit, { after, stop: fromEvent(stopped, 'abort'), ...(stream === undefined ? {} : { stream }) }, (entry) =>
        terminal.out(given.json ? `${JSON.stringify(entry)}\n` : eventLine(entry)));
      return exitCodes.done;
    });
  },
});
