import { command, exitCodes } from './command.js';
import { serviceDetails, withService } from './remote/service.js';
import { table } from './table.js';

interface Gateway {
  readonly name: string;
  readonly kind: string;
  readonly module?: string;
  readonly description?: string;
}

export const gatewayList = command({
  description: 'Lists the gateways of the running service by name and kind.',
  options: { json: { type: 'boolean', meaning: 'print JSON, options included, secrets covered' } },
  details: serviceDetails,
  run: ({ json }, terminal) => withService(terminal, async (service) => {
    const { gateways } = await service.call<{ readonly gateways: readonly Gateway[] }>('GET', '/gateways');
    if (json) await terminal.out(`${JSON.stringify(gateways, undefined, 2)}\n`);
    else if (gateways.length === 0) await terminal.out('No gateways are defined\n');
    else await terminal.out(table(['name', 'kind', 'class', 'description'], gateways.map(({ name, kind, module = '', description = '' }) => [name, kind, module, description])));
    return exitCodes.done;
  }),
});
