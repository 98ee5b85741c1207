/** JSON that was read, or why it could not be, in words that say which character is wrong and where. */
export type ConfigJson =
  | { readonly kind: 'read'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'wrong'; readonly problem: string; /** Both from 1; columns count characters. */ readonly line: number; readonly column: number };

/**
 * Reads a configuration that people write by hand, such as `SMSProviderConfig`: a JSON object (RFC 8259), strictly. Configurations are
 * pasted from manuals, where word processors have been at work, so wrong quotes are named as what they are. Nothing but the one wrong
 * character is ever repeated, for there are passwords beside it.
 */
export const parseConfigJson = (text: string): ConfigJson => {
  const wrong = firstWrong(text);
  if (wrong) {
    const before = [...text.slice(0, wrong.at)];
    const line = before.filter((character) => character === '\n').length + 1;
    const column = before.length - before.lastIndexOf('\n');
    const place = `character ${before.length + 1} (line ${line}, column ${column})`;
    const character = text.codePointAt(wrong.at);
    const problem = character === undefined
      ? `the text ends at ${place}, where JSON wants ${wrong.wanted}`
      : `${place} is ${describe(character)}; JSON wants ${isQuote(character) ? 'the plain " (U+0022)' : wrong.wanted}`;
    return { kind: 'wrong', problem, line, column };
  }
  return { kind: 'read', value: JSON.parse(text) as Record<string, unknown> };
};

interface Wrong {
  /** Index in UTF-16 units; the length of the text when it ends too soon. */
  readonly at: number;
  readonly wanted: string;
}

const token = {
  space: /[ \t\n\r]*/y,
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  characters: /[^"\\\x00-\x1f]*/y,
  escape: /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y,
  number: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y,
  word: /true|false|null/y,
} as const;

/** Deeper than any configuration goes; a hostile text must not exhaust the stack. */
const deepest = 100;

/** The first place where the text stops being a JSON object; undefined when it is one. Engines do not agree on telling that place. */
const firstWrong = (text: string): Wrong | undefined => {
  let at = 0;
  const stop = (wanted: string, where = at): never => {
    throw { at: where, wanted } satisfies Wrong;
  };
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  const space = (): string => take(token.space);

  const string = (wanted: string): void => {
    if (text[at] !== '"') stop(wanted);
    at += 1;
    for (;;) {
      take(token.characters);
      if (text[at] === '"') break;
      if (text[at] === '\\') {
        if (!take(token.escape)) stop('one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX after a backslash', at + 1);
      } else stop(at < text.length ? '\\n, \\t or \\uXXXX for it inside a text' : 'a closing "');
    }
    at += 1;
  };

  const members = (open: string, close: string, depth: number, member: () => void, wanted: string): void => {
    if (depth > deepest) stop(`at most ${deepest} levels`);
    at += open.length;
    space();
    if (text[at] === close) at += 1;
    else for (;;) {
      member();
      space();
      if (text[at] === close) {
        at += 1;
        return;
      }
      if (text[at] !== ',') stop(`, or ${close}`);
      at += 1;
      space();
      if (text[at] === close) stop(`${wanted} after the last comma, or no comma`);
    }
  };

  const value = (depth: number): void => {
    if (text[at] === '"') return string('"');
    if (text[at] === '{') return object(depth + 1);
    if (text[at] === '[') return members('[', ']', depth + 1, () => value(depth + 1), 'a value');
    if (!take(token.word) && !take(token.number)) stop('a value: a text in ", a number, true, false, null, { or [');
  };

  const object = (depth: number): void => members('{', '}', depth, () => {
    string('a name in "');
    space();
    if (text[at] !== ':') stop(':');
    at += 1;
    space();
    value(depth);
  }, 'a name in "');

  try {
    space();
    if (text[at] !== '{') stop('an object, which begins with {');
    object(0);
    space();
    if (at < text.length) stop('nothing after the closing }');
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Error) throw thrown;
    return thrown as Wrong;
  }
};

const names: Readonly<Record<number, string>> = {
  0x0009: 'a tab', 0x000a: 'a line break', 0x000d: 'a carriage return', 0x0020: 'a space', 0x0022: 'a quotation mark', 0x0027: 'a single quote', 0x002c: 'a comma',
  0x0060: 'a backtick', 0x00a0: 'a no-break space', 0x00ab: 'a typographic quote', 0x00b4: 'an acute accent', 0x00bb: 'a typographic quote',
  0x2013: 'a dash', 0x2014: 'a dash', 0x2018: 'a typographic quote', 0x2019: 'a typographic quote', 0x201a: 'a typographic quote', 0x201b: 'a typographic quote',
  0x201c: 'a typographic quote', 0x201d: 'a typographic quote', 0x201e: 'a typographic quote', 0x201f: 'a typographic quote', 0x2028: 'a line separator',
  0x2032: 'a prime', 0x2033: 'a double prime', 0x2039: 'a typographic quote', 0x203a: 'a typographic quote', 0x200b: 'a zero-width space', 0x202f: 'a narrow no-break space',
  0x300c: 'a corner bracket', 0x300d: 'a corner bracket', 0xfeff: 'a byte order mark', 0xff02: 'a wide quotation mark', 0xff07: 'a wide single quote',
};

const isQuote = (character: number): boolean => character !== 0x22 && /quot|backtick|accent|prime|corner/.test(names[character] ?? '');

/** As `“ (U+201C), a typographic quote`; what cannot be seen is named only. */
const describe = (character: number): string => {
  const code = `U+${character.toString(16).toUpperCase().padStart(4, '0')}`;
  const name = names[character];
  const visible = /[\p{L}\p{N}\p{P}\p{S}]/u.test(String.fromCodePoint(character));
  if (visible) return `${String.fromCodePoint(character)} (${code})${name === undefined ? '' : `, ${name}`}`;
  return `${name ?? 'a control character'} (${code})`;
};
