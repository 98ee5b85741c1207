import { readFileSync } from 'node:fs';
import { knownSettings } from '../../src/commands/settingNames.js';
import { measure } from '../../src/sms/measure.js';
import { emptyTags, readTemplate, render, templateFault, textTags, type TextValues } from '../../src/sms/textTemplate.js';
import { transliterate } from '../../src/sms/transliterate.js';

const page = readFileSync('docs/texts.md', 'utf8');

it('has every tag', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `{')).join('\n');
  for (const tag of Object.keys(textTags)) expect(rows).toContain(`\`{${tag}}\``);
  for (const tag of emptyTags) expect(page).toContain(`\`{${tag}}\``);
});

it('has every setting of the SMS that may differ by realm', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `s') || line.startsWith('| `S')).join('\n');
  for (const [name, { per = [] }] of Object.entries(knownSettings)) if (per.length > 0 && /^sms/i.test(name)) expect(rows).toContain(`\`${name}\``);
});

it('has examples that hold', () => {
  const text = /--json '(\{.*\})'/.exec(page)![1]!;
  expect(templateFault((JSON.parse(text) as { value: string }).value)).toBeUndefined();
  const tried = /--text '(.*)'/.exec(page)![1]!;
  const sent = render(readTemplate(tried), { otp: '123456' } as TextValues);
  expect(page).toContain(`  ${sent}\n\n1 SMS of ${measure(sent).length} code units in UCS-2\n`);
  const [, from, to] = /: `(“.*)` becomes `(.*)`\./.exec(page)!;
  expect(transliterate(from!)).toBe(to);
});
