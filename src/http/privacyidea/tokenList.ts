import { z } from 'zod';
import type { TokenDetails, TokenQuery } from '../../projections/queries.js';
import type { HttpDependencies } from '../dependencies.js';
import { value, type Answer } from './envelope.js';
import { offsetOf, pageLinks, pageNumber, pageOf, type Page } from './pages.js';
import { flagIfSent, list, name, text, wholeNumber } from './parameters.js';
import { fits } from './patterns.js';
import { route, type Call } from './route.js';
import { userMeant } from './subject.js';
import { tokenRecord, type TokenRecord } from './tokenRecord.js';

const listParameters = z.object({
  serial: list.optional(), user: name.optional(), realm: name.optional(), resolver: name.optional(), userid: name.optional(), tokenrealm: name.optional(),
  type: name.optional(), type_list: list.optional(), description: text.optional(), rollout_state: name.optional(), container_serial: name.optional(),
  assigned: flagIfSent, active: flagIfSent, infokey: name.optional(), infovalue: text.optional(),
  sortby: name.optional(), sortdir: name.optional(), page: pageNumber, pagesize: wholeNumber.default(15), outform: name.optional(),
});
type ListParameters = z.infer<typeof listParameters>;

const tokens = async ({ parameters, caller }: Call<ListParameters>, { application }: HttpDependencies): Promise<Answer> => {
  const page = parameters.outform === 'csv' ? pageOf(1, Infinity) : pageOf(parameters.page, parameters.pagesize);
  const own = caller.kind === 'user' ? { login: caller.login, realm: caller.realm } : undefined;
  const named = await userMeant(parameters, application);
  const owner = own ?? (named && !named.login.includes('*') && parameters.realm?.includes('*') !== true ? named : undefined);
  const filter: TokenQuery = {
    ...(parameters.serial?.length ? { serial: parameters.serial } : {}), ...(owner ? { owner } : {}),
    ...(parameters.active === undefined ? {} : { active: parameters.active }), ...(parameters.assigned === undefined ? {} : { assigned: parameters.assigned }),
  };
  const { count, found } = await find(filter, { ...parameters, user: owner ? undefined : named?.login }, page, application.queries);
  const records = found.map(tokenRecord);
  if (parameters.outform === 'csv') return { kind: 'plain', status: 200, type: 'text/csv', body: csv(records) };
  return value({ ...pageLinks(count, page), tokens: records });
};

type Queries = HttpDependencies['application']['queries'];

/** The database narrows, sorts and pages where it can; what is sealed has to be opened first. */
const find = async (filter: TokenQuery, wanted: ListParameters, page: Page, queries: Queries): Promise<{ count: number; found: readonly TokenDetails[] }> => {
  const sealed = conditions(wanted);
  const by = wanted.sortby ?? 'serial';
  const descending = wanted.sortdir === 'desc';
  if (sealed.length === 0 && (by === 'serial' || by === 'id')) {
    const { count, tokens: found } = await queries.tokens(filter, page.size, offsetOf(page), { by: by === 'id' ? 'number' : 'serial', descending });
    return { count, found };
  }
  const matching = await queries.search(filter, (token) => {
    const record = tokenRecord(token);
    return sealed.every((condition) => condition(record));
  });
  const key = new Map(matching.map((token) => [token, sortKey(tokenRecord(token), by)]));
  matching.sort((a, b) => (descending ? -1 : 1) * compare(key.get(a)!, key.get(b)!));
  return { count: matching.length, found: matching.slice(offsetOf(page), offsetOf(page) + page.size) };
};

/** The conditions that only an opened record can be asked for. */
const conditions = (wanted: ListParameters): ((record: TokenRecord) => boolean)[] => {
  const { user, realm, resolver, userid, tokenrealm, type, type_list: types, description, rollout_state: state, container_serial: container, infokey, infovalue } = wanted;
  const tests: [unknown, (record: TokenRecord) => boolean][] = [
    [user, ({ username }) => fits(username, user!)],
    [realm, ({ user_realm, realms }) => [user_realm, ...realms].some((each) => fits(each, realm!))],
    [resolver, (record) => fits(record.resolver, resolver!)],
    [userid, (record) => fits(record.user_id, userid!)],
    [tokenrealm, ({ realms }) => realms.some((each) => fits(each, tokenrealm!))],
    [type, ({ tokentype }) => fits(tokentype, type!)],
    [types, ({ tokentype }) => types!.length === 0 || types!.some((each) => fits(tokentype, each))],
    [description, (record) => fits(record.description, description!)],
    [state, (record) => fits(record.rollout_state, state!)],
    [container, (record) => fits(record.container_serial, container!)],
    [infokey, ({ info }) => Object.hasOwn(info, infokey!) && (infovalue === undefined || info[infokey!] === infovalue)],
  ];
  return tests.filter(([given]) => given !== undefined).map(([, test]) => test);
};

const sortKey = (record: TokenRecord, by: string): string | number => {
  const found = (record as Readonly<Record<string, unknown>>)[by];
  return typeof found === 'number' ? found : typeof found === 'boolean' ? Number(found) : typeof found === 'string' ? found.toLowerCase() : record.serial;
};

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

const columns = ['serial', 'active', 'description', 'failcount', 'maxfail', 'otplen', 'count', 'tokentype', 'username', 'user_id', 'user_realm', 'resolver'] as const;

const csv = (records: readonly TokenRecord[]): string =>
  [columns.join(','), ...records.map((record) => columns.map((column) => quoted(String(record[column]))).join(','))].map((line) => `${line}\r\n`).join('');

/** Quoted always; a leading sign would make a formula of it in a spreadsheet. */
const quoted = (cell: string): string => `"${(/^[=+@\t\r-]/.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`;

const all = { methods: ['GET'], access: 'holder', parameters: listParameters, answer: tokens } as const;
export const tokenListRoutes = [route({ ...all, path: '/token/' }), route({ ...all, path: '/token' })];
