import { configTable, effective } from '../config.js';
import { command, exitCodes } from './command.js';
import { configOf } from './configuration.js';

const width = Math.max(...configTable.map(({ key }) => key.length));
const rows = configTable.map(({ key, standard, meaning }) => `  ${key.padEnd(width)}  ${meaning.replaceAll('`', '')}${standard === '' ? '' : ` (${standard})`}`);

export const showConfig = command({
  description: 'Prints the configuration in force and where each value comes from. Secrets are masked.',
  options: { json: { type: 'boolean', meaning: 'print JSON: a list of key, value, source' } },
  details: `Keys, with their defaults in parentheses. The environment wins over the YAML file, where a key is written
in lower case and without TANAGER_ (http_port: 8080).

${rows.join('\n')}`,
  async run({ json }, terminal) {
    const values = effective(configOf(terminal));
    if (json) await terminal.out(`${JSON.stringify(values.map((row) => ({ ...row, value: row.value ?? null })), undefined, 2)}\n`);
    else {
      const shown = values.map(({ key, value, source }) => ({ source, text: `${key.padEnd(width)} = ${value === undefined ? '' : JSON.stringify(value)}` }));
      const column = Math.max(...shown.map(({ text }) => text.length));
      await terminal.out(shown.map(({ text, source }) => `${text.padEnd(column)}  # ${source}\n`).join(''));
    }
    return exitCodes.done;
  },
});
