import { version } from '../version.js';
import { command, exitCodes } from './command.js';

export const showVersion = command({
  description: 'Prints the version of this program.',
  options: {},
  async run(_given, { out }) {
    await out(`${version}\n`);
    return exitCodes.done;
  },
});
