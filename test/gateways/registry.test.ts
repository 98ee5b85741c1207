import { overhear } from '../fixtures/surroundings.js';
import { gatewayRegistry } from '../../src/gateways/registry.js';
import { httpGateway } from '../../src/gateways/http/httpGateway.js';
import { developmentGateway } from '../../src/gateways/development/developmentGateway.js';
import { developmentInbox, type KeptMessage } from '../../src/gateways/development/inbox.js';
import { Secret } from '../../src/security/secret.js';

const registry = gatewayRegistry([httpGateway, developmentGateway(developmentInbox(), { allowed: false })]);

it.each([
  'HttpSMSProvider', 'smsprovider.HttpSMSProvider', 'smsprovider.HttpSMSProvider.HttpSMSProvider', 'linotp.provider.smsprovider.HttpSMSProvider',
  'privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider',
])('%s means the HTTP gateway', (module) => {
  expect(registry.kindOf(module)).toBe('http');
  expect(registry.parseDefinition({ module, options: { URL: 'http://x/' } })).toMatchObject({ kind: 'http' });
});

it('names what there is when a class or a kind is unknown', () => {
  expect(registry.kindOf('smsprovider.NixSMSProvider.NixSMSProvider')).toBeUndefined();
  expect(registry.parseDefinition({ module: 'Nix', options: {} })).toEqual({ faults: [{ key: 'module', problem: expect.stringContaining('HttpSMSProvider') }] });
  expect(registry.parseDefinition({ kind: 'pigeon', options: {} })).toEqual({ faults: [{ key: 'kind', problem: 'is no kind of gateway; there are http, development' }] });
  expect(registry.parseDefinition({ options: {} })).toEqual({ faults: [expect.objectContaining({ key: 'kind' })] });
});

it('says which keys mean nothing', () => {
  expect(registry.parseDefinition({ module: 'HttpSMSProvider', options: { URL: 'http://x/', RETURN_SUCESS: 'ID' } })).toMatchObject({ ignored: ['RETURN_SUCESS'] });
});

it('adds headers that are given apart, in our own words too', () => {
  const read = registry.parseDefinition({ kind: 'http', options: { url: 'http://x/', headers: { a: '1' } }, headers: { b: '2' } });
  expect(read).toMatchObject({ options: { headers: { a: '1', b: '2' } } });
});

describe('the development gateway', () => {
  const message = (text: string) => ({ to: '+491701', text: new Secret(text), reference: 'r', validity: 60 });

  it('keeps the last messages, tells whoever listens, and prints no text by itself', async () => {
    const told: KeptMessage[] = [];
    const arrived: KeptMessage[] = [];
    const inbox = developmentInbox({ keep: 3, onMessage: (kept) => told.push(kept) });
    const read = gatewayRegistry([developmentGateway(inbox, { allowed: true, now: () => new Date(0) })]).parseDefinition({ kind: 'development', options: {} });
    if ('faults' in read) throw new Error('faults');
    const gateway = read.open('dev', overhear());
    const subscription = inbox.arrivals.subscribe((kept) => arrived.push(kept));
    for (const text of ['a', 'b', 'c', 'd']) expect(await gateway.send(message(text))).toMatchObject({ kind: 'sent' });
    subscription.unsubscribe();
    await gateway.close();
    expect(inbox.messages().map(({ number, at, gateway: name, to, text }) => [number, at, name, to, text.reveal()])).toEqual(
      [[2, 'b'], [3, 'c'], [4, 'd']].map(([number, text]) => [number, '1970-01-01T00:00:00.000Z', 'dev', '+491701', text]));
    expect(told).toHaveLength(4);
    expect(arrived).toEqual(told);
    expect(JSON.stringify(inbox.messages()[0])).toContain('***');
  });

  it('can be neither defined nor opened outside development mode, and says what it is', () => {
    const kind = developmentGateway(developmentInbox(), { allowed: false });
    expect(registry.parseDefinition({ kind: 'development', options: {} })).toEqual({ faults: [{ key: 'kind', problem: expect.stringContaining('for development only') }] });
    expect(() => kind.open('dev', {}, overhear())).toThrow('for development only');
    expect(kind.description).toContain('NOT FOR PRODUCTION');
  });
});
