import { ownedEvents } from '../ownedEvents.js';
import { auditRows, columns, eventTypes, type AuditRow } from './auditRows.js';
import type { Action } from './call.js';
import { codes, failure } from './errors.js';
import { like } from './like.js';
import type { Parameters } from './parameters.js';

/** GET /audit/search: the trail in the columns of LinOTP's audit. The newest of the events that the filter leaves are looked through. */
export const searchAudit: Action = async ({ parameters, application }) => {
  const asCsv = parameters.get('outform')?.toLowerCase() === 'csv';
  const [page, size] = [numberOf(parameters.filled('page') ?? '1'), numberOf(parameters.filled('rp') ?? (asCsv ? String(mostEvents) : '15'))];
  if (page === undefined || size === undefined) return failure(codes.paging, 'page and rp must be whole numbers above zero');
  const filters = filtersOf(parameters);
  const any = parameters.get('or')?.toLowerCase() === 'true' && filters.length > 0;
  const fits = (row: AuditRow): boolean => {
    const fitting = filters.filter(({ column, pattern }) => like(pattern, String(row[column])));
    return any ? fitting.length > 0 : fitting.length === filters.length;
  };
  const column = columnOf(parameters.filled('sortname') ?? 'number') ?? 'number';
  const direction = /^asc/i.test(parameters.get('sortorder') ?? '') ? 1 : -1;
  const serial = any ? undefined : filters.find((filter) => filter.column === 'serial' && !/[%_]/.test(filter.pattern))?.pattern;
  const events = await ownedEvents(application, { types: eventTypes, most: mostEvents, ...(serial === undefined ? {} : { serial }) });
  const rows = auditRows(events).filter(fits).sort((a, b) => direction * (a[column] < b[column] ? -1 : a[column] > b[column] ? 1 : a.number - b.number));
  const shown = rows.slice((page - 1) * size, page * size).map((row) => ({ id: row.number, cell: columns.map((name) => row[name]) }));
  if (!asCsv) return { kind: 'bare', document: { page, rows: shown, total: rows.length } };
  const headings = parameters.get('headers')?.toLowerCase() === 'false' ? [] : [columns];
  return { kind: 'csv', lines: [...headings, ...shown.map(({ cell }) => cell)], delimiter: parameters.filled('delimiter')?.slice(0, 5) ?? ',' };
};

/** So many events are looked at for one search. */
const mostEvents = 10_000;

interface Filter {
  readonly column: keyof AuditRow;
  readonly pattern: string;
}

const columnOf = (name: string): keyof AuditRow | undefined => {
  const column = name === 'tokentype' ? 'token_type' : name;
  return columns.find((each) => each === column);
};

/** By the names of the columns; or `query` for the column `qtype`, or for several as `a=b;c=d`. */
const filtersOf = (parameters: Parameters): readonly Filter[] => {
  const [query, qtype] = [parameters.filled('query'), parameters.filled('qtype')];
  const extended = query === undefined ? [] : qtype === 'extsearch' ? query.split(';').map((pair) => pair.split('=', 2)) : [[qtype ?? '', query]];
  return [...parameters.entries(), ...extended].flatMap(([name = '', pattern = '']) => {
    const column = columnOf(name.trim());
    return column === undefined || pattern === '' ? [] : [{ column, pattern: pattern.trim() }];
  });
};

const numberOf = (text: string): number | undefined => (/^\d{1,6}$/.test(text) && Number(text) > 0 ? Number(text) : undefined);
