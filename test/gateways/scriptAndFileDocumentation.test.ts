import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../fixtures/folder.js';
import { parseConfigJson } from '../../src/gateways/configJson.js';
import { fileGateway } from '../../src/gateways/file/fileGateway.js';
import { fileOptions } from '../../src/gateways/file/options.js';
import { gatewayRegistry } from '../../src/gateways/registry.js';
import { scriptOptions } from '../../src/gateways/script/options.js';
import { scriptGateway } from '../../src/gateways/script/scriptGateway.js';

const folder = temporaryFolder();
writeFileSync(join(folder, 'gammu'), '#!/bin/sh\n');
chmodSync(join(folder, 'gammu'), 0o700);
mkdirSync(join(folder, 'outbox'));
const registry = gatewayRegistry([scriptGateway({ folder }), fileGateway({ folder })]);

const pages = { script: readFileSync('docs/gateways/script.md', 'utf8'), file: readFileSync('docs/gateways/file.md', 'utf8') };

it('lists every option', () => {
  for (const option of Object.keys(scriptOptions(folder).shape)) expect(pages.script).toMatch(new RegExp(`^\\| \`${option}[\`.]`, 'm'));
  for (const { shape } of fileOptions(folder).options) for (const option of Object.keys(shape)) expect(pages.file).toMatch(new RegExp(`^\\| \`${option}[\`.]`, 'm'));
  for (const { shape } of fileOptions(folder).options) expect(pages.file).toContain(`| \`${shape.format.value}\` |`);
});

it.each(['script', 'file'] as const)('has an example of a %s gateway that can be used', (kind) => {
  const example = JSON.parse(/^ {4}(\{"kind".*\})$/m.exec(pages[kind])![1]!) as { kind: string; options: Record<string, unknown> };
  expect(registry.parseDefinition(example)).toMatchObject({ kind });
});

it('has examples of the old forms that can be used', () => {
  const config = parseConfigJson(/SMSProviderConfig=(\{.*\})'/.exec(pages.file)![1]!);
  expect(registry.parseDefinition({ module: 'FileSMSProvider', options: config.kind === 'read' ? config.value : {} })).toMatchObject({ kind: 'file', ignored: [] });
  const given = Object.fromEntries([...pages.script.matchAll(/-d '?option\.(\w+)=([^\s']+)/g)].map(([, name, value]) => [name!, value!]));
  expect(Object.keys(given)).toEqual(['script', 'background', 'REGEXP']);
  expect(registry.parseDefinition({ module: 'privacyidea.lib.smsprovider.ScriptSMSProvider.ScriptSMSProvider', options: given })).toMatchObject({ kind: 'script', ignored: [] });
});
