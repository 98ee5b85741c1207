import { isIP } from 'node:net';
import { z } from 'zod';
import { notifiable, wordsOf } from './notifiable.js';
import { unknownTags } from './notificationText.js';

/** Names of rules; the length bounds the names of streams and the references of messages. */
export const ruleName = /^[0-9A-Za-z_.-]{1,40}$/;
export const ruleNameRule = '1 to 40 letters, digits, dots, dashes and underscores';

const wellFormed = (text: string): boolean => !/\p{Cs}/u.test(text);
const text = (most: number) => z.string().min(1).max(most).refine(wellFormed, { error: 'holds a half of a character' });
const line = (most: number) => text(most).refine((value) => !/\p{Cc}/u.test(value), { error: 'must not hold control characters' });
const patterns = (meaning: string) => z.array(line(200)).min(1).max(100).optional().describe(meaning);
const gatewayName = z.string().regex(/^[0-9A-Za-z_.-]{1,80}$/, { error: 'must have 1 to 80 letters, digits, dots, dashes and underscores' });
const mostText = 20_000;
const mostSms = 1000;

const conditions = z.strictObject({
  realms: patterns('Realms of the owner or of the token, in any case'),
  users: patterns('Logins, or `login@realm`; `*` stands for any characters'),
  serials: patterns('Serials; `*` stands for any characters'),
  outcomes: z.array(z.string().max(40)).min(1).max(50).optional().describe('How it went, in the words of the event: `wrong-code`, `rejected`'),
  clients: z.array(z.string().max(60)).min(1).max(100).optional().describe('Network addresses, or ranges such as `192.0.2.0/24`'),
  actors: z.array(z.enum(['administrator', 'api-key', 'user', 'system'])).min(1).optional().describe('Who did it'),
});

const channel = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sms'),
    gateways: z.array(gatewayName).min(1).max(10).optional().describe('Tried in this order; that of the token, else those of the system, when left out'),
  }),
  z.strictObject({
    kind: z.literal('email'),
    mailServer: gatewayName.describe('Name of a mail server'),
    subject: line(200).describe('Subject, with tags'),
    html: z.boolean().default(false).describe('Whether the text is HTML; values are escaped then'),
    replyTo: line(200).optional().describe('Where answers go'),
  }),
]);

const to = z.union([z.enum(['token', 'former', 'owner', 'administrators']), z.array(line(200)).min(1).max(20)], {
  error: 'must be token, former, owner, administrators, or a list of addresses',
}).describe("The token's number; the number that it had before; the owner; the administrators, whose addresses are settings; or fixed numbers or addresses");

const fields = z.strictObject({
  events: z.array(z.string().max(80)).min(1).max(50).describe('Types of events, as in docs/events.md'),
  conditions: conditions.default({}).describe('All that are given have to hold'),
  channel: channel.describe('How the message goes'),
  to,
  text: text(mostText).describe('Text, with tags'),
  limits: z.strictObject({
    perHour: z.int().min(1).max(100_000).default(100).describe('Messages of the rule in an hour'),
    perTokenPerHour: z.int().min(1).max(100_000).default(5).describe('Messages of the rule about one token in an hour'),
  }).prefault({}).describe('What is more is suppressed, and shown as that'),
  enabled: z.boolean().default(true).describe('Whether it is in force'),
});

/** Who is told of what, how, and how often at the most. */
export type NotificationRule = z.output<typeof fields>;
export type RuleConditions = z.output<typeof conditions>;

/** A rule as an administrator writes it. Every fault names its field; defaults are filled in. */
export const notificationRule = fields.superRefine((rule, context) => {
  const fault = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
  rule.events.forEach((type, place) => {
    if (!Object.hasOwn(notifiable, type)) fault(['events', place], `names ${type}, which is no event that somebody can be told of`);
  });
  const about = rule.events.filter((type) => Object.hasOwn(notifiable, type));
  if (rule.to === 'token' || rule.to === 'former' || rule.to === 'owner') {
    const strange = about.find((type) => notifiable[type] === 'nobody');
    if (strange !== undefined) fault(['to'], `cannot be ${rule.to}: ${strange} concerns nobody who has a token`);
  }
  if (rule.to === 'former' && about.some((type) => type !== 'PhoneChanged')) fault(['to'], 'can be former for PhoneChanged only: nothing else leaves an old number behind');
  if (rule.channel.kind === 'email' && (rule.to === 'token' || rule.to === 'former')) fault(['to'], `cannot be ${rule.to}: an e-mail needs an address, and a token has a number`);
  if (typeof rule.to === 'object') {
    const isGood = rule.channel.kind === 'sms' ? isNumber : isAddress;
    rule.to.forEach((address, place) => {
      const alone = /^(token|former|owner|administrators)$/.test(address) ? `; ${address} stands alone, not in a list` : '';
      if (!isGood(address)) fault(['to', place], `${rule.channel.kind === 'sms' ? 'must be a phone number' : 'must be an e-mail address'}${alone}`);
    });
  }
  const words = new Set(about.flatMap(wordsOf));
  rule.conditions.outcomes?.forEach((word, place) => {
    if (!words.has(word)) fault(['conditions', 'outcomes', place], words.size === 0 ? 'cannot hold: these events know no outcomes' : `must be one of ${[...words].join(', ')}`);
  });
  rule.conditions.clients?.forEach((range, place) => {
    if (!rangeOf(range)) fault(['conditions', 'clients', place], 'must be a network address, or a range such as 192.0.2.0/24');
  });
  tagFaults(rule.text, (message) => fault(['text'], message));
  if (rule.channel.kind === 'sms') {
    if (rule.text.length > mostSms) fault(['text'], `must have at most ${mostSms} characters for an SMS`);
    return;
  }
  tagFaults(rule.channel.subject, (message) => fault(['channel', 'subject'], message));
  if (rule.channel.replyTo !== undefined && !isAddress(rule.channel.replyTo)) fault(['channel', 'replyTo'], 'must be an e-mail address');
});

const tagFaults = (written: string, fault: (message: string) => void): void => {
  for (const tag of unknownTags(written)) fault(`holds {${tag.slice(0, 40)}}, which is no tag; docs/notifications.md lists them, and {{${tag.slice(0, 40)}}} is the text itself`);
};

/** A number as people write it; the gateway normalises it. */
export const isNumber = (text_: string): boolean => /^\+?[0-9][0-9 ()/.-]{2,38}$/.test(text_);
/** One address without a name: what a mail server makes of it is its own matter, but it must not become two, or a header. */
export const isAddress = (text_: string): boolean => text_.length <= 200 && /^[^\s@<>"(),:;\\[\]\p{Cc}]+@[^\s@<>"(),:;\\[\]\p{Cc}]+$/u.test(text_);

/** A range of network addresses: an address, and how many of its bits count. */
export const rangeOf = (written: string): { readonly address: string; readonly bits: number; readonly family: 'ipv4' | 'ipv6' } | undefined => {
  const [, address = '', bits] = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/.exec(written) ?? [];
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  if (version === 0 || Number(bits ?? most) > most) return undefined;
  return { address, bits: Number(bits ?? most), family: version === 4 ? 'ipv4' : 'ipv6' };
};
