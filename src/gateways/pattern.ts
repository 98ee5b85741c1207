import vm from 'node:vm';

/** The match took longer than it may; nothing is known about it. */
export const tooSlow: unique symbol = Symbol('too slow');

/** A regular expression that somebody else wrote. */
export interface Pattern {
  /** First match anywhere: the whole and its groups; undefined for none. */
  find(input: string): readonly (string | undefined)[] | undefined | typeof tooSlow;
  /** Replaces every match by the replacement that the pattern was compiled with. */
  replaceAll(input: string): string | typeof tooSlow;
}

/** Longest source, and longest piece of an input that is looked at, in characters. */
const longestSource = 500;
const longestInput = 16_384;

/**
 * Milliseconds that one match may take. An expression can be written so that matching takes for ever (`(a+)+$`), and the engine cannot
 * know beforehand; a virtual-machine call with a time limit is the one thing that stops it. It starts a thread, which costs up to a
 * millisecond on a busy machine, so the plainest expressions do without it on short inputs.
 */
const limit = 100;

const realm = vm.createContext(Object.assign(Object.create(null), { regex: undefined, input: '', replacement: '' }) as Record<string, unknown>);
const find = new vm.Script('regex.exec(input)');
const replace = new vm.Script('input.replace(regex, replacement)');

/**
 * Whether matching is quick whatever the input: one thing at most that repeats without end, no group that repeats, few alternatives, no
 * look-around, no back-reference. On inputs of up to `shortInput` that is a few million steps in the worst case. It counts characters
 * also where they are escaped or in a class, and so errs on the safe side.
 */
const isPlain = (source: string): boolean =>
  source.length <= 100 && (source.match(/[*+{]/g) ?? []).length <= 1 && (source.match(/[?|]/g) ?? []).length <= 2 && !/\)[*+?{]|\(\?[=!<]|\\[1-9k]/.test(source);
const shortInput = 1_000;

const run = (script: vm.Script, regex: RegExp, input: string, replacement = ''): unknown => {
  Object.assign(realm, { regex, input: input.slice(0, longestInput), replacement });
  try {
    return script.runInContext(realm, { timeout: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return tooSlow;
    throw error;
  } finally {
    Object.assign(realm, { regex: undefined, input: '', replacement: '' });
  }
};

/**
 * Compiles an expression in the syntax of Python's `re`, which both old servers use.
 * @param replacement with `\1`, `\g<1>` or `\g<name>` for groups, as `re.sub` takes it
 * @returns the pattern, or what is wrong with it
 */
export const compilePattern = (source: string, replacement = ''): Pattern | { readonly problem: string } => {
  if (source.length > longestSource) return { problem: `is longer than ${longestSource} characters` };
  const translated = fromPython(source);
  let once: RegExp;
  let groups: number;
  try {
    once = new RegExp(translated.source, translated.flags);
    // the empty alternative matches at once, so this only counts the groups
    groups = new RegExp(`${translated.source}|`, translated.flags).exec('')!.length - 1;
  } catch {
    return { problem: 'is not a regular expression' };
  }
  const written = replacementFromPython(replacement);
  const missing = written.groups.find((group) => (typeof group === 'number' ? group > groups : !translated.names.includes(group)));
  if (missing !== undefined) return { problem: `puts in group ${missing}, which the expression does not have` };
  const every = new RegExp(once.source, `${once.flags}g`);
  const plain = isPlain(source);
  return {
    find: (input) => {
      if (plain && input.length <= shortInput) return once.exec(input) ?? undefined;
      const match = run(find, once, input) as RegExpExecArray | null | typeof tooSlow;
      return match === null ? undefined : match;
    },
    replaceAll: (input) => plain && input.length <= shortInput ? input.replace(every, written.text) : run(replace, every, input, written.text) as string | typeof tooSlow,
  };
};

/** The few places where Python writes the same thing otherwise. */
const fromPython = (source: string): { source: string; flags: string; names: string[] } => {
  const inline = /^\(\?([ims]+)\)/.exec(source);
  const names: string[] = [];
  let inClass = false;
  const rest = (inline ? source.slice(inline[0].length) : source).replace(
    /\\[\s\S]|\[\^?\]?|\]|\$|\(\?P<([A-Za-z_]\w*)>|\(\?P=([A-Za-z_]\w*)\)|\(\?#[^)]*\)|\{,(\d+)\}/g,
    (piece: string, name?: string, backReference?: string, most?: string) => {
      if (piece.startsWith('\\')) return inClass ? piece : piece === '\\A' ? '^' : piece === '\\Z' ? '(?![\\s\\S])' : piece;
      if (inClass) {
        if (piece === ']') inClass = false;
        return piece.startsWith('[') ? piece.replace(/^\[(\^?)(\]?)$/, (_, caret: string, close: string) => {
          if (close) inClass = false;
          return `\\[${caret}${close}`;
        }) : piece;
      }
      if (piece.startsWith('[')) {
        inClass = true;
        // a bracket that comes first in a class stands for itself
        return piece.endsWith(']') ? `${piece.slice(0, -1)}\\]` : piece;
      }
      // the end in Python is also before a last line break, with which many gateways end their reply
      if (piece === '$') return inline?.[1]?.includes('m') ? '$' : '(?=\\n?(?![\\s\\S]))';
      if (name !== undefined) {
        names.push(name);
        return `(?<${name}>`;
      }
      if (backReference !== undefined) return `\\k<${backReference}>`;
      if (most !== undefined) return `{0,${most}}`;
      return piece.startsWith('(?#') ? '' : piece;
    },
  );
  return { source: rest, flags: [...new Set(inline?.[1] ?? '')].join(''), names };
};

const replacementFromPython = (text: string): { text: string; groups: (number | string)[] } => {
  const groups: (number | string)[] = [];
  const put = (group: string): string => {
    if (!/^\d+$/.test(group)) {
      groups.push(group);
      return `$<${group}>`;
    }
    groups.push(Number(group));
    return Number(group) === 0 ? '$&' : `$${group.padStart(2, '0')}`;
  };
  const translated = text.replace(/\\g<(\w+)>|\\(\d{1,2})|\\n|\\t|\\([\s\S])|\$/g, (piece: string, named?: string, numbered?: string, other?: string) => {
    if (piece === '$') return '$$';
    if (piece === '\\n') return '\n';
    if (piece === '\\t') return '\t';
    return other ?? put((named ?? numbered)!);
  });
  return { text: translated, groups };
};
