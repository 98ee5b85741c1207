import { z } from 'zod';
import type { EventDefinition, Family } from '../events/event.js';

/** The parts of a JSON Schema that the fields of events make use of. */
interface FieldSchema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: FieldSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

const preface = `# Events

This page is made from the catalogue in \`src/events\` by \`npm run docs\`; change it there.

Everything that happens is an event in a stream. An event is never changed, and never deleted but from a cluster, by an operator, when it is
old, nothing hangs on it, and an archive has it ([stores.md](stores.md)). Events have one order, that of their positions; times are data.

## Around every event

| field | type | meaning |
| --- | --- | --- |
| \`id\` | text | UUID, derived from the command: a command that is repeated writes nothing twice |
| \`type\` | text | one of the names below; they never change |
| \`version\` | whole number | schema version of the data as it was written; older versions are lifted when they are read |
| \`stream\` | text | the stream that it belongs to |
| \`revision\` | whole number | place in its stream, from 0 without gaps |
| \`position\` | whole number | place in the order of all events; with gaps on a cluster |
| \`recordedAt\` | instant | when it was written, by the clock of the instance that wrote it |
| \`actor\` | object | who: \`kind\` is \`administrator\`, \`api-key\`, \`user\` or \`system\`; \`name\` is the account, the key or the reactor, never a user |
| \`client\` | text, sealed | network address that the request came from; left out where there was none |
| \`action\` | text | method and path of the request that caused it; left out where there was none |
| \`correlationId\` | text | the transaction id where there is one, else the id of the request |
| \`causationId\` | text | the command, or the event that was reacted to |
| \`origin\` | text | the instance that wrote it |

A **sealed** field is personal or secret: it is kept encrypted under a key of its stream, and is readable by nobody any more once that
key is destroyed. Optional fields are left out rather than empty.
`;

const typeOf = (field: FieldSchema): string => {
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.type === 'array') return `list of ${typeOf(field.items ?? {})}`;
  if (field.format === 'date-time') return 'instant';
  if (field.type === 'boolean') return '`true` or `false`';
  if (field.type === 'integer') return ['whole number', rangeOf(field)].filter(Boolean).join(', ');
  if (field.type === 'string') return 'text';
  throw new Error(`docs/events.md has no words for a field of type ${JSON.stringify(field)}`);
};

/** zod's whole numbers are bounded by what a double can hold; that is no rule of ours. */
const rangeOf = ({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: FieldSchema): string => {
  const least = minimum > Number.MIN_SAFE_INTEGER ? `from ${minimum}` : '';
  const most = maximum < Number.MAX_SAFE_INTEGER ? `to ${maximum}` : '';
  return [least, most].filter(Boolean).join(' ');
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const fieldRows = ({ schema, sealedFields }: EventDefinition): string[] => {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, FieldSchema>; required?: string[] };
  return Object.entries(properties).map(([name, field]) => {
    const type = [typeOf(field), ...(sealedFields.includes(name) ? ['sealed'] : []), ...(required.includes(name) ? [] : ['optional'])].join(', ');
    return `| \`${name}\` | ${cell(type)} | ${cell(field.description ?? '')} |`;
  });
};

const eventSection = (name: string, definition: EventDefinition): string => {
  const rows = fieldRows(definition);
  const table = rows.length === 0 ? 'No fields.' : ['| field | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  return `### ${name}\n\n${definition.meaning} Version ${definition.version}.\n\n${table}\n`;
};

/** Text of docs/events.md. */
export const eventsPage = (families: Readonly<Record<string, Family>>): string =>
  [preface, ...Object.entries(families).flatMap(([stream, family]) => [
    `## Stream \`${stream}\`\n`,
    ...Object.entries(family).map(([name, definition]) => eventSection(name, definition)),
  ])].join('\n');
