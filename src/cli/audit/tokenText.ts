import { eventTable, whoIs } from './eventLines.js';
import { printable } from './printable.js';
import type { ChallengeReport, Happening, TokenReport, TokenState } from './tokenReport.js';

/** The report in plain words. */
export const tokenText = (report: TokenReport): string => [
  `Token ${printable(report.serial)} as of ${report.asOf}\n`,
  `${report.revision === report.lastRevision ? 'after all of its events' : `${report.lastRevision - report.revision} later events not looked at`}; last: revision ${report.revision}, position ${report.position}\n`,
  ...report.warnings.map((warning) => `Note: ${warning}\n`),
  '\n', rows(tokenRows(report.token)),
  '\n', report.challenges.length === 0 ? 'No challenges\n' : `Challenges (${report.challenges.length})\n`,
  ...report.challenges.map((challenge) => `\n  ${printable(challenge.transactionId)}\n${rows(challengeRows(challenge), '    ')}`),
  '\n', `Events (${report.events.length})\n\n`, eventTable(report.events, { withStream: false }),
].join('');

type Row = readonly [string, string] | undefined;

const rows = (all: readonly Row[], indent = '  '): string => {
  const shown = all.filter((row) => row !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, text]) => `${indent}${name.padEnd(width)}  ${printable(text)}\n`).join('');
};

const tokenRows = (token: TokenState): readonly Row[] => [
  ['state', stateWords(token)],
  ['wrong attempts', `${token.failCount + token.unshownFailures} of ${token.maxFail}${token.unshownFailures > 0 ? `, ${token.unshownFailures} of them not in the fail counter of old clients` : ''}${token.lockedSince === undefined ? '' : `: locked since ${token.lockedSince}`}`],
  ['owner', ownerWords(token)],
  ['phone', token.dynamicPhone ? 'read from the user directory at each send' : (token.phone ?? 'none')],
  ['PIN', token.pinSet ? 'set' : 'not set: the empty PIN is right'],
  token.description ? ['description', token.description] : undefined,
  token.realms.length > 0 ? ['realms', token.realms.join(', ')] : undefined,
  token.gateway === undefined ? undefined : ['own gateway', token.gateway],
  ...Object.entries(token.info).map(([key, value]): Row => [`info ${printable(key)}`, value]),
  ['codes', `${token.digits} digits, ${token.algorithm}, counter at ${token.counter}`],
  token.validFrom === undefined ? undefined : ['valid from', token.validFrom],
  token.validUntil === undefined ? undefined : ['valid until', token.validUntil],
  ['successful logins', limited(token.successes, token.maxSuccesses) + (token.lastSuccessAt === undefined ? '' : `, the last at ${token.lastSuccessAt}`)],
  token.maxLogins > 0 ? ['attempts in all', limited(token.logins, token.maxLogins)] : undefined,
  token.enrolledAt === '' ? undefined : ['enrolled', token.enrolledAt],
];

const limited = (count: number, limit: number): string => (limit > 0 ? `${count} of ${limit}` : String(count));

const stateWords = ({ state }: TokenState): string => ({
  active: 'active',
  locked: 'locked by wrong attempts',
  disabled: 'disabled',
  revoked: 'revoked',
  erased: 'its person was erased; it can be used no more',
  deleted: 'deleted, or not enrolled yet',
})[state];

const ownerWords = ({ owner, assignedAt }: TokenState): string =>
  owner === undefined ? 'nobody' : `${owner.login} in ${owner.realm}${owner.resolver === undefined ? '' : ` (${owner.resolver})`}${assignedAt === undefined ? '' : `, since ${assignedAt}`}`;

const by = ({ by: actor, client }: Pick<Happening, 'by' | 'client'>): string => `by ${whoIs(actor)}${client === undefined ? '' : ` from ${client}`}`;

const triggerWords: Readonly<Record<string, string>> = { pin: 'with the right PIN', administrator: 'without PIN', success: 'sent by the success before it' };

const challengeRows = (challenge: ChallengeReport): readonly Row[] => [
  ['issued', `${challenge.issuedAt} ${by({ ...challenge, by: challenge.issuedBy })}, ${triggerWords[challenge.trigger] ?? challenge.trigger}`],
  ['expires', challenge.expiresAt],
  ['status', statusWords(challenge)],
  ['delivery', deliveryWords(challenge)],
  ...challenge.sends.map((send): Row => ['', sendWords(send)]),
  ...challenge.attempts.map((attempt, place): Row => [place === 0 ? 'turned down' : '', `${attempt.at} ${attempt.reason ?? ''} ${by(attempt)}${attempt.counted ? ', counted' : ', not counted'}`]),
  ['counter', String(challenge.counter)],
];

const statusWords = ({ status, statusRecorded, expiresAt, ended }: ChallengeReport): string => {
  const when = ended === undefined ? '' : ` at ${ended.at} ${by(ended)}`;
  switch (status) {
    case 'open': return 'open: its code is good';
    case 'answered': return `answered${when}`;
    case 'expired': return statusRecorded ? `expired, recorded${when}` : `expired since ${expiresAt}, not recorded yet`;
    case 'superseded': return `superseded by a newer one${when}`;
    case 'cancelled': return `cancelled${when}`;
    case 'not-sent': return `dead: its code never left${when}`;
    case 'discarded': return `worth nothing any more: ${ended?.type ?? 'gone'}${when}`;
  }
};

const deliveryWords = ({ delivery, receipt }: ChallengeReport): string => {
  const sent = {
    pending: 'no gateway has spoken the last word yet',
    sent: 'sent',
    unknown: 'unknown: it may have been sent',
    failed: 'failed: not sent',
  }[delivery];
  return receipt === undefined ? sent : `${sent}; ${receipt === 'delivered' ? 'it has arrived' : 'it did not arrive'}`;
};

const sendWords = ({ at, type, gateway, messageId, outcome, reason, detail, by: actor }: Happening): string => {
  const through = gateway === undefined ? '' : ` ${gateway}`;
  if (type === 'SmsDispatched') return `${at}${through} took it${messageId === undefined ? '' : ` as message ${messageId}`}`;
  if (type === 'SmsDispatchFailed') return `${at}${through} ${outcome ?? ''}: ${reason ?? ''}`;
  if (type === 'SmsDelivered' || type === 'SmsUndelivered') return `${at}${through} says that it ${type === 'SmsDelivered' ? 'has arrived' : 'will not arrive'}${detail === undefined ? '' : `: ${detail}`}`;
  return `${at}${through} ${type}${type === 'SendClaimed' ? ` by ${whoIs(actor)}` : ''}`;
};
