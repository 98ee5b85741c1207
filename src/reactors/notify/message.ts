import type { NotificationRule } from '../../commands/notificationRule.js';
import { escapeHtml, renderText } from '../../commands/notificationText.js';
import { tagValues, type Occasion } from '../../commands/occasion.js';
import type { Settings, User } from '../../commands/ports.js';
import { namesIn } from '../../commands/settingNames.js';
import type { Tried } from '../../commands/notification.js';
import type { Message, SendOutcome } from '../../gateways/gateway.js';
import type { Mailer } from '../../gateways/mail.js';
import { Secret } from '../../security/secret.js';
import { measure } from '../../sms/measure.js';
import { transliterate } from '../../sms/transliterate.js';

/** The ways out. */
export interface Outlets {
  /** Sends through the gateway of that name; a name that nobody defined is an answer too. */
  readonly sms: (gateway: string, message: Message) => Promise<SendOutcome>;
  readonly mail: Mailer;
}

/** A message as it would leave. */
export interface Rendered {
  readonly subject?: string;
  readonly text: string;
}

/** Seconds for which an SMS that was not delivered yet is worth delivering. */
const worthDelivering = 24 * 60 * 60;

export const rendered = ({ channel, text }: NotificationRule, occasion: Occasion, user: User | undefined, { smsText: { manner } }: Pick<Settings, 'smsText'>): Rendered => {
  const values = tagValues(occasion, user);
  if (channel.kind === 'sms') {
    const whole = renderText(text, values);
    return { text: manner.transliterate ? transliterate(whole) : whole };
  }
  return { subject: renderText(channel.subject, values), text: renderText(text, values, channel.html ? escapeHtml : undefined) };
};

/** The gateways, in order, or the one mail server. */
export const waysOf = ({ channel }: Pick<NotificationRule, 'channel'>, { gateway }: Occasion, { gateways }: Pick<Settings, 'gateways'>): readonly string[] => {
  if (channel.kind === 'email') return [channel.mailServer];
  const own = namesIn(gateway);
  return channel.gateways ?? (own.length > 0 ? own : gateways);
};

/** How one way took a message. */
export interface Answer {
  readonly via: string;
  readonly outcome: SendOutcome;
}

/**
 * One way after another, until one of them takes it. Whichever fails, the next is tried: a message that comes twice does no harm.
 * @param reference the same for every repeat
 */
export async function* sendOne(outlets: Outlets, { channel }: NotificationRule, ways: readonly string[], { subject = '', text }: Rendered, to: string, reference: string): AsyncGenerator<Answer> {
  const body = new Secret(text);
  for (const via of ways) {
    const outcome = channel.kind === 'sms'
      ? await outlets.sms(via, { to, text: body, reference, validity: worthDelivering })
      : await outlets.mail.send(via, { to, subject, body, html: channel.html, reference, ...(channel.replyTo === undefined ? {} : { replyTo: channel.replyTo }) });
    yield { via, outcome };
    if (outcome.kind === 'sent') return;
  }
}

/** The answer as the notification's stream has it. */
export const triedOf = ({ via, outcome }: Answer, recipient: number, attempt: number, { channel }: NotificationRule, text: string): Tried => {
  if (outcome.kind !== 'sent') return { type: 'NotificationFailed', data: { attempt, recipient, via, outcome: outcome.kind, reason: outcome.reason } };
  const { encoding, segments } = measure(text);
  return { type: 'NotificationSent', data: { recipient, via, messageId: outcome.messageId, ...(channel.kind === 'sms' ? { encoding, segments } : {}) } };
};
