import { overhear } from '../../fixtures/surroundings.js';
import { Secret } from '../../../src/security/secret.js';
import type { Definition } from '../../../src/gateways/definition.js';
import type { Gateway, Message } from '../../../src/gateways/gateway.js';
import { httpGateway } from '../../../src/gateways/http/httpGateway.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';

const registry = gatewayRegistry([httpGateway]);

/** Opens a gateway by its definition; a definition with faults fails the test. */
export const openHttp = (definition: Definition): Gateway => {
  const read = registry.parseDefinition(definition);
  if ('faults' in read) throw new Error(read.faults.map(({ key, problem }) => `${key} ${problem}`).join('; '));
  return read.open('gateway', overhear());
};

export const faultsOf = (definition: Definition): Record<string, string> => {
  const read = registry.parseDefinition(definition);
  return 'faults' in read ? Object.fromEntries(read.faults.map(({ key, problem }) => [key, problem])) : {};
};

export const linotp = (options: Record<string, unknown>): Definition => ({ module: 'smsprovider.HttpSMSProvider.HttpSMSProvider', options });

export const privacyidea = (options: Record<string, unknown>, headers: Record<string, string> = {}): Definition =>
  ({ module: 'privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider', options, headers });

export const native = (options: Record<string, unknown>): Definition => ({ kind: 'http', options });

export const message = ({ to = '+49 (170) 100-0701', text = '287082', reference = 'ref-1', validity = 120 }: { to?: string; text?: string; reference?: string; validity?: number } = {}): Message =>
  ({ to, text: new Secret(text), reference, validity });
