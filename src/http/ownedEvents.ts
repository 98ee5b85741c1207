import type { Application } from '../application.js';
import { accountStream, nameOfAccount } from '../events/account.js';
import { serialOf, tokenStream } from '../events/token.js';
import type { TrailEntry } from '../projections/trail.js';

/** An event, the token that it is about, and whose token that was at the time. */
export interface OwnedEvent {
  readonly entry: TrailEntry;
  /** Empty where it is about no token. */
  readonly serial: string;
  readonly owner?: { readonly login: string; readonly realm: string };
}

/**
 * The newest events of these types, oldest of them first.
 * @param serial narrows to one token
 * @param most so many events are looked at
 */
export const ownedEvents = async (
  { trail, queries }: Pick<Application, 'trail' | 'queries'>,
  { types, serial, since, most }: { readonly types: readonly string[]; readonly serial?: string; readonly since?: string; readonly most: number },
): Promise<OwnedEvent[]> => {
  const newest: TrailEntry[] = [];
  let cursor: number | undefined;
  do {
    const filter = { types, ...(serial === undefined ? {} : { stream: tokenStream(serial) }), ...(since === undefined ? {} : { since }) };
    const page = await trail.page(filter, { limit: most - newest.length, order: 'desc', ...(cursor === undefined ? {} : { cursor }) });
    newest.push(...page.events);
    cursor = page.next;
  } while (cursor !== undefined && newest.length < most);

  const owners = new Map<string, OwnedEvent['owner']>();
  const found: OwnedEvent[] = [];
  for (const entry of newest.reverse()) {
    const of = entry.stream.startsWith(tokenStream('')) ? serialOf(entry.stream) : '';
    // assigned before the oldest of these events, or never: then today's owner is the best that is known
    if (of !== '' && !owners.has(of)) owners.set(of, ownerOf((await queries.token(of))?.owner));
    if (entry.type === 'TokenAssigned') owners.set(of, ownerOf(entry.data));
    const named = typeof entry.data['serial'] === 'string' ? entry.data['serial'] : '';
    const owner = of === '' ? ownerOf(entry.data) : owners.get(of);
    found.push({ entry, serial: of || named, ...(owner ? { owner } : {}) });
    if (entry.type === 'TokenUnassigned' || entry.type === 'TokenDeleted') owners.set(of, undefined);
  }
  return found;
};

const ownerOf = (named: { readonly login?: unknown; readonly realm?: unknown } | undefined): OwnedEvent['owner'] =>
  typeof named?.login === 'string' ? { login: named.login, realm: typeof named.realm === 'string' ? named.realm : '' } : undefined;

/**
 * Whether an audit of calls has a line for it. A code that a success sends, and a counter that a login sets to zero, come with the login; what
 * became of an SMS belongs to the line of its challenge.
 */
export const wasCalledFor = ({ entry: { type, data, actor } }: OwnedEvent): boolean =>
  type !== 'SmsDispatchFailed' && data['trigger'] !== 'success' && !(type === 'FailCounterReset' && actor.kind === 'user');

/** The sends that failed for the challenge of an event; empty for events that are no challenge. */
export const failedSends = (events: readonly OwnedEvent[]): ((of: OwnedEvent) => readonly TrailEntry['data'][]) => {
  const sends = new Map<string, TrailEntry['data'][]>();
  for (const event of events) if (event.entry.type === 'SmsDispatchFailed') sends.set(smsOf(event), [...(sends.get(smsOf(event)) ?? []), event.entry.data]);
  return (of) => (of.entry.type === 'ChallengeIssued' ? (sends.get(smsOf(of)) ?? []) : []);
};

const smsOf = ({ serial, entry }: OwnedEvent): string => `${serial} ${String(entry.data['transactionId'])}`;

/** The administrator who did it; who signs in is known by the account alone. Empty for users, whose sign-ins tell nobody's name. */
export const administratorOf = ({ entry: { stream, actor } }: OwnedEvent): string => {
  if (actor.kind === 'administrator' || actor.kind === 'api-key') return actor.name ?? '';
  return stream.startsWith(accountStream('')) && !stream.startsWith(accountStream('user:')) ? nameOfAccount(stream) : '';
};
