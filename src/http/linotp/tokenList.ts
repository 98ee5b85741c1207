import type { TokenDetails, TokenQuery } from '../../projections/queries.js';
import { knownUser } from '../knownUser.js';
import type { Action, Call } from './call.js';
import { codes, failure } from './errors.js';
import type { Parameters } from './parameters.js';
import { result, type Failure } from './reply.js';
import { linotpSettings } from './settings.js';
import { tokenRecord, type RecordOptions, type TokenRecord } from './tokenRecord.js';

/** GET /admin/show: the tokens that an administrator looks for, a page at a time. */
export const showTokens: Action = async (call) => {
  const { parameters, application: { queries } } = call;
  const asCsv = parameters.get('outform')?.toLowerCase() === 'csv';
  const paging = pagingOf(parameters, asCsv ? largestPage : usualPage);
  if ('code' in paging) return paging;
  const filter = await filterOf(call);
  const options = { infoAsObject: parameters.get('tokeninfo_format') === 'json', lastAccess: (await linotpSettings(queries)).lastAccess };
  const { count, tokens } = filter ? await pageOf(call, filter, paging) : { count: 0, tokens: [] };
  const data: TokenRecord[] = [];
  // one after the other: a page of the list must not crowd out the logins that want to know their users
  for (const token of tokens) data.push(await recordOf(token, call, options));
  if (asCsv) return { kind: 'csv', lines: [Object.keys(data[0] ?? {}), ...data.map((record) => Object.values(record))], delimiter: '; ' };
  const resultset = { pages: Math.ceil(count / paging.size), pagesize: paging.size, tokens: count, page: paging.page };
  return result({ data, resultset });
};

interface Paging {
  readonly page: number;
  readonly size: number;
}

const pagingOf = (parameters: Parameters, usualSize: number): Paging | Failure => {
  const number = (name: string, usual: number): number | undefined => {
    const text = parameters.filled(name);
    return text === undefined ? usual : /^\d{1,6}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
  };
  const [page, size] = [number('page', 1), number('pagesize', usualSize)];
  return page === undefined || size === undefined ? failure(codes.paging, 'page and pagesize must be whole numbers above zero') : { page, size: Math.min(size, largestPage) };
};
const usualPage = 50;
const largestPage = 1000;

/** @returns undefined when nothing can match */
const filterOf = async ({ parameters, application: { users } }: Call): Promise<TokenQuery | undefined> => {
  const serial = parameters.filled('serial');
  const login = parameters.filled('user');
  const realm = parameters.filled('viewrealm') ?? (login === undefined ? parameters.filled('realm') : undefined);
  const user = login === undefined || login === '*' ? undefined : await users.find(login, parameters.filled('realm'));
  if (login !== undefined && login !== '*' && !user) return undefined;
  return {
    ...(serial === undefined ? {} : { serial }), ...(user ? { owner: { login: user.login, realm: user.realm } } : {}),
    ...(realm === undefined || realm === '*' ? {} : { realm }),
  };
};

const pageOf = async ({ parameters, application: { queries } }: Call, filter: TokenQuery, { page, size }: Paging): Promise<{ count: number; tokens: readonly TokenDetails[] }> => {
  const [offset, descending] = [(page - 1) * size, /^desc/i.test(parameters.get('sortdir') ?? '')];
  const column = (parameters.filled('sortby') ?? 'TokenId').replace(/^LinOtp\./i, '').toLowerCase();
  const words = parameters.filled('filter')?.toLowerCase();
  const by = column === 'tokenserialnumber' ? 'serial' : column === 'tokenid' || !Object.hasOwn(sortable, column) ? 'number' : undefined;
  if (words === undefined && by) return queries.tokens(filter, size, offset, { by, descending });
  // only what was opened can tell: all that the filter leaves is looked at
  const found = await queries.search(filter, ({ serial, description, owner }) =>
    words === undefined || [serial, description, owner?.login].some((text) => text?.toLowerCase().includes(words)));
  const key = (Object.hasOwn(sortable, column) ? sortable[column] : undefined) ?? (by === 'serial' ? ({ serial }: TokenDetails) => serial : ({ number }: TokenDetails) => number);
  const sorted = found.sort((a, b) => compare(key(a), key(b)) * (descending ? -1 : 1));
  return { count: found.length, tokens: sorted.slice(offset, offset + size) };
};

/** Columns of the list that need all tokens to be looked at before the first is known. */
const sortable: Readonly<Record<string, (token: TokenDetails) => string | number>> = {
  tokendesc: ({ description }) => description ?? '',
  isactive: ({ token }) => Number(token.enabled),
  failcount: ({ token }) => token.failCount,
  maxfail: ({ token }) => token.maxFail,
  otplen: ({ token }) => token.digits,
  userid: ({ owner }) => owner?.userId ?? '',
  username: ({ owner }) => owner?.login ?? '',
};

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

const recordOf = async (token: TokenDetails, { application: { users } }: Call, options: RecordOptions): Promise<TokenRecord> => {
  const { owner } = token;
  const user = owner?.login === undefined ? undefined : await knownUser(users, owner.login, owner.realm);
  return tokenRecord(token, user, options);
};
