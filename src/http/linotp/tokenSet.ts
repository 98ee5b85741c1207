import type { AdjustToken } from '../../commands/adjustToken.js';
import type { Change } from '../../commands/outcome.js';
import { Secret } from '../../security/secret.js';
import type { Action, Call } from './call.js';
import { algorithmOf } from './enrolment.js';
import { codes, failure, refusedChange } from './errors.js';
import { result } from './reply.js';
import { selectionOf } from './selection.js';

type TokenChange = (serial: string, call: Call) => Promise<Change>;
type Set = (value: string) => { readonly adjust: AdjustToken } | { readonly change: TokenChange } | { readonly fault: string };

const whole = (field: keyof AdjustToken): Set => (value) => (/^\d{1,9}$/.test(value) ? { adjust: { [field]: Number(value) } } : { fault: `'${value}' is no whole number` });
const instant = (field: 'validFrom' | 'validUntil'): Set => (value) => {
  const found = instantOf(value);
  return found === undefined ? { fault: `'${value}' is no date such as 31/12/26 23:59` } : { adjust: { [field]: found } };
};

/** What may be set, by the name in lower case, with the name that the answer repeats. */
const settable: Readonly<Record<string, readonly [name: string, set: Set]>> = {
  pin: ['pin', (value) => ({ change: (serial, { application: { tokens }, context }) => tokens.setPin(serial, new Secret(value), context()) })],
  maxfailcount: ['MaxFailCount', whole('maxFail')],
  syncwindow: ['SyncWindow', whole('syncWindow')],
  otplen: ['OtpLen', whole('digits')],
  counterwindow: ['CounterWindow', whole('countWindow')],
  hashlib: ['hashlib', (value) => {
    const algorithm = algorithmOf(value);
    return algorithm === 'unknown' ? { fault: 'hashlib must be sha1, sha256 or sha512' } : { adjust: { algorithm } };
  }],
  countauthmax: ['countAuthMax', whole('maxLogins')],
  countauthsuccessmax: ['countAuthSuccessMax', whole('maxSuccesses')],
  validityperiodstart: ['validityPeriodStart', instant('validFrom')],
  validityperiodend: ['validityPeriodEnd', instant('validUntil')],
  description: ['description', (value) => ({ adjust: { description: value } })],
  phone: ['phone', (value) => ({ change: (serial, { application: { tokens }, context }) => tokens.changePhone(serial, value, context()) })],
};

/** POST /admin/set: changes what is named of the tokens that are meant. All values are looked at before the first is set. */
export const setToken: Action = async (call) => {
  const parameters = call.parameters.inLowerCase();
  const wishes = parameters.entries().flatMap(([key, value]) => {
    const [name, set] = (Object.hasOwn(settable, key) && settable[key]) || [];
    return name && set ? [{ name, set: set(value) }] : [];
  });
  if (wishes.length === 0) return failure(codes.usage, `usage: serial or user, and at least one of ${Object.values(settable).map(([name]) => name).join(', ')}`);
  for (const { set } of wishes) if ('fault' in set) return failure(codes.other, set.fault);
  const selection = await selectionOf(parameters, call.application);
  if (selection.kind === 'failure') return selection;

  const adjust: AdjustToken = Object.assign({}, ...wishes.map(({ set }) => ('adjust' in set ? set.adjust : {})));
  const changes = wishes.flatMap(({ set }) => ('change' in set ? [set.change] : []));
  let count = 0;
  for (const serial of selection.serials) {
    const change = await changeAll(serial, adjust, changes, call);
    if (change.kind === 'done') count += 1;
    else if (change.reason !== 'unknown-token') return refusedChange(change);
  }
  const detail = count === 0 && selection.kind === 'serials' ? { message: `No token with serial ${selection.serials.join(' ')}` } : undefined;
  return result(Object.fromEntries(wishes.map(({ name }) => [`set ${name}`, count])), { detail });
};

const changeAll = async (serial: string, adjust: AdjustToken, changes: readonly TokenChange[], call: Call): Promise<Change> => {
  let last: Change = { kind: 'done', changed: false, value: undefined };
  if (Object.keys(adjust).length > 0) last = await call.application.tokens.adjust(serial, adjust, call.context());
  for (const change of changes) if (last.kind === 'done') last = await change(serial, call);
  return last;
};

/** `dd/mm/yy HH:MM`, UTC, to ISO 8601; empty for no limit. */
const instantOf = (text: string): string | undefined => {
  if (text.trim() === '') return '';
  const [, day, month, year, time] = /^(\d\d)\/(\d\d)\/(\d\d) (\d\d:\d\d)$/.exec(text.trim()) ?? [];
  const instant = `20${year}-${month}-${day}T${time}:00.000Z`;
  return day !== undefined && !Number.isNaN(Date.parse(instant)) ? instant : undefined;
};
