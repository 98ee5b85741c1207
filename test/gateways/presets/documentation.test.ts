import { readFileSync } from 'node:fs';
import type { Definition } from '../../../src/gateways/definition.js';
import { presetKind } from '../../../src/gateways/presets/presetKind.js';
import { presets } from '../../../src/gateways/presets/presets.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { exampleOf, sectionOf } from './page.js';

const page = readFileSync('docs/gateways/presets.md', 'utf8');
const registry = gatewayRegistry(presets.map(presetKind));

it.each(presets.map((preset) => [preset.kind, preset] as const))('the page tells of %s what the data says', (_, preset) => {
  const start = page.indexOf(`\n## ${preset.kind}\n`) + 1;
  const next = page.indexOf('\n## ', start);
  expect(page.slice(start, next < 0 ? undefined : next).trim()).toBe(sectionOf(preset).trim());
  expect(registry.parseDefinition(exampleOf(preset))).not.toHaveProperty('faults');
});

it('tells of no other preset', () => {
  expect([...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual(['Options of all presets', 'Receipts', ...presets.map(({ kind }) => kind)]);
});

it('begins with an example that can be used, and lists what all presets take', () => {
  const example = JSON.parse(/-d '(\{[\s\S]*?\n {4}\})'/.exec(page)![1]!) as Definition;
  expect(registry.parseDefinition(example)).toMatchObject({ kind: 'twilio', options: { receipts: { url: 'https://otp.example.com' } } });
  for (const option of ['url', 'number', 'receipts', 'proxy', 'connectTimeout', 'timeout', 'connections', 'tls', 'receipts.url', 'receipts.secret', 'receipts.signature']) {
    expect(page).toMatch(new RegExp(`^\\| .*\`${option.replace('.', '\\.')}\``, 'm'));
  }
});
