import { Secret } from '../../../src/security/secret.js';
import type { Definition } from '../../../src/gateways/definition.js';
import type { Gateway, Message } from '../../../src/gateways/gateway.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { openMailServers, type MailServers, type StoredMailServer } from '../../../src/gateways/smtp/mailServers.js';
import { smtpGateway } from '../../../src/gateways/smtp/smtpGateway.js';
import { overhear } from '../../fixtures/surroundings.js';

/** Mail servers that are not defined. */
export const noServers = openMailServers(async () => undefined);

/** Mail servers as a test defines them. */
export const mailServers = (defined: Readonly<Record<string, StoredMailServer>>): MailServers => openMailServers(async (name) => defined[name]);

const registry = (servers: MailServers) => gatewayRegistry([smtpGateway(servers)]);

/** Opens a gateway by its definition; a definition with faults fails the test. */
export const openSmtp = (definition: Definition, servers: MailServers = noServers): Gateway => {
  const read = registry(servers).parseDefinition(definition);
  if ('faults' in read) throw new Error(read.faults.map(({ key, problem }) => `${key} ${problem}`).join('; '));
  return read.open('gateway', overhear());
};

export const faultsOf = (definition: Definition): Record<string, string> => {
  const read = registry(noServers).parseDefinition(definition);
  return 'faults' in read ? Object.fromEntries(read.faults.map(({ key, problem }) => [key, problem])) : {};
};

/** A gateway on loopback without TLS, unless the options say otherwise. */
export const native = (options: Record<string, unknown>): Definition =>
  ({ kind: 'smtp', options: { host: '127.0.0.1', security: 'none', from: 'codes@mail.example', to: '{phone}@sms.example', ...options } });

export const message = ({ to = '+491701000701', text = '287082', reference = 'ref-1', validity = 120 }: { to?: string; text?: string; reference?: string; validity?: number } = {}): Message =>
  ({ to, text: new Secret(text), reference, validity });
