import type { Command } from './command.js';
import type { Entry } from './commands.js';

const codes = `Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, 3 not found.
`;

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}\n`).join('');
};

/** `tanager --help` */
export const generalHelp = (commands: Readonly<Record<string, Entry>>): string => `tanager: one-time passwords by SMS

Usage: tanager COMMAND [OPTIONS]

${columns(Object.entries(commands).map(([name, { summary }]) => [name, summary] as const))}
tanager COMMAND --help says more about a command.
The configuration comes from TANAGER_* variables and tanager.yaml; tanager config --help lists the keys.
${codes}`;

/** `tanager COMMAND --help` */
export const commandHelp = (name: string, { description, options, details }: Command): string => {
  const rows = Object.entries({ ...options, help: { type: 'boolean' as const, value: undefined, meaning: 'say this' } })
    .map(([option, { value, meaning }]) => [`--${option}${value === undefined ? '' : ` ${value}`}`, meaning] as const);
  return `Usage: tanager ${name} [OPTIONS]

${description}

${columns(rows)}${details === undefined ? '' : `\n${details.trim()}\n`}
${codes}`;
};
