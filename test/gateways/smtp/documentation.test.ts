import { readFileSync } from 'node:fs';
import { parseConfigJson } from '../../../src/gateways/configJson.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { readMailServer } from '../../../src/gateways/smtp/mailServers.js';
import { serverOptions } from '../../../src/gateways/smtp/serverOptions.js';
import { smtpGateway } from '../../../src/gateways/smtp/smtpGateway.js';
import { smtpOptions } from '../../../src/gateways/smtp/smtpOptions.js';
import { tlsOptions } from '../../../src/gateways/smtp/tls.js';
import { noServers } from './openSmtp.js';

const page = readFileSync('docs/gateways/smtp.md', 'utf8');
const section = (title: string): string => page.split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!;
const registry = gatewayRegistry([smtpGateway(noServers)]);
const row = (option: string): RegExp => new RegExp(`^\\| [^|]*\`${option.replace('.', '\\.')}\``, 'm');

it('lists every option of the gateway and of a mail server', () => {
  for (const option of Object.keys(smtpOptions.shape).filter((each) => each !== 'tls')) expect(section('Options')).toMatch(row(option));
  for (const option of Object.keys(tlsOptions.shape)) expect(section('Options')).toMatch(row(`tls.${option}`));
  for (const option of Object.keys(serverOptions.shape)) expect(section('Mail servers')).toContain(`\`${option}\``);
});

it('has examples that can be used', () => {
  const bodies = [...page.matchAll(/-d '(\{[\s\S]*?\n {4}\})'/g)].map(([, body]) => JSON.parse(body!) as { kind?: string; options: Record<string, unknown> });
  expect(bodies).toHaveLength(2);
  expect(registry.parseDefinition(bodies[0]!)).toMatchObject({ kind: 'smtp', ignored: [] });
  expect(readMailServer(bodies[1]!.options)).not.toHaveProperty('faults');
  const config = parseConfigJson(/SMSProviderConfig=(\{[\s\S]*?\n {6}\})'/.exec(section("LinOTP's form"))![1]!);
  expect(registry.parseDefinition({ module: 'SmtpSMSProvider', options: config.kind === 'read' ? config.value : {} })).toMatchObject({ kind: 'smtp', ignored: [] });
  const given = [...section("privacyIDEA's form").matchAll(/-d '?option\.(\w+)=([^\s']+)/g)].map(([, name, value]) => [name, value]);
  expect(registry.parseDefinition({ module: 'privacyidea.lib.smsprovider.SmtpSMSProvider.SmtpSMSProvider', options: Object.fromEntries(given) as Record<string, string> })).toMatchObject({ kind: 'smtp' });
});

it('knows every key of the old forms', () => {
  for (const key of ['mailserver', 'mailserver_port', 'mailsender', 'mailto', 'subject', 'body', 'mailuser', 'mailpassword', 'start_tls', 'keyfile', 'certfile', 'use_ssl', 'TIMEOUT', 'MSISDN', 'SUPPRESS_PREFIX', 'SERVER_CERTIFICATE', 'raise_exception']) {
    expect(section("LinOTP's form")).toMatch(row(key));
  }
  for (const key of ['SMTPIDENTIFIER', 'IDENTIFIER', 'MAILTO', 'SUBJECT', 'BODY', 'REGEXP', 'MAILSERVER', 'MAILSENDER', 'MAILUSER', 'MAILPASSWORD']) {
    expect(section("privacyIDEA's form")).toMatch(row(key));
  }
});
