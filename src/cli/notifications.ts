import { command, exitCodes, Misuse } from './command.js';
import { serviceDetails, withService } from './remote/service.js';
import { table } from './table.js';

interface Notification {
  readonly id: string;
  readonly rule: string;
  readonly state: string;
  readonly event: { readonly type: string; readonly stream: string };
  readonly attempts: number;
  readonly reason?: string;
  readonly nextAttemptAt?: string;
  readonly madeAt: string;
}

const states = ['due', 'failed', 'sent', 'parked', 'suppressed'];

export const notificationList = command({
  description: 'Lists the last notifications, the newest first, and why they were not sent.',
  options: {
    state: { type: 'string', value: 'STATE', meaning: `${states.join(', ')}` },
    rule: { type: 'string', value: 'NAME', meaning: 'those of one rule' },
    limit: { type: 'string', value: 'NUMBER', meaning: 'so many at the most; 100 when left out' },
    json: { type: 'boolean', meaning: 'print JSON' },
  },
  details: `failed: there will be another attempt. parked: not unless you ask for it (tanager notification retry).
suppressed: a limit of the rule was reached.
${serviceDetails}`,
  run: ({ json, ...narrowing }, terminal) => {
    if (narrowing.state !== undefined && !states.includes(narrowing.state)) throw new Misuse(`--state must be one of ${states.join(', ')}`);
    return withService(terminal, async (service) => {
      const query = new URLSearchParams(Object.entries(narrowing).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString();
      const { notifications } = await service.call<{ readonly notifications: readonly Notification[] }>('GET', `/notifications${query === '' ? '' : `?${query}`}`);
      if (json) await terminal.out(`${JSON.stringify(notifications, undefined, 2)}\n`);
      else if (notifications.length === 0) await terminal.out('There are no such notifications\n');
      else await terminal.out(table(['made', 'state', 'tries', 'rule', 'event', 'about', 'reason', 'id'], notifications.map(({ id, rule, state, event, attempts, reason = '', nextAttemptAt, madeAt }) =>
        [madeAt, state, String(attempts), rule, event.type, event.stream, nextAttemptAt === undefined || attempts === 0 ? reason : `${reason}; again at ${nextAttemptAt}`, id])));
      return exitCodes.done;
    });
  },
});

export const notificationRetry = command({
  description: 'Attempts a notification again that failed, was parked or was suppressed: at once, and after the usual pauses.',
  options: { id: { type: 'string', value: 'ID', meaning: 'id of the notification' } },
  details: serviceDetails,
  run: ({ id }, terminal) => {
    if (id === undefined) throw new Misuse('--id is missing: the id of the notification (tanager notification list)');
    return withService(terminal, async (service) => {
      const { changed } = await service.call<{ readonly changed: boolean }>('POST', `/notifications/${encodeURIComponent(id)}/retry`);
      await terminal.out(changed ? 'It is attempted again\n' : 'It is about to be attempted as it is\n');
      return exitCodes.done;
    });
  },
});
