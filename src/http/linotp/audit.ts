import { serialOf } from '../../events/token.js';
import type { TrailEntry } from '../../projections/trail.js';
import { auditRow, columns, lines, type AuditRow, type Owner } from './auditRows.js';
import type { Action, Call } from './call.js';
import { codes, failure } from './errors.js';
import { like } from './like.js';
import type { Parameters } from './parameters.js';

/** GET /audit/search: the trail in the columns of LinOTP's audit. The newest of the events that the filter leaves are looked through. */
export const searchAudit: Action = async (call) => {
  const { parameters } = call;
  const [page, size] = [numberOf(parameters.filled('page') ?? '1'), numberOf(parameters.filled('rp') ?? '15')];
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
  const rows = (await rowsOf(serial, call)).filter(fits).sort((a, b) => direction * (a[column] < b[column] ? -1 : a[column] > b[column] ? 1 : a.number - b.number));
  const shown = rows.slice((page - 1) * size, page * size).map((row) => ({ id: row.number, cell: columns.map((name) => row[name]) }));
  return { kind: 'bare', document: { page, rows: shown, total: rows.length } };
};

/** So many events are looked at for one search. */
const mostEvents = 10_000;
const types = Object.keys(lines);

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

/** Oldest first, so that the owner of a token is known from its assignment on. */
const rowsOf = async (serial: string | undefined, { application: { trail, queries } }: Call): Promise<AuditRow[]> => {
  const newest: TrailEntry[] = [];
  let cursor: number | undefined;
  do {
    const page = await trail.page({ types, ...(serial === undefined ? {} : { stream: `token-${serial}` }) }, { limit: mostEvents - newest.length, order: 'desc', ...(cursor === undefined ? {} : { cursor }) });
    newest.push(...page.events);
    cursor = page.next;
  } while (cursor !== undefined && newest.length < mostEvents);

  const owners = new Map<string, Owner | undefined>();
  const rows: AuditRow[] = [];
  for (const entry of newest.reverse()) {
    const of = entry.stream.startsWith('token-') ? serialOf(entry.stream) : '';
    if (of !== '' && !owners.has(of)) {
      const owner = (await queries.token(of))?.owner;
      owners.set(of, owner?.login === undefined ? undefined : { login: owner.login, realm: owner.realm });
    }
    if (entry.type === 'TokenAssigned') owners.set(of, { login: String(entry.data['login']), realm: String(entry.data['realm']) });
    const row = auditRow(entry, of === '' && typeof entry.data['serial'] === 'string' ? entry.data['serial'] : of, owners.get(of));
    if (row) rows.push(row);
    if (entry.type === 'TokenUnassigned' || entry.type === 'TokenDeleted') owners.set(of, undefined);
  }
  return rows;
};
