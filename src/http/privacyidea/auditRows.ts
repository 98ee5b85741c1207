import { administratorOf, type OwnedEvent } from '../ownedEvents.js';
import type { Authentication } from './envelope.js';
import { notSentMessage, reasonWords } from './outcomes.js';

/** In the order that privacyIDEA gives them. */
export const columns = [
  'number', 'action', 'success', 'authentication', 'serial', 'date', 'startdate', 'duration', 'token_type', 'user', 'realm', 'administrator', 'action_detail', 'info',
  'privacyidea_server', 'client', 'user_agent', 'user_agent_version', 'log_level', 'policies', 'clearance_level', 'sig_check', 'missing_line', 'resolver', 'thread_id',
  'container_serial', 'container_type',
] as const;
export type AuditRow = Readonly<Record<(typeof columns)[number], string | number>>;

type Data = OwnedEvent['entry']['data'];
interface Line {
  readonly action: string | ((data: Data) => string);
  readonly authentication?: Authentication;
  readonly failed?: boolean;
  readonly info?: (data: Data) => string;
}

const check = 'POST /validate/check';
const trigger = 'POST /validate/triggerchallenge';
const reason = ({ reason: why, via }: Data): string => reasonWords(String(why), String(via));

/** The events that are lines of the audit, and what is called for them as a rule. */
export const lines: Readonly<Record<string, Line>> = {
  ChallengeIssued: { action: ({ trigger: by }) => (by === 'administrator' ? trigger : check), authentication: 'CHALLENGE', failed: true },
  TriggerSuppressed: { action: check, authentication: 'CHALLENGE', failed: true },
  ChallengeAnswered: { action: check, authentication: 'ACCEPT' },
  AttemptRejected: { action: check, authentication: 'REJECT', failed: true, info: reason },
  AuthenticationRefused: { action: ({ reason: why }) => (why === 'unknown-account' ? 'POST /auth' : check), authentication: 'REJECT', failed: true, info: reason },
  TokenEnrolled: { action: 'POST /token/init' },
  TokenAssigned: { action: 'POST /token/assign' },
  TokenUnassigned: { action: 'POST /token/unassign' },
  PinSet: { action: 'POST /token/setpin' },
  PhoneChanged: { action: 'POST /token/info', info: () => 'phone' },
  TokenDescribed: { action: 'POST /token/description' },
  TokenAdjusted: { action: 'POST /token/set', info: (data) => Object.keys(data).join(', ') },
  TokenRealmsSet: { action: 'POST /token/realm' },
  TokenInfoSet: { action: 'POST /token/info', info: ({ key }) => String(key) },
  TokenInfoRemoved: { action: 'DELETE /token/info', info: ({ key }) => String(key) },
  TokenEnabled: { action: 'POST /token/enable' },
  TokenDisabled: { action: 'POST /token/disable' },
  TokenRevoked: { action: 'POST /token/revoke' },
  TokenDeleted: { action: 'DELETE /token/<serial>' },
  FailCounterReset: { action: 'POST /token/reset' },
  CounterResynced: { action: 'POST /token/resync' },
  SettingChanged: { action: 'POST /system/setConfig', info: ({ key }) => String(key) },
  SettingRemoved: { action: 'DELETE /system/<key>', info: ({ key }) => String(key) },
  GatewayDefined: { action: 'POST /smsgateway' },
  MailServerDefined: { action: 'POST /smtpserver/<identifier>' },
  MailServerRemoved: { action: 'DELETE /smtpserver/<identifier>' },
  GatewayRemoved: { action: 'DELETE /smsgateway/<identifier>' },
  SignedIn: { action: 'POST /auth', authentication: 'ACCEPT' },
  SignInRefused: { action: 'POST /auth', authentication: 'REJECT', failed: true, info: reason },
};

const unsent = { authentication: 'REJECT', info: () => notSentMessage } as const satisfies Partial<Line>;

/** Which of the paths for logging in was called, whatever dialect it belongs to. */
const calledFor = ({ action }: OwnedEvent['entry']): string | undefined => {
  const called = action?.match(/^([A-Z]+) (?:\/privacyidea|\/linotp)?(\/validate\/\w+)/);
  return called ? `${called[1]} ${called[2]}` : undefined;
};

/**
 * One row for all that one command brought about.
 * @param events not empty, oldest first
 * @param isUnsent the SMS that were asked for could not be sent
 */
export const auditRow = (events: readonly OwnedEvent[], isUnsent: boolean): AuditRow => {
  const { entry, owner } = events[0]!;
  const { action, authentication, failed, info } = isUnsent ? { ...lines[entry.type]!, ...unsent } : lines[entry.type]!;
  const { actor, data, recordedAt } = entry;
  const serials = [...new Set(events.map(({ serial }) => serial).filter(Boolean))];
  const date = recordedAt.replace('Z', '');
  return {
    number: entry.position, action: calledFor(entry) ?? (actor.kind !== 'user' && authentication === 'REJECT' && serials.length > 0 ? trigger : typeof action === 'string' ? action : action(data)),
    success: failed ? 0 : 1, authentication: authentication ?? '', serial: serials.join(','), date, startdate: date, duration: 0,
    token_type: serials.length > 0 ? 'sms' : '', user: owner?.login ?? '', realm: owner?.realm ?? '',
    administrator: administratorOf(events[0]!), action_detail: '', info: info?.(data) ?? '',
    privacyidea_server: entry.origin, client: entry.client ?? '', user_agent: '', user_agent_version: '', log_level: 'default', policies: '', clearance_level: 'default',
    // the trail cannot be changed, and nothing of it can be missing
    sig_check: 'OK', missing_line: 'OK', resolver: '', thread_id: '', container_serial: '', container_type: '',
  };
};
