import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfigJson } from '../../../src/gateways/configJson.js';
import type { SendOutcome } from '../../../src/gateways/gateway.js';
import { meaningOf } from '../../../src/gateways/modem/modemFault.js';
import { modemGateway } from '../../../src/gateways/modem/modemGateway.js';
import { modemShape } from '../../../src/gateways/modem/options.js';
import { numberRule } from '../../../src/gateways/number.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { temporaryFolder } from '../../fixtures/folder.js';

const page = readFileSync('docs/gateways/modem.md', 'utf8');
const section = (title: string): string => page.split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!;
const registry = gatewayRegistry([modemGateway]);

it('lists every option', () => {
  const options = [...Object.keys(modemShape.shape).filter((option) => option !== 'number'), ...Object.keys(numberRule.shape).map((rule) => `number.${rule}`)];
  for (const option of options) expect(section('Options')).toMatch(new RegExp(`^\\| \`${option}\` \\|`, 'm'));
});

it('has an example that can be used', () => {
  const native = JSON.parse(/^ {4}(\{"kind".*\})$/m.exec(page)![1]!) as { kind: string; options: Record<string, unknown> };
  expect(registry.parseDefinition(native)).toMatchObject({ kind: 'modem', ignored: [] });
});

it("has a gnokiirc and a LinOTP configuration that can be used", () => {
  const file = join(temporaryFolder(), 'gnokiirc');
  writeFileSync(file, /\n\n((?: {4}.*\n)+)/.exec(section('A gnokiirc'))![1]!.replace(/^ {4}/gm, ''));
  const config = parseConfigJson(/SMSProviderConfig=(\{.*\})'/.exec(section("LinOTP's form"))![1]!);
  expect(config).toEqual({ kind: 'read', value: { CONFIGFILE: '/etc/linotp2/gnokiirc' } });
  const definition = { module: /SMSProvider=(\S+)'/.exec(section("LinOTP's form"))![1]!, options: { CONFIGFILE: file } };
  expect(registry.parseDefinition(definition)).toMatchObject({ kind: 'modem', ignored: [], options: { port: '/dev/ttyS0', baudRate: 19_200 } });
  for (const module of registry.kinds[0]!.modules) expect(section("LinOTP's form")).toContain(`\`${module}\``);
});

it('says of every error of a modem what becomes of it', () => {
  const told = new Map<number, SendOutcome['kind']>();
  for (const [, what, outcome] of section('What became of a message').matchAll(/^\| (.*) \| (sent|unavailable|rejected|unknown)[ :|]/gm)) {
    if (!/\b\d+\b/.test(what!) || /255 SMS/.test(what!)) continue;
    for (const [, from, to = from] of what!.matchAll(/\b(\d+)(?: to (\d+))?\b/g)) {
      for (let code = Number(from); code <= Number(to); code += 1) told.set(code, outcome as SendOutcome['kind']);
    }
  }
  for (let code = 0; code < 600; code += 1) expect([code, told.get(code) ?? 'unknown']).toEqual([code, meaningOf({ from: 'cms', code }, true).kind]);
});
