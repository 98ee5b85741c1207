import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { eventsPage } from '../../src/cli/eventsPage.js';
import { catalogue, families } from '../../src/events/catalogue.js';
import { event, sealed } from '../../src/events/event.js';
import { tanager } from './screen.js';

test('docs/events.md is what the catalogue says: npm run docs writes it', async () => {
  const page = readFileSync(join(__dirname, '../../docs/events.md'), 'utf8');
  expect((await tanager(['docs', 'events'])).out).toBe(page);
});

test('every stream and every event of the catalogue is in it', () => {
  const headings = eventsPage(families).split('\n').filter((line) => line.startsWith('##'));
  for (const stream of Object.keys(families)) expect(headings).toContain(`## Stream \`${stream}\``);
  for (const name of Object.keys(catalogue)) expect(headings).toContain(`### ${name}`);
});

test('no field is without a meaning', () => {
  const silent = eventsPage(families).split('\n').filter((line) => line.endsWith('|  |'));
  expect(silent).toEqual([]);
});

test('a field with its type, its meaning, sealed and optional', () => {
  const Sung = event('A song was sung.', {
    title: z.string().describe('Title | first line'),
    singer: sealed('Who sang').optional(),
    verses: z.int().min(1).max(9),
    applause: z.int(),
    loud: z.boolean(),
    mood: z.enum(['glad', 'sad']),
    refrains: z.array(z.string()),
    at: z.iso.datetime().optional(),
  }, { version: 2 });
  expect(eventsPage({ 'song-<name>': { Sung } }).split('## Stream')[1]).toBe(` \`song-<name>\`

### Sung

A song was sung. Version 2.

| field | type | meaning |
| --- | --- | --- |
| \`title\` | text | Title \\| first line |
| \`singer\` | text, sealed, optional | Who sang |
| \`verses\` | whole number, from 1 to 9 |  |
| \`applause\` | whole number |  |
| \`loud\` | \`true\` or \`false\` |  |
| \`mood\` | \`glad\`, \`sad\` |  |
| \`refrains\` | list of text |  |
| \`at\` | instant, optional |  |
`);
});
