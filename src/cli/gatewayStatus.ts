import { command, exitCodes, Misuse } from './command.js';
import { printable } from './audit/printable.js';
import { serviceDetails, withService } from './remote/service.js';

/** The answer of GET /v1/gateways/{name}/status. */
interface Standing {
  readonly state: 'in-use' | 'passed-over' | 'on-trial' | 'unusable';
  readonly problem?: string;
  readonly failures?: number;
  readonly until?: string;
  readonly busy?: number;
  readonly waiting?: number;
  readonly line?: { readonly state: 'up' | 'down'; readonly details: Readonly<Record<string, string | number | boolean>> };
}

export const gatewayStatus = command({
  description: `Shows how a gateway of the running service stands: whether it is passed over since it failed too often, how many
messages it has, and what it says of its own line, where it has one.`,
  options: {
    name: { type: 'string', value: 'NAME', meaning: 'name of the gateway' },
    json: { type: 'boolean', meaning: 'print JSON' },
  },
  details: `${serviceDetails}
Exit code 1 when messages are not let through at the moment, or the line is down.`,
  run: ({ name, json }, terminal) => {
    if (name === undefined) throw new Misuse('--name is missing: which gateway?');
    return withService(terminal, async (service) => {
      const standing = await service.call<Standing>('GET', `/gateways/${encodeURIComponent(name)}/status`);
      await terminal.out(json ? `${JSON.stringify(standing, undefined, 2)}\n` : inWords(standing));
      return standing.state === 'in-use' && standing.line?.state !== 'down' ? exitCodes.done : exitCodes.failed;
    });
  },
});

const inWords = ({ state, problem = '', failures = 0, until = '', busy = 0, waiting = 0, line }: Standing): string => {
  const said = {
    'in-use': 'in use',
    'passed-over': `passed over until ${until}`,
    'on-trial': 'on trial: one message finds out whether it is well again',
    unusable: `unusable: ${problem}`,
  }[state];
  const rows: (readonly [string, string])[] = [['state', said]];
  if (state !== 'unusable') rows.push(['failures', `${failures} in a row`], ['messages', `${busy} under way, ${waiting} waiting`]);
  if (line) rows.push(['line', line.state], ...Object.entries(line.details).map(([key, value]) => [key, String(value)] as const));
  const width = Math.max(...rows.map(([key]) => key.length));
  return rows.map(([key, value]) => `${printable(key.padEnd(width))}  ${printable(value)}\n`).join('');
};
