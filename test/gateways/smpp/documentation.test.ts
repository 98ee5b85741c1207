import { readFileSync } from 'node:fs';
import { parseConfigJson } from '../../../src/gateways/configJson.js';
import { numberRule } from '../../../src/gateways/number.js';
import { smppOptions } from '../../../src/gateways/smpp/options.js';
import { registry } from './openSmpp.js';

const page = readFileSync('docs/gateways/smpp.md', 'utf8');
const privacyidea = 'privacyidea.lib.smsprovider.SmppSMSProvider.SmppSMSProvider';

it('lists every option with its default', () => {
  for (const option of Object.keys(smppOptions.shape)) expect(page).toMatch(new RegExp(`^\\| .*\`${option}[\`.]`, 'm'));
  for (const option of Object.keys(numberRule.shape)) expect(page).toContain(`| \`number.${option}\` |`);
  const defaults = smppOptions.parse({ host: 'h', systemId: 's' });
  for (const [option, value] of Object.entries(defaults)) {
    const row = new RegExp(`^\\| \`${option}\` \\|[^|]*\\| *([^|]*) *\\|`, 'm').exec(page)?.[1]?.trim();
    if (row === undefined || value === '' || value === 'h' || value === 's' || typeof value === 'object') continue;
    expect(`${option}: ${row.replaceAll('`', '')}`).toBe(`${option}: ${typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value as string | number)}`);
  }
});

it('has examples that can be used', () => {
  const native = JSON.parse(/^ {4}(\{"kind"[\s\S]*?\n {4}\}\})$/m.exec(page)![1]!) as { kind: string; options: Record<string, unknown> };
  expect(registry.parseDefinition(native)).toMatchObject({ kind: 'smpp', listens: true });
  const config = parseConfigJson(/SMSProviderConfig=(\{[\s\S]*?\})'/.exec(page)![1]!);
  expect(registry.parseDefinition({ module: 'SMPPSMSProvider', options: config.kind === 'read' ? config.value : {} })).toMatchObject({ kind: 'smpp', ignored: [] });
  const given = Object.fromEntries([...page.matchAll(/-d option\.(\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]));
  expect(Object.keys(given)).toHaveLength(7);
  expect(registry.parseDefinition({ module: privacyidea, options: given })).toMatchObject({ kind: 'smpp', ignored: [] });
});

it('knows every key of the old forms', () => {
  const linotp = ['server', 'port', 'system_id', 'password', 'system_type', 'source_addr', 'source_addr_ton', 'source_addr_npi', 'dest_addr_ton', 'dest_addr_npi', 'target_encoding', 'TIMEOUT', 'MSISDN', 'SUPPRESS_PREFIX'];
  const old = ['SMSC_HOST', 'SMSC_PORT', 'SYSTEM_ID', 'PASSWORD', 'S_ADDR', 'S_ADDR_TON', 'S_ADDR_NPI', 'D_ADDR_TON', 'D_ADDR_NPI', 'REGEXP'];
  for (const key of [...linotp, ...old]) expect(page).toMatch(new RegExp(`^\\| .*\`${key}\`.* \\|`, 'm'));
});
