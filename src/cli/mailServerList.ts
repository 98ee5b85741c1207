import { command, exitCodes } from './command.js';
import { serviceDetails, withService } from './remote/service.js';
import { table } from './table.js';

interface MailServer {
  readonly name: string;
  readonly description?: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export const mailServerList = command({
  description: 'Lists the mail servers of the running service by name, host and sender.',
  options: { json: { type: 'boolean', meaning: 'print JSON, options included, secrets covered' } },
  details: serviceDetails,
  run: ({ json }, terminal) => withService(terminal, async (service) => {
    const { mailServers } = await service.call<{ readonly mailServers: readonly MailServer[] }>('GET', '/mail-servers');
    if (json) await terminal.out(`${JSON.stringify(mailServers, undefined, 2)}\n`);
    else if (mailServers.length === 0) await terminal.out('No mail servers are defined\n');
    else await terminal.out(table(['name', 'host', 'sender', 'description'], mailServers.map(({ name, options: { host, from }, description = '' }) => [name, String(host), String(from), description])));
    return exitCodes.done;
  }),
});
