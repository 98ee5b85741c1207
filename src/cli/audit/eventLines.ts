import type { Actor } from '../../events/event.js';
import type { TrailEntry } from '../../projections/trail.js';
import { printable, shortly } from './printable.js';

export const whoIs = ({ kind, name }: Actor): string => printable(name === undefined ? kind : `${kind} ${name}`);

/** The event in one line: its type as docs/events.md lists it, and its data. */
const what = ({ type, data }: TrailEntry): string => [type, ...Object.entries(data).map(([name, value]) => `${name}=${shortly(value)}`)].join(' ');

const cellsOf = (entry: TrailEntry, withStream: boolean): string[] => [
  String(entry.position),
  ...(withStream ? [printable(entry.stream)] : [String(entry.revision)]),
  entry.recordedAt, whoIs(entry.actor), printable(entry.client ?? '-'), what(entry),
];

/** Events below one another, in columns under a heading. */
export const eventTable = (entries: readonly TrailEntry[], { withStream }: { readonly withStream: boolean }): string => {
  const heading = ['position', withStream ? 'stream' : 'rev', 'recorded at', 'who', 'from', 'what'];
  const rows = [heading, ...entries.map((entry) => cellsOf(entry, withStream))];
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const isNumber = (column: number): boolean => column === 0 || (column === 1 && !withStream);
  return rows.map((row) => `  ${row.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ').trimEnd()}\n`).join('');
};

/** One event of all streams, for a list whose end is not known. */
export const eventLine = (entry: TrailEntry): string => {
  const [position, stream, time, who, from, rest] = cellsOf(entry, true) as [string, string, string, string, string, string];
  return `${position.padStart(6)}  ${time}  ${stream.padEnd(18)}  ${who.padEnd(18)}  ${from.padEnd(15)}  ${rest}\n`;
};
