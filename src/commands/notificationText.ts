/** What may stand between braces in the text of a notification, and what it is. docs/notifications.md lists the same. */
export const tags = {
  event: 'type of the event: `PhoneChanged`',
  what: 'what happened, in a sentence',
  serial: 'serial of the token',
  user: 'name of the user: given name and surname where the directory has them, else the login',
  username: 'login of the user',
  givenname: 'given name',
  surname: 'surname',
  userrealm: 'realm of the user',
  realm: 'realm of the token; that of the user where it has none',
  tokentype: '`sms`',
  tokendescription: 'description of the token',
  phone_redacted: 'number that the token has after the event, covered but for its last two digits',
  former_phone_redacted: 'the same of the number that it had before',
  outcome: 'how it went, in the words of docs/events.md: `wrong-code`, `rejected`',
  actor: 'who did it: `administrator admin`, `API key …`, `user`, `system`',
  admin: 'account of the administrator who did it',
  action: 'method and path of the request that did it',
  client: 'network address that it came from',
  client_ip: 'the same as `{client}`',
  date: 'day of the event, in the time zone of the service: `2026-11-22`',
  time: 'time of the event: `10:00:00`',
} as const;

export type Tag = keyof typeof tags;
/** What stands for each tag; empty for what the event does not have. */
export type TagValues = Readonly<Partial<Record<Tag, string>>>;

/** `{word}` is a tag, `{{word}}` the text `{word}`; every other brace is itself, since HTML is full of them. */
const pieces = /\{\{(\w+)\}\}|\{(\w+)\}/g;

/** Tags of a text that do not exist, each once. */
export const unknownTags = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(pieces)].flatMap(([, , tag]) => (tag !== undefined && !Object.hasOwn(tags, tag) ? [tag] : [])))];

/** Characters of a value that are put in: whatever comes from outside has an end. */
const longest = 200;

/**
 * Puts the values in, in one pass: a value that looks like a tag stays what it is, and has no line breaks or control characters.
 * @param escape for the place that the text goes to
 */
export const renderText = (text: string, values: TagValues, escape: (value: string) => string = (value) => value): string =>
  text.replace(pieces, (_, literal: string | undefined, tag: string) =>
    literal === undefined ? escape((values[tag as Tag] ?? '').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, longest).replace(/\p{Cs}/gu, '')) : `{${literal}}`);

export const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
