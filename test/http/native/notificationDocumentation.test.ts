import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { notifiable } from '../../../src/commands/notifiable.js';
import { notificationRule } from '../../../src/commands/notificationRule.js';
import { tags } from '../../../src/commands/notificationText.js';
import { notificationStates } from '../../../src/projections/notifications.js';
import { catalogue } from '../../../src/events/catalogue.js';

const page = readFileSync(join(__dirname, '../../../docs/notifications.md'), 'utf8');
const section = (title: string): string => page.split(/^#+ /m).find((part) => part.startsWith(`${title}\n`))!;
/** What stands between backticks in the first cells of a table. */
const firstCells = (title: string): string[] => [...section(title).matchAll(/^\| ([^|]*`[^|]*) \|/gm)].flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));

test('every example is a rule', () => {
  const examples = [...page.matchAll(/```(?:yaml|json)\n(.*?)```/gs)].map(([, text]) => parse(text!) as unknown);
  expect(examples).toHaveLength(3);
  for (const example of examples) expect(notificationRule.safeParse(example).error?.issues).toBeUndefined();
});

test('every event, tag, condition and state is listed, and no other', () => {
  expect([...section('Events').matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual(Object.keys(notifiable).sort());
  expect(Object.keys(notifiable).filter((type) => !(type in catalogue))).toEqual([]);
  expect(firstCells('Tags').sort()).toEqual(Object.keys(tags).map((tag) => `{${tag}}`).sort());
  expect(firstCells('Conditions')).toEqual(Object.keys(notificationRule.shape.conditions.unwrap().shape));
  expect(firstCells('What becomes of a notification')).toEqual([...notificationStates]);
});

test('every field of a rule is listed, and no other', () => {
  const { channel, limits, ...others } = notificationRule.shape;
  const ofChannel = [...new Set(channel.options.flatMap((option) => Object.keys(option.shape)))].map((name) => `channel.${name}`);
  const ofLimits = Object.keys(limits.unwrap().shape).map((name) => `limits.${name}`);
  expect(firstCells('A rule').sort()).toEqual([...Object.keys(others), ...ofChannel, ...ofLimits].sort());
});
