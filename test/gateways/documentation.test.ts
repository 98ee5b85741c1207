import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { httpGateway } from '../../src/gateways/http/httpGateway.js';
import { httpOptions } from '../../src/gateways/http/options.js';
import { parseConfigJson } from '../../src/gateways/configJson.js';
import { gatewayRegistry } from '../../src/gateways/registry.js';

const page = readFileSync('docs/gateways/http.md', 'utf8');
const section = (title: string): string => page.split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!;
const registry = gatewayRegistry([httpGateway]);

it('lists every option of the HTTP gateway', () => {
  const native = section('The native form');
  for (const option of Object.keys(httpOptions.shape)) expect(native).toMatch(new RegExp(`^\\| .*\`${option}[\`.]`, 'm'));
});

it('lists what stands inside of them', () => {
  const rows = section('The native form').split('\n').filter((line) => line.startsWith('| `'));
  for (const [option, type] of Object.entries(httpOptions.shape)) {
    const inner = type instanceof z.ZodOptional ? type.unwrap() : type;
    if (!(inner instanceof z.ZodObject)) continue;
    const own = rows.filter((row) => row.startsWith(`| \`${option}`)).join('\n');
    for (const name of Object.keys(inner.shape)) expect([option, own]).toEqual([option, expect.stringMatching(new RegExp(`[.\`"]${name}[\`"]`))]);
  }
});

it('has more examples that can be used, but for the files that are not there', () => {
  const examples = [...section('The native form').matchAll(/^ {4}\{"kind": "http"[\s\S]*?^ {4}\}\}$/gm)].map(([text]) => JSON.parse(text) as { kind: string; options: Record<string, unknown> });
  expect(examples).toHaveLength(4);
  for (const example of examples) {
    const read = registry.parseDefinition(example);
    expect('faults' in read ? read.faults.filter(({ problem }) => problem !== 'cannot be read') : []).toEqual([]);
  }
});

it('has examples that can be used', () => {
  const native = JSON.parse(/-d '(\{[\s\S]*?\n {4}\})'/.exec(section('The native form'))![1]!) as { kind: string; options: Record<string, unknown> };
  expect(registry.parseDefinition(native)).not.toHaveProperty('faults');
  const config = parseConfigJson(/SMSProviderConfig=(\{[\s\S]*?\n {6}\})'/.exec(section("LinOTP's form"))![1]!);
  expect(config.kind).toBe('read');
  expect(registry.parseDefinition({ module: 'HttpSMSProvider', options: config.kind === 'read' ? config.value : {} })).toMatchObject({ kind: 'http', ignored: [] });
  const rest = parseConfigJson(/config=(\{[\s\S]*?\n {6}\})'/.exec(section("LinOTP's REST form"))![1]!);
  expect(registry.parseDefinition({ module: 'RestSMSProvider', options: rest.kind === 'read' ? rest.value : {} })).toMatchObject({ kind: 'http', ignored: [] });
  const given = [...section("privacyIDEA's form").matchAll(/-d '?option\.(\w+)=([^\s']+)/g)].map(([, name, value]) => [name, value]);
  expect(given).toHaveLength(5);
  expect(registry.parseDefinition({ module: 'privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider', options: Object.fromEntries(given) as Record<string, string> })).toMatchObject({ kind: 'http' });
});

it('knows every key of the old forms', () => {
  for (const key of ['URL', 'PARAMETER', 'SMS_TEXT_KEY', 'SMS_PHONENUMBER_KEY', 'HTTP_Method', 'HTTP_METHOD', 'USERNAME', 'PASSWORD', 'AUTH_TYPE', 'HEADERS', 'PROXY', 'timeout', 'TIMEOUT', 'RETURN_SUCCESS_REGEX', 'RETURN_FAIL_REGEX', 'RETURN_SUCCESS', 'RETURN_FAIL', 'MSISDN', 'SUPPRESS_PREFIX', 'SERVER_CERTIFICATE']) {
    expect(section("LinOTP's form")).toMatch(new RegExp(`^\\| .*\`${key}\`.* \\|`, 'm'));
  }
  for (const key of ['URL', 'PAYLOAD', 'SMS_TEXT_KEY', 'SMS_PHONENUMBER_KEY', 'USERNAME', 'PASSWORD', 'AUTHENTICATION', 'HEADERS', 'PROXY', 'TIMEOUT', 'SERVER_CERTIFICATE', 'CLIENT_CERTIFICATE_FILE', 'MSISDN', 'SUPPRESS_PREFIX']) {
    expect(section("LinOTP's REST form")).toMatch(new RegExp(`^\\| .*\`${key}\`.* \\|`, 'm'));
  }
  for (const key of ['URL', 'HTTP_METHOD', 'SEND_DATA_AS_JSON', 'RETURN_SUCCESS', 'RETURN_FAIL', 'USERNAME', 'PASSWORD', 'CHECK_SSL', 'REGEXP', 'HTTP_PROXY', 'HTTPS_PROXY', 'PROXY', 'TIMEOUT']) {
    expect(section("privacyIDEA's form")).toMatch(new RegExp(`^\\| .*\`${key}\`.* \\|`, 'm'));
  }
});
