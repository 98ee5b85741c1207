/**
 * The default alphabet of SMS and its extension table (3GPP TS 23.038, 6.2.1). A character of the table takes two septets: the escape
 * and its own.
 */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const extension: Readonly<Record<string, number>> = { '\f': 0x0a, '^': 0x14, '{': 0x28, '}': 0x29, '\\': 0x2f, '[': 0x3c, '~': 0x3d, ']': 0x3e, '|': 0x40, '€': 0x65 };

export const escape = 0x1b;

const septets = new Map<string, readonly number[]>([
  ...[...basic].map((character, code) => [character, [code]] as const).filter(([, [code]]) => code !== escape),
  ...Object.entries(extension).map(([character, code]) => [character, [escape, code]] as const),
]);

/** The septets of a character, one or two; undefined for one that the alphabet does not have. */
export const septetsOf = (character: string): readonly number[] | undefined => septets.get(character);

const characters = [...basic];
const extended = new Map(Object.entries(extension).map(([character, code]) => [code, character]));

/** The character of a septet; after an escape, that of the extension table, or the plain one where the table has none. */
export const characterOf = (septet: number, escaped = false): string => (escaped ? extended.get(septet) : undefined) ?? characters[septet] ?? ' ';
