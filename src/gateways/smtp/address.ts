import { domainToASCII } from 'node:url';

/** An e-mail address, with the name of whoever it belongs to where one was given. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

/** RFC 5321, 4.1.2: a dot-string of at most 64 characters. Neither the quoted form is taken nor what looks encoded, since anything can hide in them. */
const localPart = /^(?=.{1,64}$)(?!.*=\?)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domain = /^(?=.{1,255}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*|\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]+)\])$/;

/**
 * Reads one address such as `number@sms.example`; a domain of other letters gets its ASCII form.
 * @returns undefined for what is no address, or more than one
 */
export const readAddress = (text: string): string | undefined => {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const given = text.slice(at + 1);
  // what needs no conversion gets none: it would take spaces and tabs out, and read numbers as addresses
  // eslint-disable-next-line no-control-regex -- all of ASCII
  const host = /^[\x00-\x7f]*$/.test(given) ? given : domainToASCII(given);
  return localPart.test(local) && domain.test(host) ? `${local}@${host}` : undefined;
};

/** Reads `address` or `Name <address>`, as a sender is written. @returns undefined for what is neither */
export const readMailbox = (text: string): Mailbox | undefined => {
  const [, given, inBrackets] = /^([^<>]*)<([^<>]*)>$/.exec(text.trim()) ?? [];
  const address = readAddress(inBrackets ?? text.trim());
  if (address === undefined) return undefined;
  const name = given?.trim().replace(/^"(.*)"$/, '$1') ?? '';
  return /\p{C}/u.test(name) ? undefined : { ...(name === '' ? {} : { name }), address };
};
