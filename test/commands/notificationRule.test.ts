import { inWords, faultsOf } from '../../src/http/native/faults.js';
import { notificationRule } from '../../src/commands/notificationRule.js';

const sms = { events: ['TokenLocked'], channel: { kind: 'sms' }, to: 'token', text: 'Token {serial} was locked.' };
const email = { events: ['TokenLocked'], channel: { kind: 'email', mailServer: 'main', subject: 'Locked: {serial}' }, to: 'administrators', text: '{user} locked himself out.' };
const faults = (rule: object) => {
  const read = notificationRule.safeParse(rule, { error: inWords });
  return read.success ? [] : faultsOf(read.error).map(({ field, problem }) => `${field} ${problem}`);
};

it('fills in what is left out', () => {
  expect(notificationRule.parse(sms)).toEqual({ ...sms, conditions: {}, limits: { perHour: 100, perTokenPerHour: 5 }, enabled: true });
  expect(notificationRule.parse({ ...email, limits: { perHour: 7 } })).toMatchObject({ channel: { html: false }, limits: { perHour: 7, perTokenPerHour: 5 } });
});

it.each([
  ['a number', { ...sms, to: ['+49 170 1234567'] }],
  ['an address', { ...email, to: ['root@example.com'] }],
  ['the number before', { ...sms, events: ['PhoneChanged'], to: 'former' }],
  ['a text with braces of its own', { ...email, channel: { ...email.channel, html: true }, text: '<style>p { color: red }</style>{{serial}} is {serial}' }],
  ['outcomes that the events have', { ...sms, events: ['AttemptRejected', 'SmsDispatchFailed'], conditions: { outcomes: ['wrong-code', 'rejected', 'pin'] } }],
  ['ranges of addresses', { ...sms, conditions: { clients: ['192.0.2.1', '10.0.0.0/8', '2001:db8::/32'] } }],
  ['events about nobody, to administrators', { ...email, events: ['AuthenticationRefused', 'GatewayRemoved', 'SettingChanged', 'ApiKeyIssued', 'PersonErased'] }],
])('takes %s', (_what, rule) => expect(faults(rule)).toEqual([]));

it.each([
  ['an event that does not exist', { ...sms, events: ['TokenLost'] }, ['events.0 names TokenLost, which is no event that somebody can be told of']],
  ['an event of its own making', { ...sms, events: ['TokenLocked', 'NotificationSent'] }, ['events.1 names NotificationSent, which is no event that somebody can be told of']],
  ['a name of every object', { ...sms, events: ['constructor'] }, ['events.0 names constructor, which is no event that somebody can be told of']],
  ['no event', { ...sms, events: [] }, ['events must have at least 1 entries']],
  ['a field that is not known', { ...sms, txt: 'x' }, ['txt is not known here']],
  ['an unknown tag', { ...sms, text: 'Code {otp} of {serial}' }, ['text holds {otp}, which is no tag; docs/notifications.md lists them, and {{otp}} is the text itself']],
  ['an unknown tag in the subject', { ...email, channel: { ...email.channel, subject: '{pin}' } }, [expect.stringMatching(/^channel.subject holds \{pin\}/)]],
  ['a subject of two lines', { ...email, channel: { ...email.channel, subject: 'a\r\nBcc: b' } }, ['channel.subject must not hold control characters']],
  ['no text', { ...sms, text: '' }, ['text must not be empty']],
  ['a text that is too long for an SMS', { ...sms, text: 'x'.repeat(1001) }, ['text must have at most 1000 characters for an SMS']],
  ['a token where none is meant', { ...sms, events: ['TokenLocked', 'AuthenticationRefused'] }, ['to cannot be token: AuthenticationRefused concerns nobody who has a token']],
  ['an owner who was forgotten', { ...sms, events: ['PersonErased'], to: 'owner' }, ['to cannot be owner: PersonErased concerns nobody who has a token']],
  ['a former number where there is none', { ...sms, to: 'former' }, ['to can be former for PhoneChanged only: nothing else leaves an old number behind']],
  ['an e-mail to a number', { ...email, to: 'token' }, ['to cannot be token: an e-mail needs an address, and a token has a number']],
  ['somebody else', { ...sms, to: 'boss' }, ['to must be token, former, owner, administrators, or a list of addresses']],
  ['an address where a number is needed', { ...sms, to: ['+49170123', 'a@example.com'] }, ['to.1 must be a phone number']],
  ['a word in a list', { ...sms, to: ['former', '+49170123'] }, ['to.0 must be a phone number; former stands alone, not in a list']],
  ['two addresses in one', { ...email, to: ['a@example.com,b@example.com'] }, ['to.0 must be an e-mail address']],
  ['a number where an address is needed', { ...email, to: ['+49170123'] }, ['to.0 must be an e-mail address']],
  ['an outcome that the events do not have', { ...sms, conditions: { outcomes: ['wrong-pin'] } }, ['conditions.outcomes.0 cannot hold: these events know no outcomes']],
  ['a word that is none', { ...sms, events: ['SmsDispatchFailed'], conditions: { outcomes: ['lost'] } }, ['conditions.outcomes.0 must be one of rejected, unavailable, unknown']],
  ['a range that is none', { ...sms, conditions: { clients: ['10.0.0.0/33'] } }, ['conditions.clients.0 must be a network address, or a range such as 192.0.2.0/24']],
  ['an actor that is none', { ...sms, conditions: { actors: ['hacker'] } }, ['conditions.actors.0 must be administrator or api-key or user or system']],
  ['a limit of nothing', { ...sms, limits: { perHour: 0 } }, ['limits.perHour must be at least 1']],
  ['an answer to nobody', { ...email, channel: { ...email.channel, replyTo: 'boss' } }, ['channel.replyTo must be an e-mail address']],
  ['an e-mail without server', { ...email, channel: { kind: 'email', subject: 's' } }, ['channel.mailServer is missing']],
])('refuses %s', (_what, rule, said) => expect(faults(rule)).toEqual(said));
