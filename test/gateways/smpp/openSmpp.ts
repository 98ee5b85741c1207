import { overhear, type Overheard } from '../../fixtures/surroundings.js';
import { startSmsc, type Smsc } from '../../fixtures/smsc.js';
import type { Gateway, Message } from '../../../src/gateways/gateway.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { smppGatewayWith } from '../../../src/gateways/smpp/smppGateway.js';
import { Secret } from '../../../src/security/secret.js';

export const registry = gatewayRegistry([smppGatewayWith({ first: 20, longest: 100 }, [5, 10])]);

export const message = (changed: Partial<Omit<Message, 'text'>> & { text?: string } = {}): Message => ({
  to: '+49 170 1234567', reference: 'r', validity: 300, ...changed, text: new Secret(changed.text ?? 'Code 918273'),
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An SMSC that goes with the test. */
export const smscWith = async (behaviour?: Parameters<typeof startSmsc>[0]): Promise<Smsc> => {
  const smsc = await startSmsc(behaviour);
  closing.push(() => smsc.close());
  return smsc;
};

/** A gateway that goes with the test, before the SMSC does. */
export const gatewayTo = (port: number, options: Record<string, unknown> = {}, surroundings: Overheard = overhear()): Gateway => {
  const read = registry.parseDefinition({ kind: 'smpp', options: { host: '127.0.0.1', port, systemId: 'tanager', password: 'hunter22', ...options } });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  const gateway = read.open('s', surroundings);
  closing.push(() => gateway.close());
  return gateway;
};
