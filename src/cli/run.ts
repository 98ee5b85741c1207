import { parseArgs } from 'node:util';
import { didYouMean } from '../didYouMean.js';
import { exitCodes, Misuse, type Command, type ExitCode, type Given, type Options, type Terminal } from './command.js';
import type { Entry } from './commands.js';
import { commandHelp, generalHelp } from './help.js';

/**
 * Runs one command line.
 * @param words what was written after the name of the program
 * @throws whatever the command throws: a bug
 */
export const run = async (words: readonly string[], commands: Readonly<Record<string, Entry>>, terminal: Terminal): Promise<ExitCode> => {
  try {
    const { name, rest } = find(words, commands);
    if (name === undefined) {
      const asked = rest.some((word) => word === '--help' || word === '-h') || words[0] === 'help';
      await (asked ? terminal.out : terminal.err)(generalHelp(commands));
      return asked ? exitCodes.done : exitCodes.misused;
    }
    const command = await commands[name]!.load();
    if (rest.includes('--help') || rest.includes('-h')) {
      await terminal.out(commandHelp(name, command));
      return exitCodes.done;
    }
    return await command.run(parse(name, command, rest), terminal);
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    await terminal.err(`tanager: ${error.message}\n`);
    return exitCodes.misused;
  }
};

/** The longest sequence of words that is a command; none for no words at all, options alone, `help`, and the first word of a pair. */
const find = (words: readonly string[], commands: Readonly<Record<string, Entry>>): { name?: string; rest: readonly string[] } => {
  if (words[0] === 'help' && words.length > 1) return find([...words.slice(1), '--help'], commands);
  if (words[0] === '--version') return { name: 'version', rest: words.slice(1) };
  const names = words.slice(0, words.findIndex((word) => word.startsWith('-')) >>> 0);
  for (let length = Math.min(2, names.length); length > 0; length--) {
    const name = names.slice(0, length).join(' ');
    if (Object.hasOwn(commands, name)) return { name, rest: words.slice(length) };
  }
  const isGroup = (word: string): boolean => Object.keys(commands).some((name) => name.startsWith(`${word} `));
  if (names.length === 0 || names[0] === 'help' || (names.length === 1 && isGroup(names[0]!))) {
    if (names.length === 0 && words.length > 0 && words[0] !== '--help' && words[0] !== '-h') throw new Misuse(`an option needs a command before it: ${words[0]}; see tanager --help`);
    return { rest: words };
  }
  const written = names.slice(0, isGroup(names[0]!) ? 2 : 1).join(' ');
  throw new Misuse(`there is no command "${written}"${didYouMean(written, Object.keys(commands))}; see tanager --help`);
};

const parse = <O extends Options>(name: string, { options }: Command<O>, args: readonly string[]): Given<O> => {
  const wanted = Object.fromEntries(Object.entries(options).map(([option, { type }]) => [option, { type }]));
  try {
    return parseArgs({ args: [...args], options: wanted, strict: true, allowPositionals: false }).values as Given<O>;
  } catch (error) {
    throw new Misuse(`${problemOf(error as NodeJS.ErrnoException, args, Object.keys(options))}; see tanager ${name} --help`);
  }
};

const problemOf = (error: NodeJS.ErrnoException, args: readonly string[], known: readonly string[]): string => {
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true });
    const unknown = tokens.find((token) => token.kind === 'option' && !known.includes(token.name));
    if (unknown?.kind === 'option') return `there is no option ${unknown.rawName}${didYouMean(unknown.rawName, known.map((option) => `--${option}`))}`;
  }
  // the rest of the message is advice on how to write a word that begins with a hyphen
  return error.message.split('\n', 1)[0]!.split('. ', 1)[0]!.replace(/\.$/, '');
};
