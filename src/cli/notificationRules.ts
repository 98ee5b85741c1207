import { parseDocument } from 'yaml';
import { printable } from './audit/printable.js';
import { command, exitCodes, Misuse, type Terminal } from './command.js';
import { serviceDetails, withService } from './remote/service.js';
import { table } from './table.js';

interface DefinedRule {
  readonly name: string;
  readonly definedAt: string;
  readonly rule: {
    readonly events: readonly string[];
    readonly channel: { readonly kind: 'sms' | 'email' };
    readonly to: string | readonly string[];
    readonly enabled: boolean;
  };
}

interface Trial {
  readonly outcome: 'sent' | 'rejected' | 'unavailable' | 'unknown';
  readonly tries: readonly { readonly via: string; readonly outcome: string; readonly reason?: string; readonly messageId?: string }[];
  readonly subject?: string;
  readonly text: string;
  readonly segments?: number;
}

const name = { type: 'string', value: 'NAME', meaning: 'name of the rule' } as const;
const json = { type: 'boolean', meaning: 'print JSON' } as const;

export const notificationRules = command({
  description: 'Lists the rules that say who is told of what.',
  options: { json: { ...json, meaning: 'print JSON, conditions and texts included' } },
  details: serviceDetails,
  run: (given, terminal) => withService(terminal, async (service) => {
    const { rules } = await service.call<{ readonly rules: readonly DefinedRule[] }>('GET', '/notification-rules');
    if (given.json) await terminal.out(`${JSON.stringify(rules, undefined, 2)}\n`);
    else if (rules.length === 0) await terminal.out('No rules are defined\n');
    else await terminal.out(table(['name', 'in force', 'by', 'to', 'events'], rules.map(({ name: its, rule }) =>
      [its, rule.enabled ? 'yes' : 'no', rule.channel.kind, typeof rule.to === 'string' ? rule.to : `${rule.to.length} fixed`, rule.events.join(', ')])));
    return exitCodes.done;
  }),
});

export const notificationDefine = command({
  description: 'Defines a rule, or defines it anew, from a JSON or YAML file. It is about events that follow.',
  options: { name, file: { type: 'string', value: 'PATH', meaning: 'file with the rule' } },
  details: `What a rule may hold: docs/notifications.md.\n${serviceDetails}`,
  run: (given, terminal) => {
    const at = pathTo(given.name);
    const rule = ruleIn(given.file, terminal);
    return withService(terminal, async (service) => {
      await service.call('PUT', at, rule);
      await terminal.out(`The rule ${given.name} is defined\n`);
      return exitCodes.done;
    });
  },
});

export const notificationRemove = command({
  description: 'Removes a rule. Its messages that were not sent yet are parked.',
  options: { name },
  details: serviceDetails,
  run: (given, terminal) => {
    const at = pathTo(given.name);
    return withService(terminal, async (service) => {
      await service.call('DELETE', at);
      await terminal.out(`The rule ${given.name} is removed\n`);
      return exitCodes.done;
    });
  },
});

export const notificationTest = command({
  description: "Really sends a rule's message, to the one who is given and to nobody else, and says what became of it.",
  options: {
    name,
    to: { type: 'string', value: 'ADDRESS', meaning: 'phone number or e-mail address' },
    position: { type: 'string', value: 'NUMBER', meaning: 'position of the event that it tells of; made-up values without one' },
    json,
  },
  details: `The exit code is 1 unless it was sent.\n${serviceDetails}`,
  run: (given, terminal) => {
    const at = pathTo(given.name);
    if (given.to === undefined) throw new Misuse('--to is missing: the phone number or e-mail address to send to');
    if (given.position !== undefined && !/^[1-9]\d{0,14}$/.test(given.position)) throw new Misuse('--position must be a whole number');
    const { to, position } = given;
    return withService(terminal, async (service) => {
      const trial = await service.call<Trial>('POST', `${at}/test`, { to, ...(position === undefined ? {} : { position: Number(position) }) });
      await terminal.out(given.json ? `${JSON.stringify(trial, undefined, 2)}\n` : inWords(trial));
      return trial.outcome === 'sent' ? exitCodes.done : exitCodes.failed;
    });
  },
});

const inWords = ({ outcome, tries, subject, text, segments }: Trial): string => [
  ...(subject === undefined ? [] : [`  ${subject}`, '']),
  ...text.split('\n').map((line) => `  ${line}`),
  '',
  ...tries.map(({ via, outcome: its, reason, messageId }) => `${via}: ${its}${reason === undefined ? '' : `, ${reason}`}${messageId === undefined ? '' : ` (${messageId})`}`),
  outcome === 'sent' ? `sent${segments === undefined ? '' : `, ${segments} SMS`}` : outcome === 'unknown' ? 'it may have been sent' : 'not sent',
].map((line) => `${printable(line)}\n`).join('');

const pathTo = (rule: string | undefined): string => {
  if (rule === undefined) throw new Misuse('--name is missing: the name of the rule');
  return `/notification-rules/${encodeURIComponent(rule)}`;
};

/** JSON is YAML, too. */
const ruleIn = (path: string | undefined, { files }: Terminal): unknown => {
  if (path === undefined) throw new Misuse('--file is missing: the file with the rule');
  const text = read(path, files);
  if (text === undefined) throw new Misuse(`${path}: there is no such file`);
  const document = parseDocument(text);
  const fault = document.errors[0];
  if (fault) throw new Misuse(`${path}: ${fault.message.split('\n', 1)[0]}`);
  return document.toJS() as unknown;
};

const read = (path: string, files: Terminal['files']): string | undefined => {
  try {
    return files.read(path);
  } catch (error) {
    throw new Misuse(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
};
