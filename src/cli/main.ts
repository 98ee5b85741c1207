#!/usr/bin/env node
import { commands } from './commands.js';
import { exitCodes } from './command.js';
import { terminal } from './terminal.js';
import { run } from './run.js';

try {
  process.exitCode = await run(process.argv.slice(2), commands, terminal);
} catch (error) {
  // a bug, or a machine that is out of something: whoever reports it needs the whole of it
  console.error(error);
  process.exitCode = exitCodes.failed;
}
