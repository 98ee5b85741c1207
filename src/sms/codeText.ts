import { render, type TextTemplate, type TextValues } from './textTemplate.js';
import { transliterate } from './transliterate.js';

/** What is added to every text, and how it is written. */
export interface TextManner {
  /** Host name for the origin-bound line; empty for none. */
  readonly origin: string;
  /** Hash of the app that Android's SMS Retriever hands the SMS to; empty for none. */
  readonly androidHash: string;
  /** Whether to keep to the default alphabet by look-alikes. */
  readonly transliterate: boolean;
}

/**
 * The whole text of an SMS with a code. The lines for machines come behind an empty one: the hash of the app, then `@host #code`, which must be
 * the last line (WICG, Origin-bound one-time codes delivered via SMS).
 */
export const codeText = (template: TextTemplate, values: TextValues, { origin, androidHash, transliterate: plain }: TextManner): string => {
  const lines = [androidHash, origin && `@${origin} #${values.otp}`].filter(Boolean);
  const text = [render(template, values), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n');
  return plain ? transliterate(text) : text;
};

/** What is wrong with the host name of the origin-bound line; it has no scheme, no port and no path. */
export const originFault = (host: string): string | undefined =>
  host.length <= 253 && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(host)
    ? undefined : 'must be a host name alone, such as login.example.com (in its xn-- form where it has other letters)';

/** What is wrong with the hash of an app: the first 11 characters of a digest in base64. */
export const androidHashFault = (hash: string): string | undefined =>
  /^[A-Za-z0-9+/]{11}$/.test(hash) ? undefined : 'must be the 11 letters, digits, + and / that the SMS Retriever knows the app by';

/** Octets that Android's SMS Retriever reads of an SMS. */
export const retrieverLimit = 140;

/** As privacyIDEA shows a number to whoever must not learn it. */
export const redactedPhone = (phone: string): string => `****-******${phone.replace(/[^0-9]/g, '').slice(-2)}`;

/** When an SMS is sent, in the time zone of the service. */
export const timeValues = (now: Date): Pick<TextValues, 'time' | 'date'> => ({
  time: [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':'), date: [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-'),
});
const two = (part: number): string => String(part).padStart(2, '0');
