/** Tags that a text may hold, with what stands in their place; the names are those of the old servers. */
export const textTags = {
  otp: 'the code',
  serial: 'serial of the token',
  transactionid: 'transaction id of the challenge',
  user: "the owner's given name",
  givenname: "the owner's given name",
  surname: "the owner's surname",
  username: "the owner's login",
  userrealm: "the owner's realm",
  recipient_givenname: "the owner's given name",
  recipient_surname: "the owner's surname",
  tokentype: 'sms',
  phone_redacted: 'the number but for its last two digits covered, as in ****-******67',
  time: 'time of the sending, as in 17:04:59, in the time zone of the service',
  date: 'day of the sending, as in 2026-01-31',
  validity: 'minutes that the code is good for, rounded up',
} as const;
export type TextTag = keyof typeof textTags;
export type TextValues = Readonly<Record<TextTag, string>>;

/** Tags that are about other things than an SMS with a code. Old texts that hold them stay good; nothing stands in their place. */
export const emptyTags: readonly string[] = [
  'realm', 'challenge', 'admin', 'action', 'url', 'client_ip', 'pin', 'tokendescription', 'registrationcode', 'ua_browser', 'ua_string',
  'googleurl_value', 'googleurl_img', 'pushurl_value', 'pushurl_img', 'container_url_value', 'container_url_img',
];

/** Literal text and tags in turn. */
export interface TextTemplate {
  readonly parts: readonly (string | { readonly tag: TextTag })[];
  /** What looks like a tag and is none, braces included. */
  readonly unknown: readonly string[];
}

const tagsAndBraces = /\{\{|\}\}|\{([^{}\n]+)\}|<(otp|serial|transactionid)>/g;

/**
 * Reads the text of an administrator: `{tag}`, and `<otp>`, `<serial>`, `<transactionid>`; doubled braces stand for one, a brace without its
 * fellow for itself. Quotes around the whole and a backslash before a comma are no part of it: privacyIDEA has them in its policies.
 */
export const readTemplate = (written: string): TextTemplate => {
  const text = (/^'[^]*'$/.test(written) && written.length > 1 ? written.slice(1, -1) : written).replaceAll('\\,', ',');
  return read(text, (piece, unknown) => {
    if (piece === '{{' || piece === '}}') return piece[0]!;
    if (emptyTags.includes(piece.slice(1, -1))) return '';
    unknown.push(piece);
    return piece;
  });
};

/** Reads a text that a caller gives with a request, as it is: whatever is no tag stays what it is. */
export const readGivenText = (text: string): TextTemplate => read(text, (piece) => piece);

/** @param literal what a piece with braces stands for that is no tag */
const read = (text: string, literal: (piece: string, unknown: string[]) => string): TextTemplate => {
  const parts: (string | { tag: TextTag })[] = [];
  const unknown: string[] = [];
  let end = 0;
  for (const { 0: piece, 1: braced, 2: angled, index } of text.matchAll(tagsAndBraces)) {
    const name = braced ?? angled;
    parts.push(text.slice(end, index));
    if (name !== undefined && Object.hasOwn(textTags, name)) parts.push({ tag: name as TextTag });
    else parts.push(literal(piece, unknown));
    end = index + piece.length;
  }
  return { parts: [...parts, text.slice(end)].filter((part) => part !== ''), unknown };
};

export const usesTag = ({ parts }: TextTemplate, ...tags: readonly TextTag[]): boolean => parts.some((part) => typeof part !== 'string' && tags.includes(part.tag));

/**
 * Puts the values in, in one pass: a value that looks like a tag stays what it is, and takes one line. A text without the code gets it put in
 * front, since an SMS without code helps nobody.
 */
export const render = (template: TextTemplate, values: TextValues): string =>
  [...(usesTag(template, 'otp') ? [] : [{ tag: 'otp' } as const, ' ']), ...template.parts]
    .map((part) => (typeof part === 'string' ? part : values[part.tag].replace(/\p{Cc}+/gu, ' '))).join('').trim();

/** What is wrong with a text as an administrator writes it; undefined when nothing is. */
export const templateFault = (written: string): string | undefined => {
  const [first] = readTemplate(written).unknown;
  if (first === undefined) return undefined;
  return `holds ${first.slice(0, 40)}, which is no tag. There are ${Object.keys(textTags).map((tag) => `{${tag}}`).join(', ')}; for braces in the text write {{ and }}`;
};
