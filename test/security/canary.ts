import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * A value that must not be found, and what it is; the name is what a failure shows. Six digits are met by chance in a megabyte of hex:
 * give tokens eight digits or more where their codes are canaries.
 */
export type Canaries = Readonly<Record<string, string>>;

/** Everything that a run leaves behind. */
export interface Traces {
  /** Folders that are searched to the last file. */
  readonly folders?: readonly string[];
  /** Texts by name: the log, the answers, the traces. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Files that may hold secrets, as paths below their folder (the master key). */
  readonly except?: readonly string[];
}

/** Where a canary was found, in which disguise. */
export interface Find {
  readonly canary: string;
  readonly form: string;
  readonly place: string;
}

/** Shorter ones are in every file by chance. */
const shortest = 4;

/**
 * Looks through every byte of what a run has left behind for values that must not be there: as they are, and as hex, base64,
 * base64url (at any place in a longer encoded text), percent-encoded, in UTF-16 and, where they are hex themselves, as bytes.
 * @returns every find; a test expects none
 */
export const findCanaries = (canaries: Canaries, { folders = [], texts = {}, except = [] }: Traces): Find[] => {
  const sought = Object.entries(canaries).flatMap(([canary, value]) => disguises(canary, value));
  const search = (place: string, content: Buffer): Find[] => {
    const folded = Buffer.from(content.toString('latin1').toLowerCase(), 'latin1');
    return sought
      .filter(({ bytes, anyCase }) => (anyCase ? folded : content).includes(bytes))
      .map(({ canary, form }) => ({ canary, form, place }));
  };
  return [
    ...folders.flatMap((folder) => filesIn(folder).filter((file) => !except.includes(relative(folder, file))).flatMap((file) => search(relative(folder, file), readFileSync(file)))),
    ...Object.entries(texts).flatMap(([place, text]) => search(place, Buffer.from(text, 'utf8'))),
  ];
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));

interface Disguise {
  readonly canary: string;
  readonly form: string;
  readonly bytes: Buffer;
  readonly anyCase: boolean;
}

const disguises = (canary: string, value: string): Disguise[] => {
  if (value.length < shortest) throw new Error(`the canary ${canary} is too short to be looked for`);
  const raw = Buffer.from(value, 'utf8');
  const bodies: [string, Buffer][] = [['', raw]];
  if (/^([0-9a-f]{2}){4,}$/i.test(value)) bodies.push(['bytes of the hex', Buffer.from(value, 'hex')]);
  const found = bodies.flatMap(([of, body]): [string, string | Buffer, boolean][] => [
    [of || 'plain', body, false],
    [`hex ${of}`, body.toString('hex'), true],
    ...base64Forms(body).flatMap((text): [string, string, boolean][] => [
      [`base64 ${of}`, text, false],
      [`base64url ${of}`, text.replaceAll('+', '-').replaceAll('/', '_'), false],
    ]),
  ]);
  found.push(['plain in other case', value.toLowerCase(), true]);
  found.push(['percent-encoded', encodeURIComponent(value).toLowerCase(), true], ['percent-encoded throughout', raw.toString('hex').replace(/../g, '%$&'), true]);
  found.push(['form-encoded', new URLSearchParams([['', value]]).toString().slice(1).toLowerCase(), true]);
  found.push(['UTF-16', Buffer.from(value, 'utf16le'), false]);
  return found
    .map(([form, bytes, anyCase]) => ({ canary, form: form.trim(), bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes, anyCase }))
    .filter(({ bytes }, index, all) => bytes.length >= shortest && all.findIndex((other) => other.bytes.equals(bytes)) === index);
};

/** The part of base64 that is the same whatever stands before and after, for each of the three places in a group. */
const base64Forms = (body: Buffer): string[] =>
  [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), body]).toString('base64').replaceAll('=', '');
    const whole = (shift + body.length) % 3 === 0;
    return text.slice(shift === 0 ? 0 : shift + 1, whole ? undefined : -1);
  }).filter((text) => text.length >= shortest + 1);
