import { z } from 'zod';
import type { HttpDependencies } from '../dependencies.js';
import { failedSends, ownedEvents, wasCalledFor, type OwnedEvent } from '../ownedEvents.js';
import { auditRow, columns, lines, type AuditRow } from './auditRows.js';
import { value, type Answer } from './envelope.js';
import { offsetOf, pageLinks, pageNumber, pageOf } from './pages.js';
import { name, wholeNumber } from './parameters.js';
import { fits } from './patterns.js';
import { route, type Call } from './route.js';

const auditParameters = z.looseObject({ timelimit: name.optional(), page: pageNumber, page_size: wholeNumber.default(15), sortorder: name.optional() });
type AuditCall = Call<z.infer<typeof auditParameters>>;

/** So many events are looked at for one search, the newest; `count` counts no others. */
const mostEvents = 20_000;

const search = async ({ parameters, caller }: AuditCall, { application }: HttpDependencies): Promise<readonly AuditRow[]> => {
  const serial = parameters['serial'];
  const since = sinceOf(parameters.timelimit, application.now());
  const events = await ownedEvents(application, {
    types: [...Object.keys(lines), 'SmsDispatchFailed'], most: mostEvents, ...(typeof serial === 'string' && /^[^*!]+$/.test(serial) ? { serial } : {}), ...(since ? { since } : {}),
  });
  const conditions = columns.flatMap((column) => {
    const pattern = parameters[column];
    return typeof pattern === 'string' && pattern !== '' ? [{ column, pattern }] : [];
  });
  const failuresOf = failedSends(events);
  const isUnsent = (event: OwnedEvent): boolean => failuresOf(event).some(({ final }) => final === true);
  const rows = byCommand(events.filter(wasCalledFor)).map((command) => auditRow(command, command.every(isUnsent))).filter((row) => conditions.every(({ column, pattern }) => matches(String(row[column]), pattern)));
  const seen = caller.kind === 'user' ? rows.filter(({ user, realm }) => user === caller.login && realm === caller.realm) : rows;
  return parameters.sortorder === 'asc' ? seen : seen.reverse();
};

/** What one command brought about, whatever the streams, is one line. */
const byCommand = (events: readonly OwnedEvent[]): OwnedEvent[][] => {
  const commands = new Map<string, OwnedEvent[]>();
  for (const event of events) commands.set(event.entry.causationId, [...(commands.get(event.entry.causationId) ?? []), event]);
  return [...commands.values()];
};

/** `*` stands for any text; what begins with `!` must not fit. */
const matches = (cell: string, pattern: string): boolean => (pattern.startsWith('!') ? !fits(cell, pattern.slice(1)) : fits(cell, pattern));

/** `2h`, `30m`, `7d`: how long ago; anything else is no limit. */
const sinceOf = (limit: string | undefined, now: Date): string | undefined => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(limit ?? '') ?? [];
  return count === undefined ? undefined : new Date(now.getTime() - Number(count) * seconds[unit!]! * 1000).toISOString();
};
const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

const page = async (call: AuditCall, deps: HttpDependencies): Promise<Answer> => {
  const rows = await search(call, deps);
  const wanted = pageOf(call.parameters.page, call.parameters.page_size);
  const auditdata = rows.slice(offsetOf(wanted), offsetOf(wanted) + wanted.size);
  return value({ auditdata, auditcolumns: columns, current: wanted.page, ...pageLinks(rows.length, wanted) });
};

const csv = async (call: AuditCall, deps: HttpDependencies): Promise<Answer> => {
  const cells = (await search(call, deps)).map((row) => columns.map((column) => `'${String(row[column]).replaceAll("'", "''")}'`));
  return { kind: 'plain', status: 200, type: 'text/csv', body: cells.map((line) => `${line.join(',')}\r\n`).join('') };
};

const all = { methods: ['GET'], access: 'holder', parameters: auditParameters } as const;
export const auditRoutes = [
  route({ ...all, path: '/audit/', answer: page }),
  route({ ...all, path: '/audit', answer: page }),
  route({ ...all, path: '/audit/:file', answer: csv }),
];
