import { administratorOf, failedSends, wasCalledFor, type OwnedEvent } from '../ownedEvents.js';

/** One line of LinOTP's audit, by the names of its columns. */
export interface AuditRow {
  readonly number: number;
  readonly date: string;
  /** Always right: the trail cannot be changed. */
  readonly sig_check: 'OK';
  readonly missing_line: '';
  readonly action: string;
  readonly success: '0' | '1';
  readonly serial: string;
  readonly token_type: string;
  readonly user: string;
  readonly realm: string;
  readonly administrator: string;
  readonly action_detail: string;
  readonly info: string;
  readonly linotp_server: string;
  readonly client: string;
  readonly log_level: 'INFO';
  readonly clearance_level: 0;
}

/** In the order of the cells. */
export const columns = [
  'number', 'date', 'sig_check', 'missing_line', 'action', 'success', 'serial', 'token_type', 'user', 'realm', 'administrator', 'action_detail', 'info',
  'linotp_server', 'client', 'log_level', 'clearance_level',
] as const satisfies readonly (keyof AuditRow)[];

type Data = Readonly<Record<string, unknown>>;
interface Line {
  /** LinOTP's action. */
  readonly action: string;
  readonly success?: false;
  readonly detail?: (data: Data, owner: OwnedEvent['owner'], serial: string) => string;
  readonly info?: (data: Data) => string;
}

const check = 'validate/check';
const challenged: Line = { action: check, success: false, detail: () => 'challenge created' };
const set = (name: string): Line => ({ action: 'admin/set', detail: () => `set ${name}` });

/** The events that are lines of the audit, and how they read there. */
const lines: Readonly<Record<string, Line>> = {
  ChallengeIssued: challenged,
  TriggerSuppressed: challenged,
  ChallengeAnswered: { action: check, detail: (_, owner, serial) => `${owner ? `user '${owner.login}'@'${owner.realm}'` : `serial '${serial}'`} successfully authenticated.` },
  AttemptRejected: { action: check, success: false, detail: ({ reason }) => wordsFor[String(reason)] ?? (unsent[String(reason)] === undefined ? 'wrong otp pin -1' : ''), info: ({ reason }) => unsent[String(reason)] ?? String(reason) },
  AuthenticationRefused: { action: check, success: false, detail: ({ reason }) => wordsFor[String(reason)] ?? 'no token found!' },
  TokenEnrolled: { action: 'admin/init' },
  TokenAssigned: { action: 'admin/assign' },
  TokenUnassigned: { action: 'admin/unassign' },
  PinSet: set('pin'),
  PhoneChanged: set('phone'),
  TokenDescribed: set('description'),
  TokenAdjusted: { action: 'admin/set', detail: (data) => `set ${Object.keys(data).join(', ')}` },
  TokenRealmsSet: { action: 'admin/tokenrealm' },
  TokenEnabled: { action: 'admin/enable' },
  TokenDisabled: { action: 'admin/disable' },
  TokenRevoked: { action: 'admin/revoke' },
  TokenDeleted: { action: 'admin/remove' },
  PersonErased: { action: 'admin/erase' },
  FailCounterReset: { action: 'admin/reset' },
  CounterResynced: { action: 'admin/resync' },
  SettingChanged: { action: 'system/setConfig', info: ({ key, value }) => `${String(key)}=${String(value)}` },
  SettingRemoved: { action: 'system/delConfig', info: ({ key }) => String(key) },
  GatewayDefined: { action: 'system/setProvider' },
  GatewayRemoved: { action: 'system/delProvider' },
  SignedIn: { action: 'admin/login' },
  SignedOut: { action: 'admin/logout' },
  SignInRefused: { action: 'admin/login', success: false },
};

const unsent: Readonly<Record<string, string>> = { 'no-gateway': 'The SMS could not be sent: there is no provider', 'no-phone': 'The SMS could not be sent: the token has no number' };

/** All that the audit is made of. */
export const eventTypes: readonly string[] = [...Object.keys(lines), 'SmsDispatchFailed'];

/** LinOTP's words for reasons that have words of their own. */
const wordsFor: Readonly<Record<string, string>> = {
  locked: 'Failcounter exceeded',
  disabled: 'Token inactive',
  'not-valid-now': 'Authentication validity period mismatch!',
  'used-up': 'Authentication counter exceeded',
  'unknown-user': 'User not found',
  'no-token': 'User has no tokens assigned',
};

/** A line for each event that somebody called for. What became of an SMS stands in the line of the call that asked for it. */
export const auditRows = (events: readonly OwnedEvent[]): AuditRow[] => {
  const failuresOf = failedSends(events);
  return events.filter(wasCalledFor).map((event) => {
    const row = auditRow(event);
    const failures = failuresOf(event);
    if (failures.length === 0) return row;
    const info = failures.map(({ gateway, reason }) => `The SMS could not be sent: ${String(gateway)}: ${String(reason)}`).join('; ');
    return failures.some(({ final }) => final === true) ? { ...row, success: '0', action_detail: '', info } : { ...row, info };
  });
};

/** @param event one of `lines` */
const auditRow = (event: OwnedEvent): AuditRow => {
  const { entry, serial, owner } = event;
  const line = lines[entry.type]!;
  return {
    number: entry.position, date: entry.recordedAt.replace(/Z$/, '+00:00'), sig_check: 'OK', missing_line: '',
    action: entry.data['reason'] === 'unknown-account' ? 'admin/login' : line.action === check ? calledFor(entry) : line.action, success: line.success === false && !isSmspinsSuccess(entry) ? '0' : '1',
    serial, token_type: serial === '' ? '' : 'sms', user: owner?.login ?? '', realm: owner?.realm ?? '', administrator: `'${administratorOf(event)}'`,
    action_detail: line.detail?.(entry.data, owner, serial) ?? '', info: line.info?.(entry.data) ?? '',
    linotp_server: entry.origin, client: entry.client ?? '', log_level: 'INFO', clearance_level: 0,
  };
};

/** An SMS on its way is what smspin wants; to the other paths it is a login that has not succeeded yet. */
const isSmspinsSuccess = (entry: OwnedEvent['entry']): boolean => lines[entry.type] === challenged && calledFor(entry) === 'validate/smspin';

/** Which of the paths for logging in was called; `validate/check` where another dialect was. */
const calledFor = ({ action }: OwnedEvent['entry']): string => action?.match(/\/(validate\/\w+)$/)?.[1] ?? check;
