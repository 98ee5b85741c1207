import { compilePattern, tooSlow, type Pattern } from '../pattern.js';
import type { Reply } from './exchange.js';
import { valuesAt } from '../pointer.js';
import type { ContentRules, JsonRule } from './rules.js';

/** A reply that is being judged; its JSON is read once, when a rule wants it. */
export interface JudgedReply extends Reply {
  /** Undefined for a reply that is no JSON. */
  json(): unknown;
}

export const judged = (reply: Reply): JudgedReply => {
  let read: { value: unknown } | undefined;
  const parse = (): unknown => {
    try {
      return JSON.parse(reply.body);
    } catch {
      return undefined;
    }
  };
  return { ...reply, json: () => (read ??= { value: parse() }).value };
};

export type Answer = 'yes' | 'no' | typeof tooSlow;

/** A pattern of options that have passed their schema. */
export const checkedPattern = (source: string): Pattern => {
  const compiled = compilePattern(source);
  if ('problem' in compiled) throw new Error(`pattern was not checked: ${compiled.problem}`);
  return compiled;
};

const answer = (holds: boolean): Answer => (holds ? 'yes' : 'no');
const found = (pattern: Pattern, text: string): Answer => {
  const match = pattern.find(text);
  return match === tooSlow ? tooSlow : answer(match !== undefined);
};

/** One test for each rule that is given. */
export const contentTests = ({ startsWith, contains, matches, json = [] }: ContentRules = {}): ((reply: JudgedReply) => Answer)[] => {
  const pattern = matches === undefined ? undefined : checkedPattern(matches);
  return [
    ...(startsWith === undefined ? [] : [({ body }: JudgedReply) => answer(body.startsWith(startsWith))]),
    ...(contains === undefined ? [] : [({ body }: JudgedReply) => answer(body.includes(contains))]),
    ...(pattern === undefined ? [] : [({ body }: JudgedReply) => found(pattern, body)]),
    ...json.map(jsonTest),
  ];
};

const jsonTest = ({ pointer, equals, in: among, matches }: JsonRule): ((reply: JudgedReply) => Answer) => {
  const pattern = matches === undefined ? undefined : checkedPattern(matches);
  const test = (text: string): Answer => (pattern ? found(pattern, text) : answer(among?.includes(text) ?? text === equals));
  return (reply) => {
    const values = valuesAt(reply.json(), pointer);
    const answers = values.map((value): Answer => (value !== null && (value === undefined || typeof value === 'object') ? 'no' : test(String(value))));
    return answers.includes('no') || answers.length === 0 ? 'no' : answers.includes(tooSlow) ? tooSlow : 'yes';
  };
};
