import { isLive, type Challenge, type Token } from '../../commands/token.js';
import type { Actor, Sealed } from '../../events/event.js';
import type { TokenEvent } from '../../events/token.js';
import type { PastChallenge, TokenHistory } from '../../projections/history.js';
import type { TrailEntry } from '../../projections/trail.js';

/** A token at an instant, as an auditor may read it: the stable form of `audit replay --json`. No secret is in it. */
export interface TokenReport {
  readonly stream: string;
  readonly serial: string;
  /** The instant that is reported on. */
  readonly asOf: string;
  /** The last event that was replayed, and how many there are. */
  readonly revision: number;
  readonly position: number;
  readonly lastRevision: number;
  readonly token: TokenState;
  readonly challenges: readonly ChallengeReport[];
  readonly events: readonly TrailEntry[];
  readonly warnings: readonly string[];
}

export interface TokenState {
  readonly state: 'active' | 'locked' | 'disabled' | 'revoked' | 'erased' | 'deleted';
  readonly lockedSince?: string;
  readonly failCount: number;
  /** Wrong codes without a PIN; they count towards the limit too. */
  readonly unshownFailures: number;
  readonly maxFail: number;
  readonly owner?: { readonly login: string; readonly realm: string; readonly resolver?: string; readonly userId?: string };
  readonly assignedAt?: string;
  readonly phone?: string;
  readonly dynamicPhone: boolean;
  readonly pinSet: boolean;
  readonly description?: string;
  readonly gateway?: string;
  readonly realms: readonly string[];
  readonly info: Readonly<Record<string, string>>;
  readonly digits: number;
  readonly algorithm: string;
  readonly counter: number;
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly logins: number;
  readonly maxLogins: number;
  readonly successes: number;
  readonly maxSuccesses: number;
  readonly enrolledAt: string;
  readonly lastSuccessAt?: string;
}

export interface ChallengeReport {
  readonly transactionId: string;
  readonly counter: number;
  readonly issuedAt: string;
  readonly issuedBy: Actor;
  readonly client?: string;
  readonly trigger: string;
  readonly expiresAt: string;
  /** `expired` by time counts, recorded or not; `discarded`: its token was deleted, enrolled anew, or had too many. */
  readonly status: Challenge['status'] | 'discarded';
  /** False for one that is over by time alone. */
  readonly statusRecorded: boolean;
  readonly ended?: Happening;
  readonly delivery: Challenge['delivery'];
  /** What a gateway said later of the SMS, however late. */
  readonly receipt?: 'delivered' | 'undelivered';
  readonly sends: readonly Happening[];
  readonly attempts: readonly Happening[];
}

/** Something that happened to a challenge. */
export interface Happening {
  readonly at: string;
  readonly type: string;
  readonly by: Actor;
  readonly client?: string;
  readonly gateway?: string;
  readonly messageId?: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly detail?: string;
  readonly counted?: boolean;
}

export interface ReportParts {
  readonly serial: string;
  readonly stream: string;
  readonly history: TokenHistory;
  /** Every event that was replayed, opened; its place is its revision. */
  readonly events: readonly TrailEntry[];
  readonly lastRevision: number;
  readonly asOf: string;
  /** Plain text of a sealed field, or what stands for it. */
  readonly open: (sealed: Sealed) => Promise<string>;
}

export const tokenReport = async ({ serial, stream, history, events, lastRevision, asOf, open }: ReportParts): Promise<TokenReport> => {
  const { revision, position } = events.at(-1)!;
  return {
    stream, serial, asOf, revision, position, lastRevision,
    token: await tokenState(history, open),
    challenges: history.challenges.map((past) => challengeReport(past, events, asOf)),
    events,
    warnings: history.clockWentBack.map((at) => `revision ${at} has an earlier time than the one before it: a clock went back`),
  };
};

const stateOf = (token: Token, locked: boolean): TokenState['state'] => {
  if (token.life === 'absent') return 'deleted';
  if (token.erased) return 'erased';
  if (token.revoked) return 'revoked';
  if (!token.enabled) return 'disabled';
  return locked ? 'locked' : 'active';
};

const tokenState = async ({ token, lockedSince }: TokenHistory, open: ReportParts['open']): Promise<TokenState> => {
  const { owner, phone, description, pinHash, info } = token;
  const opened = async <K extends string>(name: K, sealed: Sealed | undefined) => (sealed === undefined ? {} : { [name]: await open(sealed) }) as { [P in K]?: string };
  const entries = await Promise.all(Object.entries(info).map(async ([key, value]) => [key, await open(value)] as const));
  const { failCount, unshownFailures, maxFail, dynamicPhone, realms, digits, algorithm, counter, logins, maxLogins, successes, maxSuccesses, enrolledAt } = token;
  return {
    state: stateOf(token, lockedSince !== undefined),
    ...present({ lockedSince }), failCount, unshownFailures, maxFail,
    ...(owner ? { owner: { login: await open(owner.login), realm: owner.realm, ...present({ resolver: owner.resolver }), ...(await opened('userId', owner.userId)) } } : {}),
    ...present({ assignedAt: token.assignedAt }),
    ...(await opened('phone', phone)), dynamicPhone, pinSet: pinHash !== undefined,
    ...(await opened('description', description)), ...present({ gateway: token.gateway }), realms, info: Object.fromEntries(entries),
    digits, algorithm, counter, ...present({ validFrom: token.validFrom, validUntil: token.validUntil }),
    logins, maxLogins, successes, maxSuccesses, enrolledAt, ...present({ lastSuccessAt: token.lastSuccessAt }),
  };
};

const challengeReport = ({ challenge, issued, ended, discarded, events: own }: PastChallenge, events: readonly TrailEntry[], asOf: string): ChallengeReport => {
  const { transactionId, counter, issuedAt, expiresAt, delivery } = challenge;
  const happened = (event: TokenEvent): Happening => {
    const { actor, client, recordedAt, type, data } = events[event.revision]!;
    const { gateway, messageId, outcome, reason, detail, counted } = data as Partial<Happening>;
    return { at: recordedAt, type, by: actor, ...present({ client, gateway, messageId, outcome, reason, detail, counted }) };
  };
  const overByTime = !discarded && challenge.status === 'open' && !isLive(challenge, new Date(asOf));
  const { actor, client } = events[issued.revision]!;
  return {
    transactionId, counter, issuedAt, issuedBy: actor, ...present({ client }), trigger: (issued.data as { trigger: string }).trigger, expiresAt,
    status: discarded ? 'discarded' : overByTime ? 'expired' : challenge.status,
    statusRecorded: !overByTime,
    ...(ended ? { ended: happened(ended) } : {}),
    delivery, ...present({ receipt: receiptIn(own) }),
    sends: own.filter(({ type }) => sending.has(type)).map(happened),
    attempts: own.filter(({ type }) => type === 'AttemptRejected').map(happened),
  };
};

const sending = new Set(['SendClaimed', 'SmsDispatched', 'SmsDispatchFailed', 'SmsDelivered', 'SmsUndelivered']);

const receiptIn = (events: readonly TokenEvent[]): ChallengeReport['receipt'] => {
  const types = new Set(events.map(({ type }) => type));
  return types.has('SmsDelivered') ? 'delivered' : types.has('SmsUndelivered') ? 'undelivered' : undefined;
};

/** Without what is undefined. */
const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
